"""`skald http-worker`: sagas over HTTP, against a service in Python that answers well, badly, late and not at all."""
import collections
import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

import pytest

from conftest import ROOT
from skaldwire import Client, frame
from webshop import Service

EXAMPLE = ROOT / "Examples" / "http-worker.yaml"

# One step that is undone when the one behind it fails, or is asked to.
DEFINITION = """
saga: over-http
version: 1
input: { type: object }
defaults:
  timeout: 20s
  retry: { attempts: 3, first: 50ms, factor: 1, jitter: none }
  undo_retry: { first: 50ms, cap: 100ms }
steps:
  work:
    call: web.work
    with: "${ input }"
    undo: { call: web.back }
  end:
    needs: [work]
    call: web.end
    with: "${ input }"
    undo: none
    because: it is the last
output: { work: "${ steps.work.result }" }
"""

CONFIG = """
dedupes: true
defaults: { base_url: "${ env.URL }", timeout: 1500ms, retry_after: 50ms }
actions:
  web.work:
    url: /work
    no: { 409: "${ response.body.code }", 404: not_found }
    undo: { call: web.back, with: { hold: "${ response.body.hold }" } }
  web.back: { url: /back, result: {} }
  web.end: { url: /end, no: { 400-499: refused }, result: {} }
"""


class Worker:
    """The program as a process, through `skald`, ended by its pid."""

    def __init__(self, server, config, folder, **environment):
        self.log = pathlib.Path(folder) / "worker.log"
        path = pathlib.Path(folder) / "config.yaml"
        path.write_text(config)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [server.binary, "http-worker", "--config", str(path), "--connect", server.endpoint], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env=dict(os.environ, NO_PROXY="127.0.0.1", **environment))

    @property
    def said(self):
        return self.log.read_text(errors="replace")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def stage(server, tmp_path, answer, config=CONFIG):
    """A service, a worker for it, and a client that has registered the definition."""
    with Service(answer) as service, Worker(server, config, tmp_path, URL=service.url) as worker, Client(server.endpoint) as client:
        client.ask("def.register", source=DEFINITION)
        yield service, worker, client


def start(client, name, input=None, definition="over-http"):
    client.ask("saga.start", definition=definition, input=input or {"n": 1}, id=name)
    return client.end_of(name)


def by_path(**answers):
    """Answers by path: one for always, or a list used up from the front, of which the last stays."""
    def answer(asked):
        said = answers[asked.path.strip("/")]
        if isinstance(said, list):
            said = said.pop(0) if len(said) > 1 else said[0]
        return said
    return answer


OK = (200, {"hold": "h-7"})


def raw(text, after=0.0):
    """Writes these bytes and hangs up."""
    def write(handler):
        time.sleep(after)
        handler.wfile.write(text)
        handler.close_connection = True
    return write


def silence(seconds):
    return raw(b"", after=seconds)


def test_done_the_body_is_the_result_and_the_operation_is_the_key(own, tmp_path, name):
    with stage(own, tmp_path, by_path(work=OK, end=(204, b""))) as (service, _, client):
        view = start(client, name, {"n": 7, "text": "ä/?"})
        assert view["state"] == "completed" and view["output"] == {"work": {"hold": "h-7"}}, view
        work = service.asked[0]
        assert work.method == "POST" and work.json == {"n": 7, "text": "ä/?"} and work.key == f"{name}/work/do"
        assert work.headers["content-type"] == "application/json" and "expect" not in work.headers


def test_a_trace_is_passed_on(own, tmp_path, name):
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    with stage(own, tmp_path, by_path(work=OK, end=OK)) as (service, _, client):
        client.send(frame("request", f"id-{name}", "saga.start", body={"definition": "over-http", "input": {}, "id": name},
                          headers={"traceparent": trace}))
        assert client.answer(f"id-{name}").ok and client.end_of(name)["state"] == "completed"
        assert service.asked[0].headers["traceparent"] == trace


def test_a_no_is_final_and_has_the_code_that_the_body_says(own, tmp_path, name):
    with stage(own, tmp_path, by_path(work=(409, {"code": "SOLD OUT"}))) as (service, _, client):
        view = start(client, name)
        assert view["state"] == "compensated" and view["error"]["code"] == "sold_out", view
        assert len(service.asked) == 1


