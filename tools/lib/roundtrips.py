"""Asking a worker beside a bare echo: roundtrips.py PROGRAMS SKALD SWIFT-WORKER [--rounds N] [--seconds S] [--json FILE].

A round trip is a whole saga of one `call` step: started, its task given and answered, its end told; three commits. The echo is a
ROUTER and a DEALER with nothing between them. Both run in turn, on loopback TCP.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from skaldwire import Client, Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
ECHO = """
saga: echo
version: 1
steps:
  say: { call: echo.say, with: { n: "${ input.n }" }, undo: none, because: it changes nothing }
"""
PYTHON_WORKER = """
import sys, skald
worker = skald.Worker(sys.argv[1], credit=int(sys.argv[2]))
worker.action("echo.say")(lambda task: task.input)
worker.run()
"""


def measured(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{program} {arguments}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def with_worker(options, command, window):
    with socketed(options.skald) as server, Client(server.endpoint) as client:
        client.ask("def.register", source=ECHO)
        environment = dict(os.environ, PYTHONPATH=str(ROOT / "clients/python/src"))
        worker = subprocess.Popen([*command, server.endpoint, "64"], env=environment)
        try:
            first = client.ask("saga.start", definition="echo", input={"n": 0})["id"]
            if client.end_of(first)["state"] != "completed":
                sys.exit(f"{command}: the first saga did not complete")
            return measured(options.program, "sagas", "-e", server.endpoint, "-w", window, "-t", options.seconds)
        finally:
            worker.terminate()
            worker.wait(20)


def socketed(skald):
    folder = tempfile.mkdtemp(prefix="roundtrip-")
    return Server(skald, data=f"{folder}/data", binds=["tcp://127.0.0.1:" + str(free_port())])


def free_port():
    import socket
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(prog="tools/bench --workers")
    parser.add_argument("programs"), parser.add_argument("skald"), parser.add_argument("swift")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    options.program = os.path.join(options.programs, "roundtrip")
    sides = {"python worker": [sys.executable, "-c", PYTHON_WORKER], "swift worker": [options.swift]}
    print(f"{'':24}{'echo/s':>9} {'sagas/s':>9} {'ratio':>7}   {'echo p50 µs':>12} {'saga p50 µs':>12} {'times':>7}")
    results = []
    for window in (1, 64):
        rounds = {side: [] for side in sides}
        for _ in range(options.rounds):
            for side, command in sides.items():
                echo = measured(options.program, "echo", "-w", window, "-t", options.seconds)
                rounds[side].append((echo, with_worker(options, command, window)))
        for side, runs in rounds.items():
            result = summary(side, window, runs)
            results.append(result)
            print("{case:24}{echo_s:9,.0f} {saga_s:9,.0f} {ratio:7.3f}   {echo_p50:12,.0f} {saga_p50:12,.0f} {times:7.1f}".format(**result))
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"time": time.time(), "load": os.getloadavg(), "cases": results}, indent=1))


def summary(side, window, runs):
    def middle(index, field):
        return statistics.median(run[index][field] for run in runs)
    return {"case": f"{side}, window {window}", "echo_s": middle(0, "per_s"), "saga_s": middle(1, "per_s"),
            "ratio": statistics.median(saga["per_s"] / echo["per_s"] for echo, saga in runs),
            "echo_p50": middle(0, "p50_us"), "saga_p50": middle(1, "p50_us"),
            "times": statistics.median(saga["p50_us"] / echo["p50_us"] for echo, saga in runs)}


main()
