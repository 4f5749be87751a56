"""The closing line of tools/test: `N passed, N failed`, from the JUnit reports in a folder.

    summary.py REPORTS [STAGE…]

Each STAGE is one that ended badly; when no report holds a failure of it (a build, a crash, a hang) it counts as one.
"""
import pathlib
import re
import sys

REPORT_OF_STAGE = {
    "swift tests": "swift", "examples": "examples", "tests over the wire": "wire", "python kit": "kit",
    "benchmark's own tests": "bench", "instructions": "instructions", "faults": "faults",
}


def read(path):
    """(passed, names of the failed) of one report; one that is missing or empty has neither.

    Line by line: the report that `swift test` writes is no XML as soon as a test's name holds a quotation mark.
    """
    passed, failed, skipped = [], [], []
    case = None
    for line in path.read_text(errors="replace").replace("><", ">\n<").splitlines():
        line = line.strip()
        if found := re.match(r'<testcase classname="(.*?)" name="(.*)" time=|<testcase classname="(.*?)" name="(.*)"', line):
            case = ": ".join(part for part in found.groups() if part)
            passed.append(case)
        elif case and line.startswith(("<failure", "<error")) and case not in failed[-1:]:
            failed.append(case)
        elif case and line.startswith("<skipped"):
            skipped.append(case)
    return len(passed) - len(failed) - len(skipped), failed


def main(folder, bad_stages):
    passed, failed = 0, {}
    for path in sorted(pathlib.Path(folder).glob("*.xml")):
        count, names = read(path)
        passed += count
        failed.setdefault(path.stem.split("-")[0], []).extend(names)
    for stage in bad_stages:
        if not failed.get(REPORT_OF_STAGE.get(stage)):
            failed.setdefault(stage, []).append(f"{stage}: did not finish, its output stands above")
    names = [name for group in failed.values() for name in group]
    if names:
        print("\nfailed:", *names, sep="\n  ")
    if passed == 0 and not names:
        names = ["no test ran"]
    print(f"\n{passed} passed, {len(names)} failed")
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
