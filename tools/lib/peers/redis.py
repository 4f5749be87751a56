"""Redis Streams, appendfsync always: what a turn of its loop has changed is synced before any of it is answered."""
import os
import socket
import subprocess

from bench import Failed

from .contender import BODY, KEYS, UNDO_EVERY, Contender, Shape, check, metered, records
from .processes import Private

HERE = os.path.dirname(os.path.abspath(__file__))

COUNT_ENTRIES = "local n = 0 for _, key in ipairs(redis.call('KEYS', ARGV[1])) do n = n + redis.call('XLEN', key) end return n"


class Redis(Contender):
    name = "redis"
    work = "append"
    requests_a_connection = 64

    def shapes(self, what, window):
        # It reads 16 KiB of a connection in a turn, so at large windows more connections make a sync serve more requests.
        likeliest = self.requests_a_connection
        return [Shape(connections=n) for n in dict.fromkeys(max(1, window // each) for each in (likeliest, 64, 256, window))]

    def run(self, what, window, shape):
        folder = self.folder()
        self.socket = os.path.join(folder, "socket")
        server = Private(self.command(folder), folder)
        try:
            server.start(lambda: ask(self.socket, "PING") == "PONG")
            work = self.work if what == "append" else "sagas"
            script = "" if work == "bare" else load_script(self.socket, f"{'append' if what == 'append' else 'saga'}.lua")
            command = [self.place.program("peerload"), "redis", work, "-e", self.socket, "-w", window, "-c", shape.connections,
                       "-t", self.place.seconds, "-a", KEYS, "-b", BODY, "-r", UNDO_EVERY, "-x", script]
            run, found = metered(command, server.pid, window)
            server.kill()
            server.start(lambda: ask(self.socket, "PING") == "PONG")
            if what == "append":
                self.check(found["done"], "counter:*", ids=0 if work == "bare" else found["done"])
            else:
                self.check(records(found["done"], found["undone"]), "*", ids=0)
        finally:
            server.kill()
        return run

    def check(self, entries, pattern, ids):
        """Of what the append-only file gave back: the entries of streams, and the ids remembered."""
        check(ask(self.socket, "EVAL", COUNT_ENTRIES, "0", pattern), entries, self.name)
        streams = ask(self.socket, "EVAL", "return #redis.call('KEYS', ARGV[1])", "0", pattern)
        check(ask(self.socket, "DBSIZE") - streams, ids, self.name)

    def command(self, folder):
        settings = {"port": "0", "unixsocket": self.socket, "dir": folder, "save": "", "appendonly": "yes",
                    "appendfsync": "always", "auto-aof-rewrite-percentage": "0"}
        return ["redis-server", *(word for name, value in settings.items() for word in (f"--{name}", value))]

    def version(self):
        said = subprocess.run(["redis-server", "--version"], capture_output=True, text=True, check=False).stdout
        return "Redis " + said.partition("v=")[2].partition(" ")[0]


class BareRedis(Redis):
    name = "redis-bare"
    work = "bare"
    cases = ("append",)
    requests_a_connection = 256


def load_script(path, name):
    with open(os.path.join(HERE, name)) as file:
        return ask(path, "SCRIPT", "LOAD", file.read())


def ask(path, *words):
    """One request over the unix socket, and its answer, which is a number, a word or a text of one line."""
    encoded = [word.encode() for word in words]
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(60)
        link.connect(path)
        link.sendall(b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded))
        with link.makefile("rb") as answers:
            return decoded(answers, words[0])


def decoded(answers, request):
    line = answers.readline().decode().rstrip()
    kind, rest = line[:1], line[1:]
    if kind == "$":
        return answers.read(int(rest)).decode()
    if kind == ":":
        return int(rest)
    if kind == "+":
        return rest
    if rest.startswith("LOADING"):
        return False
    raise Failed(f"Redis answered {request} with: {line or 'nothing'}")