def test_not_now_waits_as_long_as_the_service_says(own, tmp_path, name):
    came = []

    def answer(asked):
        came.append(time.monotonic())
        return [(429, {}, {"retry-after": 1}), OK, OK][min(len(came), 3) - 1]

    with stage(own, tmp_path, answer) as (service, _, client):
        assert start(client, name)["state"] == "completed"
        assert came[1] - came[0] >= 0.99
        assert service.keys("/work") == [f"{name}/work/do"] * 2


def test_a_timeout_is_unknown_and_the_retry_carries_the_same_key(own, tmp_path, name):
    with stage(own, tmp_path, by_path(work=[silence(4), OK], end=OK)) as (service, worker, client):
        assert start(client, name)["state"] == "completed"
        assert service.keys("/work") == [f"{name}/work/do"] * 2
        assert "nobody knows" in worker.said


BAD = {
    "an error of the service": (500, {"hold": "h-7"}),
    "a status nobody has heard of": (299 + 300, {}),
    "a redirect that is not followed": (307, {}, {"location": "/end"}),
    "no answer but a hang-up": raw(b""),
    "garbage": raw(b"\x00\xffnot http at all\r\n\r\n"),
    "half a header": raw(b"HTTP/1.1 200 OK\r\ncontent-le"),
    "a status and no more": raw(b"HTTP/1.1 200 OK\r\nx: "),
    "half a body": raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"hold\":"),
    "JSON that is none": (200, b'{"hold": '),
    "a page instead of JSON": (200, b"<html>log in first</html>"),
    "JSON too deep": (200, b"[" * 5000 + b"]" * 5000),
    "JSON without what the undo needs": (200, {"held": 1}),
    "two megabytes": (200, b'"' + b"x" * (2 << 20) + b'"'),
    "a header without end": raw(b"HTTP/1.1 200 OK\r\nx: " + b"y" * (200 << 10)),
    "one byte every tenth of a second": lambda handler: [time.sleep(0.1) or handler.wfile.write(b"H") for _ in range(40)],
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_answer_is_unknown_and_asked_again(own, tmp_path, name, what):
    with stage(own, tmp_path, by_path(work=[BAD[what], OK], end=OK)) as (service, worker, client):
        view = start(client, name)
        assert view["state"] == "completed" and view["output"] == {"work": {"hold": "h-7"}}, (view, worker.said)
        assert service.keys("/work") == [f"{name}/work/do"] * 2
        assert "nobody knows" in worker.said, worker.said


def test_a_step_that_nobody_knows_of_is_undone(own, tmp_path, name):
    with stage(own, tmp_path, by_path(work=(500, {}), back=OK)) as (service, _, client):
        assert start(client, name)["state"] == "compensated"
        assert service.keys("/work") == [f"{name}/work/do"] * 3 and service.keys("/back") == [f"{name}/work/undo"]


def test_a_refused_connection_is_not_now(own, tmp_path, name):
    with socket.socket() as placeholder:
        placeholder.bind(("127.0.0.1", 0))          # bound, not listening: refused, and nobody else's
        url = f"http://127.0.0.1:{placeholder.getsockname()[1]}"
        with Worker(own, CONFIG, tmp_path, URL=url) as worker, Client(own.endpoint) as client:
            client.ask("def.register", source=DEFINITION)
            view = start(client, name)
            # Compensated without its undo, which would not have come through either.
            assert view["state"] == "compensated" and view["error"]["step"] == "work", view
            assert "nothing was sent" in worker.said and "nobody knows" not in worker.said


def test_an_undo_gets_what_the_answer_said(own, tmp_path, name):
    with stage(own, tmp_path, by_path(work=OK, end=(422, {}), back=[(503, {}), silence(4), OK])) as (service, _, client):
        view = start(client, name)
        assert view["state"] == "compensated" and view["error"]["code"] == "refused", view
        backs = [asked for asked in service.asked if asked.path == "/back"]
        assert [asked.json for asked in backs] == [{"hold": "h-7"}] * 3
        assert {asked.key for asked in backs} == {f"{name}/work/undo"}


