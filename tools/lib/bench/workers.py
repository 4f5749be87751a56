"""Round trips through a worker beside a bare echo.

A round trip is a whole saga of one `call` step: started, its task given and answered, its end told; three commits. The echo is a ROUTER
and a DEALER with nothing between them. Both run in turn, on loopback TCP. Needs pyzmq.
"""
import os
import subprocess
import sys

from skaldwire import Client

from . import figures, tables
from .running import Failed, answered, run_json

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
WINDOWS = (1, 64)
CREDIT = 64
TITLES = ("worker", "echo/s", "sagas/s", "ratio", "echo p50", "saga p50", "p99", "p99.9", "times echo's p50")


def run(bench, tell=print):
    sides = {"Python": [sys.executable, "-c", PYTHON_WORKER], "Swift": [bench.options.worker]}
    results = []
    for window in WINDOWS:
        for side, command in sides.items():
            name = f"{side} worker, {window} in flight"
            if bench.options.only not in name:
                continue
            pairs = [(bench.echo(("-w", window)), with_worker(bench, command, window)) for _ in range(bench.options.rounds)]
            results.append({"case": name, "group": "workers", "window": window, **figures.compared(*zip(*pairs))})
            tell("  ".join(row(results[-1])))
    return results


def with_worker(bench, command, window):
    with bench.server() as server, Client(server.endpoint) as client:
        client.ask("def.register", source=ECHO)
        environment = dict(os.environ, PYTHONPATH=os.path.join(bench.root, "clients/python/src"))
        worker = subprocess.Popen([*command, server.endpoint, str(CREDIT)], env=environment)
        try:
            first = client.ask("saga.start", definition="echo", input={"n": 0})["id"]
            if client.end_of(first)["state"] != "completed":
                raise Failed(f"{command}: the first saga did not complete")
            found = run_json([bench.program("roundtrip"), "sagas", "-e", server.endpoint, "-w", window, "-t", bench.options.seconds])
            return answered(found, "the server")
        finally:
            worker.terminate()
            worker.wait(20)


def row(result):
    echo, saga = result["floor"], result["server"]
    return (result["case"], figures.number(echo["per_s"]), figures.number(saga["per_s"]), f"{result['ratio']:.3f}",
            *(figures.micros(value) for value in (echo["p50_us"], saga["p50_us"], saga["p99_us"], saga["p999_us"])),
            f"{result['p50_ratio']:.1f}")


def table(results, form=tables.markdown):
    return form(TITLES, [row(result) for result in results])
