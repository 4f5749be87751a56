"""The process dies, or the power fails, at any moment: under load, while it starts, while it makes its store."""
import signal
import time

from disks import Disk
from ledger import Ledger
from scenario import Failed, Mortal, gone
from skaldwire import NoAnswer

GENERATION = 25     # rounds on one store; then a new one, so that its making is cut too
LONGEST = 0.06      # seconds of load in a round


def start_and_die(case, server, strike):
    """Strikes while the server starts, ready or not."""
    server.launch()
    time.sleep(case.chance.uniform(0, 0.05))
    strike()
    server.kill()


def load_and_die(case, server, ledger, strike):
    """Strikes at a random moment of the load, and notes what was answered before the end."""
    with Mortal(server) as client:
        try:
            ledger.prepare(client)
            ledger.load(client, case.chance.uniform(0.002, LONGEST), window=case.chance.choice([1, 16, 64]))
            strike()
            # What the server still says: it may have been durable before.
            ledger.drain(client, 0.002)
        except NoAnswer:
            pass
        server.kill()
        ledger.drain(client)


def kill(case):
    """kill -9: acknowledged work is there once, whether it dies under load, while it starts or while it makes its store."""
    for rounds in case.generations(full=1_000, short=12, each=GENERATION):
        with gone(case.server()) as server:
            ledger = case.ledger()
            for round in rounds:
                one_round(case, server, ledger, round, lambda: server.signal(signal.SIGKILL), lambda: None, verify=round % 5 == 0)
            case.verify(server, "at the end of a store")


def power(case):
    """Power cuts: the disk forgets all that was not synced, in the middle of the load; then it is mounted again."""
    for rounds in case.generations(full=200, short=5, each=GENERATION):
        with Disk(case) as disk, gone(case.server(disk.path / "data")) as server:
            ledger = case.ledger()
            for round in rounds:
                one_round(case, server, ledger, round, disk.cut, disk.remount, verify=True)
    case.notes.append(f"control: a server whose syncs do nothing was caught by cut {control(case)}")


def control(case, most=5):
    """The cuts must be able to cut: where nothing is synced, something must be missing. The number of the cut that showed it."""
    for number in range(1, most + 1):
        with Disk(case) as disk, gone(case.server(disk.path / "data")) as server:
            server.environment = case.faults(lies=1)
            server.start()
            ledger = Ledger(number)
            load_and_die(case, server, ledger, disk.cut)
            disk.remount()
            try:
                case.survive(server, ledger, "control")
            except Failed:
                return number
    raise Failed(f"{most} cuts of a server whose syncs do nothing, and nothing is missing: they prove nothing")


def one_round(case, server, ledger, round, strike, mend, verify):
    if case.chance.random() < 0.3:
        start_and_die(case, server, strike)
        mend()
    case.start(server, f"round {round}")
    load_and_die(case, server, ledger, strike)
    mend()
    case.survive(server, ledger, f"round {round}", verify)
    server.kill()