def test_connections_are_used_again_only_where_a_second_copy_does_no_harm(own, tmp_path, name):
    for dedupes, most in (("true", 1), ("false", 4)):
        folder = tmp_path / dedupes
        folder.mkdir()
        with stage(own, folder, by_path(work=OK, end=OK), CONFIG.replace("dedupes: true", f"dedupes: {dedupes}")) as (service, _, client):
            for i in range(2):
                assert start(client, f"{name}-{dedupes}-{i}")["state"] == "completed"
            assert len({asked.connection for asked in service.asked}) == most


def test_sigterm_lets_it_answer_what_it_holds(own, tmp_path, name):
    asked = threading.Event()

    def slow(handler):
        asked.set()
        time.sleep(0.3)
        handler.send_response(200)
        handler.send_header("content-length", "13")
        handler.end_headers()
        handler.wfile.write(b'{"hold": "h"}')

    with stage(own, tmp_path, by_path(work=slow, end=OK)) as (service, worker, client):
        client.ask("saga.start", definition="over-http", input={}, id=name)
        assert asked.wait(10)
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(10) == 0, worker.said
        assert client.ask("saga.get", id=name)["steps"][0]["state"] == "completed" and len(service.asked) == 1


def test_a_certificate_nobody_vouches_for_is_not_now_and_nothing_is_sent(own, tmp_path, name):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                    "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    with Service(by_path(work=OK, end=OK), tls=(certificate, key)) as service, Client(own.endpoint) as client:
        client.ask("def.register", source=DEFINITION)
        with Worker(own, CONFIG, tmp_path, URL=service.url) as worker:
            view = start(client, f"{name}-1")
            assert view["state"] == "compensated" and not service.asked, view
            assert "certificate" in worker.said and "nobody knows" not in worker.said, worker.said
            worker.process.terminate()
            assert worker.process.wait(10) == 0
        with Worker(own, CONFIG, tmp_path, URL=service.url, SSL_CERT_FILE=str(certificate)):
            assert start(client, f"{name}-2")["state"] == "completed"


def shop(asked):
    """Answers as the services of the example do; a customer named Poor has no money."""
    path, _, query = asked.path.partition("?")
    assert asked.headers["authorization"] == "Bearer t0ken"
    if path.startswith("/reservations/"):
        return (404, {}) if asked.method == "DELETE" and "gone" in path else (200, {"id": "r-1"})
    if path == "/quotes":
        return 200, {"price": 5}
    if path == "/charges" and asked.method == "POST":
        return (402, {"error": {"code": "card_declined"}}) if asked.form["customer"] == "Poor" else (201, {"id": "c-1"})
    if path == "/shipments":
        return 201, b"", {"location": "/shipments/9"}
    return 202, b""


@pytest.mark.parametrize("customer, state", [("Ann", "completed"), ("Poor", "compensated")])
def test_the_example_fulfils_an_order_and_takes_one_back(own, tmp_path, name, customer, state):
    with Service(shop) as service, Client(own.endpoint) as client, \
            Worker(own, EXAMPLE.read_text(), tmp_path, SHOP_URL=service.url, SHOP_TOKEN="t0ken") as worker:
        order = {"order": f"{name}/7", "customer": customer, "sku": "pen & ink", "count": 2, "amount": 10, "address": "Oslo"}
        view = start(client, name, order, "order-fulfilment")
        assert view["state"] == state, (view, worker.said)
        paths = [f"{asked.method} {asked.path}" for asked in service.asked]
        assert f"PUT /reservations/{name}%2F7" in paths and "GET /quotes?sku=pen%20%26%20ink&count=2&to=Oslo" in paths
        charge = next(asked for asked in service.asked if asked.path == "/charges")
        assert charge.form == {"customer": customer, "amount": "15", "reference": f"{name}/7"}
        if state == "completed":
            assert view["output"] == {"charge": "c-1", "tracking": "/shipments/9", "notified": True}
        else:
            assert view["error"]["code"] == "card_declined" and paths[-1] == f"DELETE /reservations/{name}%2F7"


