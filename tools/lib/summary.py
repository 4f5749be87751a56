"""The closing line of tools/test: `N passed, N failed`, from the JUnit reports in a folder.

    summary.py REPORTS [STAGE…]

Each STAGE is one that ended badly; when no report holds a failure of it (a build, a crash, a hang) it counts as one.
"""
import pathlib
import sys
import xml.etree.ElementTree as xml

REPORT_OF_STAGE = {"swift tests": "swift", "tests over the wire": "wire"}


def read(path):
    """(passed, names of the failed) of one report; an unreadable one has neither."""
    try:
        cases = list(xml.parse(path).getroot().iter("testcase"))
    except (OSError, xml.ParseError):
        return 0, []
    failed = [f"{case.get('classname')}: {case.get('name')}" for case in cases
              if case.find("failure") is not None or case.find("error") is not None]
    skipped = sum(case.find("skipped") is not None for case in cases)
    return len(cases) - len(failed) - skipped, failed


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
