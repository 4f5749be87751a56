"""Bytes that nobody would send, by libFuzzer, for everything that reads bytes of others: not in the short form, where the
Swift tests read the corpus instead."""
import os
import re
import shutil
import subprocess

from scenario import ROOT, Failed, Skipped

TARGETS = ("wire", "json", "definition", "record")
SECONDS = 60
LONGEST = 8192
INPUTS = ROOT / "Tests" / "FuzzTargetsTests"
BUILD = ["swift", "build", "-c", "release", "--scratch-path", str(ROOT / ".build" / "fuzz"), "--sanitize", "fuzzer"]
KEPT = ROOT / ".build" / "faults"      # what crashed, to become a test


def fuzz(case):
    """Each target for a minute, from the corpus: no trap, no hang, no broken promise, no memory that grows."""
    if case.options.short:
        raise Skipped("not in the short form; the Swift tests read the corpus")
    program = build()
    KEPT.mkdir(parents=True, exist_ok=True)
    for target in TARGETS:
        runs, found = run(case, program, target)
        case.notes.append(f"{target}: {runs:,} inputs in {SECONDS} s")
        if found:
            raise Failed(found)
        case.done += 1


def build():
    if not shutil.which("swift"):
        raise Skipped("needs swift, to build the targets")
    environment = dict(os.environ, SKALD_FUZZ_BUILD="1")
    for words in (["--product", "FuzzTool"], ["--show-bin-path"]):
        done = subprocess.run(BUILD + words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"{' '.join(BUILD + words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return f"{done.stdout.strip()}/FuzzTool"


def run(case, program, target):
    """How many inputs were tried, and what was found."""
    fresh = case.folder / target
    fresh.mkdir()
    done = subprocess.run(
        [program, f"-max_total_time={SECONDS}", f"-max_len={LONGEST}", "-timeout=10", "-rss_limit_mb=1024",
         f"-seed={case.chance.randrange(1, 2**31)}", f"-dict={INPUTS}/Dictionaries/{target}.dict",
         f"-artifact_prefix={KEPT}/{target}-", str(fresh), str(INPUTS / "Corpus" / target)],
        env=dict(os.environ, SKALD_FUZZ=target, SWIFT_BACKTRACE="enable=no"), capture_output=True, text=True, errors="replace", check=False)
    runs = re.findall(r"^Done (\d+) runs|^#(\d+)", done.stderr, re.MULTILINE)
    count = max((int(a or b) for a, b in runs), default=0)
    if done.returncode == 0 and count:
        return count, None
    return count, f"{target}: libFuzzer ends with {done.returncode}; its input is kept in {KEPT}: {done.stderr[-1500:]}"
