"""An HTTP service that says what a test tells it to, and keeps what it was asked."""
import http.server
import json
import ssl
import threading
import urllib.parse


class Asked:
    def __init__(self, handler, body):
        self.method, self.path = handler.command, handler.path
        self.headers = {name.lower(): value for name, value in handler.headers.items()}
        self.body = body
        self.connection = handler.client_address

    @property
    def key(self):
        return self.headers.get("idempotency-key")

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def form(self):
        return dict(urllib.parse.parse_qsl(self.body.decode()))


class Service:
    """`answer(asked)` gives `(status, body)` or `(status, body, headers)`; a callable is handed the raw handler instead."""

    def __init__(self, answer, tls=None):
        self.scheme = "https" if tls else "http"
        self.answer, self.asked, lock = answer, [], threading.Lock()
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def serve(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                asked = Asked(self, body)
                with lock:
                    service.asked.append(asked)
                    said = service.answer(asked)
                if callable(said):
                    return said(self)
                status, body, headers = (*said, {})[:3]
                body = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"content-length": len(body), **headers}.items():
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass                # a client that gives up is what some tests are about

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.thread.is_alive():
            self.server.shutdown()
            self.thread.join()
        self.server.server_close()

    def keys(self, path):
        """The idempotency keys that came to a path, in order."""
        return [asked.key for asked in self.asked if asked.path == path]
