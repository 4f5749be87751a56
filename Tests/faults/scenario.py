"""What every scenario is given: servers with faults, ledgers, rounds, and what becomes a line of the table."""
import contextlib
import dataclasses
import pathlib
import random
import subprocess
import time

from ledger import Ledger
from skaldwire import Client, NoAnswer, Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = ("lost", "doubled", "unowned")


class Failed(Exception):
    """The server did what it must not; the message is for whoever reads the report."""


class Skipped(Exception):
    """This scenario cannot be run here; the message says what is missing."""


@dataclasses.dataclass
class Options:
    binary: str
    folder: pathlib.Path        # everything a run makes is in here
    shim: str                   # the library of faults, None without a C compiler
    short: bool = False
    rounds: int = None          # instead of the scenario's own number
    seed: int = 0


class Case:
    """One run of one scenario."""

    def __init__(self, name, options):
        self.name, self.options = name, options
        self.chance = random.Random(f"{name} {options.seed}")
        self.folder = options.folder / name
        self.folder.mkdir()
        self.ledgers = []
        self.done = 0               # rounds
        self.notes = []             # what the table has no column for
        self.began = time.monotonic()

    # Rounds

    def generations(self, full, short, each):
        """The rounds in groups of `each`, every group for a store of its own; how many depends on the form of the run."""
        left = self.options.rounds or (short if self.options.short else full)
        while left > 0:
            yield self.rounds(min(each, left))
            left -= each

    def rounds(self, count):
        """The numbers of so many rounds; each is counted when it is over."""
        for _ in range(count):
            yield self.done
            self.done += 1

    def result(self, failure=None, skipped=None):
        counts = {kind: sum(ledger.audit.count(kind) for ledger in self.ledgers) for kind in KINDS}
        return {"scenario": self.name, "rounds": self.done, "acknowledged": sum(one.acknowledged for one in self.ledgers),
                **counts, "seconds": round(time.monotonic() - self.began, 1), "notes": self.notes,
                "failure": failure, "skipped": skipped}

    # What is put under faults

    def ledger(self, refusals=("busy",)):
        self.ledgers.append(Ledger(self.chance.random(), refusals))
        return self.ledgers[-1]

    def server(self, data=None):
        return Server(self.options.binary, data=data, sagas=ROOT / "sagas")

    def faults(self, **settings):
        """The environment of a server with these faults: `call="3 5"` is FAULT_CALL=3 5."""
        if self.options.shim is None:
            raise Skipped("needs a C compiler")
        names = {f"FAULT_{name.upper()}": str(value) for name, value in settings.items()}
        return {"LD_PRELOAD": self.options.shim, "SWIFT_BACKTRACE": "enable=no", **names}

    def expect(self, isTrue, text):
        if not isTrue:
            raise Failed(text() if callable(text) else text)

    def start(self, server, why):
        """Starts without faults: whatever happened before, that must go well."""
        server.environment, server.wrapper = {}, []
        try:
            server.start()
        except RuntimeError as problem:
            raise Failed(f"{why}: {problem}") from None

    def verify(self, server, why):
        run = server.run("store", "verify", "--data", server.data)
        self.expect(run.returncode == 0, lambda: f"{why}: verify exits {run.returncode}: {run.stdout}{run.stderr}")

    def survive(self, server, ledger, why, verify=True):
        """The server starts again, everything that was acknowledged is there once, and the store is whole."""
        self.start(server, why)
        try:
            ledger.survive(server)
        except (AssertionError, NoAnswer) as problem:
            raise Failed(f"{why}: {problem}; server: {said(server)}") from None
        if verify:
            self.verify(server, why)


class Mortal(Client):
    """A client that knows the server's process, and does not wait for one that has gone."""

    def __init__(self, server, timeout=30):
        super().__init__(server.endpoint, timeout)
        self.server = server

    def receive(self, timeout=None):
        until = time.monotonic() + (self.timeout if timeout is None else timeout)
        while not self.socket.poll(20):
            gone = self.server.process.poll() is not None
            if (gone and not self.socket.poll(20)) or time.monotonic() > until:
                raise NoAnswer("the server has gone" if gone else "no answer")
        return super().receive(0)


def said(server, most=1_000):
    return server.log.read_text(errors="replace")[-most:]


def command(*words, why, error=Failed):
    """A command of the system that must succeed."""
    run = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise error(f"{why}: {' '.join(map(str, words))}: {run.stderr.strip()}")


@contextlib.contextmanager
def gone(server):
    """Ends the server whatever happens inside."""
    try:
        yield server
    finally:
        server.remove()
