"""Faults of single calls to the system: each in turn fails or ends the process; syncs are slow; the clock jumps."""
import collections
import errno

from ledger import NAP
from scenario import Failed, Mortal, gone, said
from skaldwire import NoAnswer

STEPS = 24              # messages of the load that every call of is put under fault
MOST_CALLS = 2_000      # a load makes some hundred
KINDS = (("EIO", errno.EIO), ("ENOSPC", errno.ENOSPC), ("kill", "kill"), ("torn", "torn"))


def syscalls(case):
    """The n-th call that changes a file fails, or the process dies in it, for n = 1, 2, 3 … until a run has no n-th call."""
    stride = 29 if case.options.short else 1
    for name, what in KINDS:
        outcomes = collections.Counter()
        for number in range(1 + case.chance.randrange(stride), MOST_CALLS, stride):
            hit = case.folder / "hit"
            hit.unlink(missing_ok=True)
            with gone(case.server()) as server:
                outcome = one_call(case, server, name, what, number, hit)
            if not hit.exists():
                break
            case.done += 1
            outcomes[outcome] += 1
        else:
            raise Failed(f"{name}: still hit after {MOST_CALLS} calls")
        case.notes.append(f"{name}, to the {number}. call: " + ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items())))


def one_call(case, server, name, what, number, hit):
    """What became of a server whose n-th call is put under fault; afterwards it must be whole."""
    why = f"{name} at call {number}"
    server.environment = case.faults(call=f"{number} {what}", hit=hit)
    ledger = case.ledger(refusals=("busy", "read_only"))
    try:
        server.start()
    except RuntimeError:
        outcome = "refused to start"
    else:
        outcome = "went on"
        with Mortal(server) as client:
            try:
                ledger.prepare(client)
                for _ in range(STEPS):
                    ledger.send_one(client)
                    ledger.finish(client)
            except NoAnswer:
                outcome = "stopped"
            ledger.drain(client)
        if outcome == "went on":
            server.stop()
    check_end(case, server, what, outcome, why)
    case.survive(server, ledger, why + (f" ({hit.read_text()})" if hit.exists() else ""))
    return outcome


def check_end(case, server, what, outcome, why):
    code = server.process.wait(10)
    if what in ("kill", "torn") and code == -9:
        return
    allowed = (0,) if outcome == "went on" else (74,)
    # A fault may also strike while it stops, after everything was answered.
    case.expect(code in allowed or (outcome == "went on" and code == 74), lambda: f"{why}: exit {code}: {said(server)}")
    if code == 74:
        case.expect(said(server).strip(), lambda: f"{why}: exit 74 without a word")


def slow(case):
    """Every sync takes 2 to 200 ms longer: all is answered, and a sync serves many commands."""
    for delay in (2, 20) if case.options.short else (2, 20, 200):
        with gone(case.server()) as server:
            server.environment = case.faults(delay=delay * 1000)
            server.start()
            ledger = case.ledger()
            with Mortal(server) as client:
                ledger.prepare(client)
                before = client.ask("server.info")["counters"]
                ledger.load(client, 1 if case.options.short else 5, window=256)
                ledger.finish(client)
                after = client.ask("server.info")["counters"]
            commands, commits = (after[name] - before[name] for name in ("commands", "commits"))
            case.expect(commands >= 5 * commits, f"{delay} ms: {commits} commits for {commands} commands")
            case.notes.append(f"{delay} ms a sync: {commands} commands in {commits} commits")
            server.kill()
            case.survive(server, ledger, f"{delay} ms")
        case.done += 1


def clock(case):
    """The wall clock jumps by an hour and a day, forwards and back: event times never go back, timers run, nothing is lost."""
    wrong = case.folder / "clock"
    wrong.write_text("0")
    with gone(case.server()) as server:
        server.options += ["--retention", "30d"]    # else what was answered before the jump by a day is forgotten, as it should be
        server.environment = case.faults(clock=wrong)
        server.start()
        ledger = case.ledger()
        with Mortal(server) as client:
            ledger.prepare(client)
            for jump in (0, 3_600, -3_600, 86_400, 0):
                sleeper = ledger.start_saga(client, NAP)
                wrong.write_text(str(jump))
                ledger.load(client, 0.3)
                ledger.finish(client)
                state = client.end_of(sleeper, 10)["state"]
                case.expect(state == "completed", f"the clock at {jump:+} s: a sleep of 300 ms is {state} after 10 s")
                case.done += 1
        server.kill()
        case.survive(server, ledger, "after the jumps")
