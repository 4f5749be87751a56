"""What the pages say of putting Skald on a server is what the archive says itself."""
import re
import subprocess

from conftest import ROOT

OPERATIONS = (ROOT / "docs/operations.md").read_text()
INSTALL = (ROOT / "tools/lib/package/INSTALL.md").read_text()
UNIT = (ROOT / "tools/lib/package/skald.service").read_text()


def test_the_commands_of_the_page_are_those_of_the_archive():
    first = re.search(r"```sh\n(.*?)```", INSTALL, re.S).group(1)
    assert f"\n{first}```" in OPERATIONS


def test_the_page_names_the_archive_of_this_version(binary):
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    assert set(re.findall(r"skald-([0-9.]+)-linux", OPERATIONS)) == {version}


def test_the_unit_and_the_commands_agree_on_user_and_folders():
    settings = dict(line.split("=", 1) for line in UNIT.splitlines() if re.match(r"[A-Z]\w+=", line))
    program, sagas = re.search(r"^(\S+) serve .*--sagas (\S+)", settings["ExecStart"]).groups()
    for text in (f"{program.rsplit('/', 1)[0]} ", f"nologin {settings['User']}\n", f"install -d {sagas} "):
        assert text in INSTALL, text
    assert f"--data /var/lib/{settings['StateDirectory']} " in settings["ExecStart"]
