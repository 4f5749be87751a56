"""A disk that fills up, and one that stops taking writes, under a running server."""
import time

from disks import Disk
from scenario import Mortal, gone, said
from skaldwire import NoAnswer, new_id

MB = 1 << 20
LAST = 12       # seconds after which the last ones go on: more than it takes to fill the disk, on a slow machine too
AMBER, RED = 200 * MB, 8 * MB   # bytes left; the server's own marks are 256 and 32 MiB, and a reserve of 64 MiB


def rolls_back(seconds):
    """Takes money, sleeps, is refused, and gives it back."""
    return {"saga": "rolls-back", "version": 1, "steps": {
        "take": {"command": "account.withdraw", "key": "a0", "with": {"amount": 3},
                 "undo": {"command": "account.deposit", "with": {"amount": 3}}},
        "nap": {"needs": ["take"], "sleep": f"{seconds}s"},
        "charge": {"pivot": True, "needs": ["nap"], "command": "card.charge", "key": "none", "with": {"amount": 1}}}}


# Its undo is refused, and tried again, until the other one has opened the account.
RETRIES_UNDO = {"saga": "retries-undo", "version": 1, "steps": {
    "one": {"command": "counter.add", "key": "undone", "with": {"n": 0},
            "undo": {"command": "account.close", "key": "late", "retry": {"attempts": "forever", "first": "100ms", "only": ["not_open"]}}},
    "charge": {"pivot": True, "needs": ["one"], "command": "card.charge", "key": "none", "with": {"amount": 1}}}}
OPENS = {"saga": "opens", "version": 1, "steps": {
    "nap": {"sleep": "2s"},
    "open": {"needs": ["nap"], "command": "account.open", "key": "late", "with": {"owner": "late"},
             "undo": "none", "because": "it is closed by the other"}}}


def disk(case):
    """Full: first no new work while roll-backs end, then reads only; and all of it goes on when there is room again."""
    with Disk(case) as disk, gone(case.server(disk.path / "data")) as server:
        case.start(server, "on an empty disk")
        ledger = case.ledger(refusals=("busy", "read_only"))
        with Mortal(server) as client:
            ledger.prepare(client)
            ledger.load(client, 0.3)
            soon, later, last = ([ledger.start_saga(client, rolls_back(seconds)) for _ in range(50)] for seconds in (1, 3, LAST))
            due = time.monotonic() + LAST
            retries, opens = ledger.start_saga(client, RETRIES_UNDO), ledger.start_saga(client, OPENS)
            ledger.finish(client)
            case.expect(ledger.refused == 0, "new work was refused on an empty disk")
            fill(case, disk, client, AMBER, "amber")
            ends(case, client, soon + [retries], "compensated")
            ends(case, client, [opens], "completed")
            case.expect((server.data / "RESERVE").exists(), "the reserve was given up too early")
            fill(case, disk, client, RED, "amber")
            case.expect(not (server.data / "RESERVE").exists(), "the reserve was not given up")
            ends(case, client, later, "compensated")
            fill(case, disk, client, RED, "red")
            disk.fill(0)
            case.expect(time.monotonic() < due, "it took too long to fill the disk: what should wait was due before")
            time.sleep(due + 1 - time.monotonic())      # what is due now waits
            ends(case, client, last, "running", seconds=0)
            refuses(case, client)
            disk.empty()
            until_space(case, client, "green")
            ends(case, client, last, "compensated")
            ledger.load(client, 0.3)
            ledger.settle(client)
        case.done += 1
        suddenly(case, disk, server, ledger)
        case.survive(server, ledger, "after the disk was full")


def suddenly(case, disk, server, ledger):
    """Filled at once in the middle of the load, over and over: a commit may find no room in its middle."""
    for round in case.rounds(3 if case.options.short else 20):
        with Mortal(server) as client:
            try:
                ledger.load(client, case.chance.uniform(0.01, 0.05))
                disk.fill(case.chance.choice([0, 0, 64 << 10, MB]))
                ledger.load(client, 0.1)
                ledger.finish(client)
                disk.empty()
                until_space(case, client, "green")
            except NoAnswer:
                case.expect(server.process.wait(10) == 74, lambda: f"filled at once, round {round}: {said(server)}")
                case.notes.append(f"filled at once, round {round}: exit 74")
                disk.empty()
        server.kill()
        case.survive(server, ledger, f"filled at once, round {round}")
    server.kill()


def fill(case, disk, client, left, state):
    disk.fill(left)
    until_space(case, client, state)
    refuses(case, client)


def until_space(case, client, state, seconds=10):
    """Waits until the server says so."""
    until = time.monotonic() + seconds
    while (info := client.ask("server.info"))["space"] != state:
        case.expect(time.monotonic() < until, f"after {seconds} s the server says {info['space']}, not {state}")
        time.sleep(0.05)
    case.expect(info["read_only"] == (state == "red"), f"read_only is {info['read_only']} in state {state}")


def refuses(case, client):
    """New work is refused as `read_only`, and reads are answered."""
    saga = client.request("saga.start", {"inline": rolls_back(1), "input": {}})
    command = client.command("counter", "refused", "add", {"n": 1})
    submit = client.request("command.submit", {"id": new_id(), "aggregate": "counter", "key": "refused", "name": "add", "body": {"n": 1}})
    for reply in (saga, command, submit):
        case.expect(reply.code == "read_only", f"not refused: {reply}")
    case.expect(client.request("aggregate.get", {"aggregate": "account", "key": "a0"}).ok, "a read was refused")


def ends(case, client, sagas, state, seconds=10):
    for saga in sagas:
        found = client.end_of(saga, seconds)["state"]
        case.expect(found == state, f"saga {saga} is {found}, not {state}")


def readonly(case):
    """The kernel stops writing to the disk under load: the server ends with 74 or refuses, and loses nothing."""
    exits = 0
    for rounds in case.generations(full=20, short=2, each=10):
        with Disk(case) as disk, gone(case.server(disk.path / "data")) as server:
            ledger = case.ledger(refusals=("busy", "read_only"))
            for round in rounds:
                case.start(server, f"round {round}")
                exits += one_abort(case, disk, server, ledger, round)
                case.survive(server, ledger, f"round {round}")
                server.kill()
    case.notes.append(f"{exits} exits with 74")


def one_abort(case, disk, server, ledger, round):
    """Answers whether the server ended by it."""
    with Mortal(server) as client:
        try:
            ledger.prepare(client)
            ledger.load(client, case.chance.uniform(0.01, 0.1))
            disk.abort()
            ledger.load(client, 0.2)
            ledger.finish(client)
            client.ask("aggregate.get", aggregate="account", key="a0")
            ended = False
        except NoAnswer:
            code = server.process.wait(10)
            case.expect(code == 74 and "verify" in said(server), lambda: f"round {round}: exit {code}: {said(server)}")
            ended = True
        server.kill()
        ledger.drain(client)
    disk.remount()
    return ended
