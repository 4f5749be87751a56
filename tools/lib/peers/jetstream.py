"""NATS JetStream, sync_interval always: each message is synced before it is acknowledged."""
import json
import os
import socket
import subprocess
import sys

from bench import Failed

from .contender import BODY, KEYS, UNDO_EVERY, Contender, Shape, check, metered, records
from .processes import Private, free_port

CONFIGURATION = """
listen: "127.0.0.1:%d"
jetstream {
    store_dir: "%s/store"
    max_file_store: 50GB
    sync_interval: always
}
"""


class JetStream(Contender):
    name = "jetstream"
    batch = 1
    streams = (8, 4, 1)     # a stream syncs one message at a time; streams beside each other sync beside each other

    def shapes(self, what, window):
        return [Shape(connections=n, partitions=n, batch=self.batch) for n in self.streams if n * self.batch <= window]

    def run(self, what, window, shape):
        folder = self.folder()
        self.port = free_port()
        with open(os.path.join(folder, "configuration"), "w") as file:
            file.write(CONFIGURATION % (self.port, folder))
        server = Private([self.program(), "-c", "configuration"], folder)
        streams = range(shape.partitions)
        try:
            server.start(self.ready)
            for one in streams:
                self.ask(f"$JS.API.STREAM.CREATE.S{one}", {
                    "name": f"S{one}", "subjects": [f"s{one}.>"], "storage": "file", "allow_atomic": self.batch > 1})
            work = "batch" if self.batch > 1 else what
            command = [self.place.program("peerload"), "jetstream", work, "-e", f"127.0.0.1:{self.port}", "-w", window,
                       "-c", shape.connections, "-p", shape.partitions, "-t", self.place.seconds, "-a", KEYS, "-b", BODY,
                       "-r", UNDO_EVERY, "-n", shape.batch]
            run, found = metered(command, server.pid, window)
            server.kill()
            server.start(self.ready)
            kept = sum(self.ask(f"$JS.API.STREAM.INFO.S{one}")["state"]["messages"] for one in streams)
            check(kept, found["records"], self.name)
        finally:
            server.kill()
        if what == "sagas":
            check(found["records"], records(found["done"], found["undone"]), self.name)
        return run

    def ready(self):
        return "error" not in self.ask("$JS.API.INFO", patience=1)

    def ask(self, subject, request=None, patience=30):
        """One request to JetStream's own interface, and what it answers."""
        payload = json.dumps(request).encode() if request else b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=patience) as link, link.makefile("rwb") as lines:
            lines.write(b'CONNECT {"verbose":false}\r\nSUB _A 1\r\n')
            lines.write(b"PUB %s _A %d\r\n%s\r\n" % (subject.encode(), len(payload), payload))
            lines.flush()
            while (line := lines.readline().decode()):
                if line.startswith("MSG "):
                    answer = json.loads(lines.read(int(line.split()[-1])))
                    if request and "error" in answer:
                        raise Failed(f"JetStream answered {subject} with {answer['error']}")
                    return answer
        raise OSError(f"{subject} was not answered")

    def program(self):
        """The one beside this Python: Debian 12's is 2.9.10, which does not know `sync_interval: always`."""
        return os.path.join(os.path.dirname(sys.executable), "nats-server")

    def version(self):
        said = subprocess.run([self.program(), "--version"], capture_output=True, text=True, check=False).stdout
        return "JetStream " + said.rpartition(" v")[2].strip()


class BatchedJetStream(JetStream):
    name = "jetstream-batch"
    cases = ("append",)
    batch = 32
    least_window = 64
    streams = (4, 2, 1)     # a batch is synced as one
