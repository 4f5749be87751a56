"""Limits of the operating system: few descriptors, little memory, small files."""
import shutil
import socket

from scenario import Mortal, Skipped, gone, said
from skaldwire import Client, NoAnswer


def limits(case):
    """Each limit is told in words or served around; what was acknowledged outlives all of them."""
    if not shutil.which("prlimit"):
        raise Skipped("needs prlimit (Debian: util-linux)")
    few_descriptors(case)
    too_few_descriptors(case)
    small_files(case)
    little_memory(case)
    no_addresses(case)


def limited(case, server, *words):
    server.wrapper = ["prlimit", *words, "--"]
    server.environment = {"SWIFT_BACKTRACE": "enable=no"}


def few_descriptors(case):
    """More clients than descriptors: over TCP who is in is served, and others when those have gone.

    Over ipc libzmq 4.3.4 ends the process instead (an assertion in its ipc_listener): the same as kill -9, nothing is lost.
    """
    for scheme in ("tcp", "ipc"):
        with gone(case.server()) as server:
            if scheme == "tcp":
                server.binds = [f"tcp://127.0.0.1:{free_port()}"]
            limited(case, server, "--nofile=64")
            server.start()
            ledger = case.ledger()
            crowd = []
            with Mortal(server) as client:
                try:
                    ledger.prepare(client)
                    served = press(server, ledger, client, crowd)
                    case.expect(0 < served < len(crowd), f"{scheme}: {served} of {len(crowd)} clients were served")
                    how = f"{served} of {len(crowd)} more clients served, and all that the first one asked"
                except NoAnswer:
                    code = server.process.wait(10)
                    case.expect(scheme == "ipc" and code == 74, lambda: f"{scheme}: ended with {code}: {said(server)}")
                    how = "ended by libzmq"
                ledger.drain(client)
                for one in crowd:
                    one.close()
            if server.process.poll() is None:
                with Mortal(server) as client:
                    ledger.settle(client)
            server.kill()
            case.survive(server, ledger, "after too many clients")
        case.notes.append(f"64 descriptors, {scheme}: {how}")
        case.done += 1


def press(server, ledger, client, crowd):
    """Clients come until one is not served, then some more; the first one goes on. Answers how many were served."""
    served = 0
    while len(crowd) - served < 5:
        crowd.append(Client(server.endpoint, timeout=0.3))
        served += answers(crowd[-1])
    ledger.load(client, 0.2)
    ledger.finish(client)
    return served


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answers(client):
    try:
        return client.request("server.info").ok
    except NoAnswer:
        return False


def too_few_descriptors(case):
    """So few that it cannot start: it says so and ends, or it starts; it never hangs."""
    started, codes = 0, set()
    for count in range(4, 48, 12 if case.options.short else 2):
        with gone(case.server()) as server:
            limited(case, server, f"--nofile={count}")
            try:
                server.start()
                started += 1
            except RuntimeError as problem:
                codes.add(server.process.returncode)
                # 127: the loader itself finds no libraries. Where libzmq asserts, it says why, and the server ends with 74.
                case.expect(server.process.returncode in (69, 74, 127), f"{count} descriptors: {problem}")
                case.expect("open files" in said(server) or "shared object" in said(server),
                            f"{count} descriptors: it ends and does not say why: {problem}")
            server.kill()
        case.done += 1
    case.notes.append(f"4 to 46 descriptors: {started} started, the others ended with {sorted(codes)}")


def small_files(case):
    """The data file may not grow: nothing more is acknowledged, nothing that was is lost."""
    ended = {}
    for size in (300_000, 1_000_000):
        with gone(case.server()) as server:
            case.start(server, "before the limit")
            ledger = case.ledger(refusals=("busy", "read_only"))
            with Mortal(server) as client:
                ledger.prepare(client)
            server.kill()
            limited(case, server, f"--fsize={size}")
            ended[size] = load_to_the_end(case, server, ledger)
            case.survive(server, ledger, f"files of at most {size} bytes")
        case.done += 1
    case.notes.append("files of at most n bytes: " + ", ".join(f"{size:,}: {how}" for size, how in ended.items()))


def little_memory(case):
    """Too little to go on: it may die, as by kill -9, and loses nothing."""
    ended = {}
    for megabytes in (16, 64) if case.options.short else (8, 16, 24, 32, 48, 64, 128):
        with gone(case.server()) as server:
            limited(case, server, f"--data={megabytes << 20}")
            ledger = case.ledger(refusals=("busy", "read_only"))
            ended[megabytes] = load_to_the_end(case, server, ledger)
            case.survive(server, ledger, f"{megabytes} MiB")
        case.done += 1
    case.notes.append("memory of n MiB: " + ", ".join(f"{size}: {how}" for size, how in ended.items()))


def load_to_the_end(case, server, ledger):
    """How a server under a limit ended, or that it did not."""
    try:
        server.start()
    except RuntimeError:
        return f"no start ({server.process.returncode})"
    with Mortal(server) as client:
        try:
            ledger.prepare(client)
            ledger.load(client, 0.5 if case.options.short else 1.5, window=512)
            ledger.finish(client)
            how = "served"
        except NoAnswer:
            how = f"ended ({server.process.wait(10)})"
        server.kill()
        ledger.drain(client)
    return how


def no_addresses(case):
    """The map needs addresses, not memory: without them it is said which, and nothing is made."""
    with gone(case.server()) as server:
        limited(case, server, f"--as={2 << 30}")
        try:
            server.start()
            case.expect(False, "a map of 1 TiB fits into 2 GiB of addresses")
        except RuntimeError as problem:
            case.expect(server.process.returncode == 74, str(problem))
            case.expect("memory" in said(server) or "address" in said(server), str(problem))
        case.start(server, "with addresses again")
    case.done += 1