PROVED = """
endpoint: ipc:///nowhere
dedupes: true
defaults: { base_url: "${ env.URL }", timeout: 5s }
actions:
  seat.reserve:
    url: /do
    no: { 409: "${ response.body.code }", 422: bad_input }
  seat.cancel:
    url: /undo
    body: { of: "${ task.done.operation }" }
    result: {}
"""


class Seats:
    """What a service that honours the key does: one effect and one answer per key, and no do after its undo."""

    def __init__(self):
        self.said, self.effects, self.void = {}, collections.Counter(), set()

    def __call__(self, asked):
        if asked.path.startswith("/effects"):
            return 200, str(self.effects[urllib.parse.unquote(asked.path.split("?")[1])]).encode()
        if asked.key in self.void:
            return 409, {"code": "undone"}
        if asked.key not in self.said:
            self.said[asked.key] = self.do(asked) if asked.path == "/do" else self.undo(asked)
        return self.said[asked.key]

    def do(self, asked):
        if "to" not in asked.json:
            return 422, {}
        self.effects[asked.key] += 1
        return 200, {"seat": asked.key}

    def undo(self, asked):
        done = asked.json["of"]
        self.void.add(done)
        self.effects[asked.key] += self.said.get(done, (0,))[0] == 200
        return 200, {}


def test_with_a_service_that_honours_the_key_it_stands_every_check(binary, tmp_path):
    (tmp_path / "c.yaml").write_text(PROVED)
    (tmp_path / "effects.py").write_text(
        "import sys, urllib.request, urllib.parse as p\n"
        "print(urllib.request.urlopen(sys.argv[1] + '/effects?' + p.quote(sys.argv[2], safe='')).read().decode())\n")
    with Service(Seats()) as service:
        run = subprocess.run(
            [binary, "worker", "check", "seat.reserve", "--undo", "seat.cancel", "--input", '{"to": "Rome"}',
             "--start", f"exec {binary} http-worker --config {tmp_path}/c.yaml",
             "--effects", f"{sys.executable} {tmp_path}/effects.py {service.url} {{operation}}"],
            capture_output=True, text=True, timeout=200, env=dict(os.environ, URL=service.url, NO_PROXY="127.0.0.1"))
    assert run.returncode == 0, run.stdout + run.stderr


def check(server, tmp_path, text, **environment):
    path = tmp_path / "c.yaml"
    path.write_text(text)
    return subprocess.run([server.binary, "http-worker", "--check", "--config", str(path)], capture_output=True, text=True, timeout=30,
                          env=dict(os.environ, **environment))


def test_a_sound_configuration_is_said_to_be_and_a_wrong_one_is_shown_with_its_places(server, tmp_path):
    good = check(server, tmp_path, EXAMPLE.read_text())
    assert good.returncode == 0 and "7 actions" in good.stderr, good
    bad = check(server, tmp_path, "actions:\n  a.b:\n    url: http://x/\n    metod: GET\n    no: { 900: x }\n")
    assert bad.returncode == 78, bad
    assert bad.stderr.splitlines() == [
        f"{tmp_path}/c.yaml:4:5: an action has no key 'metod'; did you mean 'method'?",
        f"{tmp_path}/c.yaml:5:11: '900' is no status: a number from 100 to 599, or a range such as 400-499"]
    missing = check(server, tmp_path, 'actions: { a: { url: "http://x/", headers: { a: "${ env.SKALD_NOT_SET }" } } }')
    assert missing.returncode == 78 and "the environment has no SKALD_NOT_SET" in missing.stderr
    gone = subprocess.run([server.binary, "http-worker", "--config", str(tmp_path / "none.yaml")], capture_output=True, text=True)
    assert gone.returncode == 74 and "none.yaml" in gone.stderr


def test_a_program_that_is_not_installed_is_named(server, tmp_path):
    alone = tmp_path / "skald"
    os.link(os.path.realpath(server.binary), alone) if os.stat(server.binary).st_dev == os.stat(tmp_path).st_dev else \
        alone.write_bytes(pathlib.Path(server.binary).read_bytes())
    alone.chmod(0o755)
    run = subprocess.run([str(alone), "http-worker", "--config", "x"], capture_output=True, text=True,
                         env=dict(os.environ, PATH="/nonexistent"))
    assert run.returncode == 74 and "skald-http-worker" in run.stderr and "swift build" in run.stderr, run
