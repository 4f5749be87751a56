"""The README is true: its commands, its Python, its Swift and its saga are run as they stand there."""
import os
import re
import shlex
import subprocess
import sys

import pytest

from conftest import ROOT
from skaldwire import Client, Server

README = (ROOT / "README.md").read_text()


def block(language, holding, page=README):
    """The code block of a language that holds a text."""
    (found,) = [code for code in re.findall(rf"```{language}\n(.*?)```", page, re.S) if holding in code]
    return found


def test_the_five_minute_path_works_line_by_line(own):
    lines = [line for line in block("sh", "skald serve").splitlines() if line.startswith("skald ") and "serve" not in line]
    assert len(lines) > 7
    shown = {}
    for line in lines:
        command, _, comment = line.partition(" #")
        expected = int(re.search(r"exit code (\d)", comment).group(1)) if "exit code" in comment else 0
        run = own.run(*shlex.split(command)[1:])
        assert run.returncode == expected, (line, run.stdout, run.stderr)
        shown[command.strip()] = run.stdout
    assert "70" in shown["skald aggregate show account/alice"] and "100" in shown["skald aggregate show account/alice --version 2"]


def test_the_python_works_as_it_stands(own):
    with Client(own.endpoint) as client:
        for owner in ("alice", "bob"):
            assert client.command("account", owner, "open", {"owner": owner}).ok
    code = block("python", "import json").replace("tcp://127.0.0.1:7117", own.endpoint)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert run.returncode == 0 and run.stdout.count("SKALD1 ok") == 2, (run.stdout, run.stderr)


def test_the_first_worker_works_as_it_stands(own, tmp_path):
    page = (ROOT / "docs/workers.md").read_text()
    for name, language, holding in (("trip.yaml", "yaml", "saga: trip"), ("seats.py", "python", "seat.cancel")):
        (tmp_path / name).write_text(block(language, holding, page))
    environment = {**os.environ, "SKALD_ENDPOINT": own.endpoint, "PYTHONPATH": str(ROOT / "clients/python/src")}
    starts = [line for line in block("sh", "trip.yaml", page).splitlines() if line.startswith("skald ")]
    with subprocess.Popen([sys.executable, tmp_path / "seats.py"], env=environment) as worker:
        try:
            for line, code, said in zip(starts, (0, 1), ("Oslo 2", "sold_out"), strict=True):
                words = [str(tmp_path / word) if word == "trip.yaml" else word for word in shlex.split(line, comments=True)]
                run = own.run(*words[1:])
                assert run.returncode == code and said in run.stdout, (line, run.stdout, run.stderr)
        finally:
            worker.terminate()


@pytest.mark.parametrize("page", ["README.md", "docs/sagas.md", "docs/workers.md"])
def test_the_saga_of_a_page_passes_the_check(own, tmp_path, page):
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text(), re.S)
    (source,) = [block for block in blocks if re.search(r"^saga:", block, re.M)]     # the others are steps alone
    path = tmp_path / "page.yaml"
    path.write_text(source)
    run = own.run("def", "check", path)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_swift_is_the_example_and_the_example_runs(name):
    assert block("swift", "@main") == (ROOT / "Examples/Sources/House/House.swift").read_text()
    for binary, aggregate, command, result in (
        ("house", f"lamp/{name}", ["turn", '{"on": true}'], '"isOn":true'),
        ("shop", f"basket/{name}", ["put", '{"item": "tea", "count": 2}'], '"tea":2'),
    ):
        with Server(ROOT / ".build/examples/debug" / binary) as server:
            assert server.run("send", aggregate, *command).returncode == 0
            shown = server.run("aggregate", "show", aggregate, "--json")
            assert result in "".join(shown.stdout.split()), (shown.stdout, shown.stderr)
            assert server.run("send", "account/x", "open", "{}").returncode == 2
            assert server.stop() == 0
