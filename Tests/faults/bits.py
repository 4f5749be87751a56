"""Bits that change on the disk while nobody looks, and files that are cut: named, or served right, never served wrong."""
import collections
import os
import shutil
import time

from answers import Answers
from scenario import Failed, gone, said
from skaldwire import Client

PAGE = 4096
META_PAGES, META_BYTES = 2, 152         # LMDB's two roots, and what of each page means something
FLIPS_PER_PAGE, FLIPS_PER_META = 12, 150
LEFT_OUT = shutil.ignore_patterns("RESERVE", "lock.mdb", "*.sock")
SLEEPS = {"saga": "sleeps", "version": 1, "steps": {"nap": {"sleep": "7d"}}}


def make_store(case):
    """A small store with a bit of everything: events, refusals, sagas that ended and one that sleeps, receipts, snapshots."""
    ledger = case.ledger()
    with gone(case.server()) as server:
        server.options += ["--retention", "2s"]
        case.start(server, "making the store")
        with Client(server.endpoint) as client:
            ledger.prepare(client)
            case.expect(client.command("counter", "many", "burst", {"n": 150}).ok, "no burst")     # worth a snapshot
            for pause in (2.1, 0.1):    # after the first the receipts of the first half expire, and all rows are sorted in
                for _ in range(60):
                    ledger.send_one(client)
                ledger.finish(client)
                time.sleep(pause)
            client.ask("saga.start", inline=SLEEPS, input={})
        case.expect(server.stop() == 0, "the server that made the store did not stop")
        shutil.copytree(server.data, case.folder / "store", ignore=LEFT_OUT)
    return case.folder / "store", ledger


def opened(case, store):
    """A server on a copy of the store, not started."""
    copy = case.folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(store, copy)
    server = case.server(copy)
    server.environment = {"SWIFT_BACKTRACE": "enable=no"}
    return server


def bits(case):
    """One bit of the data file flips, at places on every page: verify names it, or all is served as before; then it is written to."""
    store, ledger = make_store(case)
    with gone(opened(case, store)) as server:
        case.start(server, "the good store")
        answers = Answers(server, ledger)
    size = (store / "data.mdb").stat().st_size
    places = [(page * PAGE + case.chance.randrange(PAGE), case.chance.randrange(8))
              for page in range(META_PAGES, size // PAGE) for _ in range(FLIPS_PER_PAGE)]
    places += [(page * PAGE + case.chance.randrange(META_BYTES), case.chance.randrange(8))
               for page in range(META_PAGES) for _ in range(FLIPS_PER_META)]
    places = [place for place in places if place != untellable(store)]
    case.chance.shuffle(places)
    counts, wrong = collections.Counter(), []
    for place, (offset, bit) in zip(case.rounds(40 if case.options.short else case.options.rounds or len(places)), places):
        what, why = one_flip(case, store, offset, bit, answers)
        counts[what] += 1
        if what in ("hidden", "missed"):
            wrong.append(f"{what}: bit {bit} of byte {offset} (page {offset // PAGE}): {why}")
    case.notes.append(f"{size // PAGE} pages, {len(answers.questions)} questions a flip: "
                      + ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    if wrong:
        raise Failed(f"{len(wrong)} hidden or missed:\n      " + "\n      ".join(wrong[:40]))


def untellable(store):
    """The one bit nobody can tell, in half of all stores: with it the newer root looks as LMDB leaves one that it could not write."""
    data = (store / "data.mdb").read_bytes()
    numbers = [int.from_bytes(data[page * PAGE + 144:page * PAGE + 152], "little") for page in range(META_PAGES)]
    newer = numbers.index(max(numbers))
    return (newer * PAGE + 144, 1) if numbers[newer] & 2 else None


def one_flip(case, store, offset, bit, answers):
    """What it came to, and what was missed.

    harmless: verify finds nothing, all is answered as before · named: verify names it, and what is answered is right, until the
    server ends with 74 where it ends ·
    hidden: verify names it, and the server does not find what a key of a table led to; what it does answer is right ·
    missed: anything else. Neither of the last two may be.
    """
    with gone(opened(case, store)) as server:
        with open(server.data / "data.mdb", "r+b") as file:
            file.seek(offset)
            byte = file.read(1)[0]
            file.seek(offset)
            file.write(bytes([byte ^ 1 << bit]))
        run = server.run("store", "verify", "--data", server.data)
        if run.returncode not in (0, 74):
            return "missed", f"verify exits {run.returncode}: {run.stdout}{run.stderr}"
        if run.returncode == 74 and not (run.stdout + run.stderr).strip():
            return "missed", "verify exits 74 without a word"
        is_named = run.returncode == 74
        ended, wrong, hidden, whole = serve(server, answers)
        if wrong:
            return "missed", wrong + (" (verify names the damage)" if is_named else "")
        if hidden and is_named:
            return "hidden", f"the server runs without a row that was there: {hidden}"
        if ended and "(-" in ended.partition(":")[0]:
            return "missed", f"a signal ends the server: {ended}"
        if is_named:
            return "named", None
        if not whole:
            return "missed", f"verify finds nothing, and the server: {ended or 'some answers are internal'}"
        return "harmless", None


def serve(server, answers):
    """(how it ended, what it answered wrong, whether it lacked a row, whether it answered all) on a damaged store."""
    try:
        server.start()
    except RuntimeError as problem:
        code = server.process.returncode
        wrong = None if code == 74 else str(problem)
        return f"did not start ({code}): {said(server, 300)}", wrong, False, False
    equal, hidden, wrong = answers.compare(server)
    ended = server.process.poll()
    return ended and f"ended ({ended})", wrong, hidden, equal == len(answers.questions)


def truncated(case):
    """A data file that is empty, or cut anywhere, is refused with advice, or whole: free pages at the end are nobody's loss."""
    store, ledger = make_store(case)
    with gone(opened(case, store)) as server:
        case.start(server, "the good store")
        answers = Answers(server, ledger)
    size = (store / "data.mdb").stat().st_size
    cuts = [0, 1, PAGE - 1, PAGE, 2 * PAGE, size // 2, size - PAGE, size - 1]
    cuts += [case.chance.randrange(size) for _ in range(2 if case.options.short else 100)]
    counts = collections.Counter()
    for _, cut in zip(case.rounds(len(cuts)), cuts):
        with gone(opened(case, store)) as server:
            os.truncate(server.data / "data.mdb", cut)
            run = server.run("store", "verify", "--data", server.data)
            _, wrong, hidden, whole = serve(server, answers)
            text = said(server)
            case.expect(wrong is None and not hidden, f"cut at {cut} of {size}: {wrong or 'a row was not found'}")
            if whole:
                case.expect(run.returncode == 0, f"cut at {cut} of {size}: served, and verify exits {run.returncode}")
            else:
                case.expect(server.process.returncode == 74, f"cut at {cut} of {size}: {text}")
                case.expect("restore" in text, f"cut at {cut} of {size}: no advice: {text}")
                case.expect(run.returncode in (74, 78), f"cut at {cut} of {size}: verify exits {run.returncode}")
            counts["whole" if whole else "refused"] += 1
    case.notes.append(", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
