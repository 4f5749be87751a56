"""What is measured: one base point, and one axis varied at a time; `full` crosses them."""
import dataclasses
import itertools

WINDOWS = (1, 64, 256, 1024, 8192)
SAGA_WINDOWS = (1, 64, 256, 1024)
BASE = dict(window=256, clients=1, keys=10_000, ids="ordered", body=100)
KIB = 1024


@dataclasses.dataclass(frozen=True)
class Case:
    """One row: what the load is asked for, and the floor beside it; both are told windows, clients, keys, ids and bodies."""
    group: str
    name: str
    load: tuple
    floor: tuple            # arguments of the floor, or ("echo",) for a bare ROUTER and DEALER
    window: int
    slow: bool = False      # with the injected sync

    @property
    def title(self):
        return f"{self.name}, 2 ms sync" if self.slow else self.name


def command(name, slow=False, **changed):
    point = dict(BASE, **changed)
    shared = ("-w", point["window"], "-c", point["clients"], "-a", point["keys"], "-u", point["ids"])
    return Case("commands", f"command, {name}", ("commands", *shared, "-b", point["body"]), (*shared, "-d", point["body"]),
                point["window"], slow)


def saga(window, undone=0, slow=False):
    name = f"saga of 3 steps, window {window}" if not undone else f"saga, 1 in {undone} undone, window {window}"
    return Case("sagas", name, ("sagas", "-w", window, "-r", undone), ("-w", window, "-u", "ordered"), window, slow)


def read(operation, keys, window):
    return Case("reads", f"{operation}, window {window}", ("reads", "-q", operation, "-a", keys, "-w", window),
                ("echo", "-w", window), window)


MATRIX = [
    *(command(f"window {window}", window=window) for window in WINDOWS),
    *(command(f"random ids, window {window}", ids="random", window=window) for window in (1, 256, 1024)),
    command("8 clients, 1 each", clients=8, window=1),
    command("8 clients, 32 each", clients=8, window=32),
    command("100 keys", keys=100),
    command("1,000,000 keys", keys=1_000_000),
    command("body of 1 KiB", body=KIB),
    *(saga(window) for window in SAGA_WINDOWS),
    saga(256, undone=10),
    read("aggregate.get", 10_000, 1), read("aggregate.get", 10_000, 64),
    read("event.read", 1_000, 64), read("saga.get", 1_000, 64),
]

SLOW_DISK = [
    *(command(f"window {window}", slow=True, window=window) for window in WINDOWS),
    *(saga(window, slow=True) for window in (1, 256, 1024)),
]


def full():
    """Every point of the commands' space, and every window of the sagas: hours, for a machine of its own."""
    points = itertools.product(WINDOWS, (1, 8), (100, 10_000, 1_000_000), ("ordered", "random"), (100, KIB))
    return [
        *(command(f"window {w}, {c} clients, {k:,} keys, {ids} ids, {body} B", window=w, clients=c, keys=k, ids=ids, body=body)
          for w, c, k, ids, body in points if w * c <= 16_384),
        *(saga(window, undone) for window in SAGA_WINDOWS for undone in (0, 10)),
        *(read(operation, keys, window) for operation, keys in (("aggregate.get", 10_000), ("event.read", 1_000), ("saga.get", 1_000))
          for window in WINDOWS[:4]),
    ]
