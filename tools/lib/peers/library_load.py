"""Load of a library: processes of threads, each doing one unit of work after the other. Prints one JSON line.

    python -m peers.library_load WORK append|sagas|bare|prepare --folder SOCKET --database NAME [options]

WORK is a module of this package with `prepare(database)` and `begin(database, process) -> unit`, where
`unit(work, number, key, seen, body, undone)` does one and gives how many records it wrote. The clock starts when every process is
ready.
"""
import argparse
import contextlib
import importlib
import json
import multiprocessing
import os
import sys
import threading
import time

from .processes import Meter

WARM_UP = 0.3
READY_SECONDS = 120


class Database:
    """How the works reach their database."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name

    @property
    def where(self):
        return f"host={self.folder} user=skald dbname={self.name}"

    @property
    def url(self):
        return f"postgresql+psycopg://skald@/{self.name}?host={self.folder}"


class Worker(threading.Thread):
    """One of `count`: its keys are those that leave the rest `index`, so nobody else changes them."""

    def __init__(self, unit, options, index, count, barrier):
        super().__init__(daemon=True)
        self.unit, self.options, self.index, self.count, self.barrier = unit, options, index, count, barrier
        self.latencies, self.records, self.error, self.cpu = [], 0, None, 0.0

    def run(self):
        try:
            self.work()
        except BaseException as error:  # the process that started this one tells it
            self.error = error
            self.barrier.abort()

    def work(self):
        options, seen = self.options, {}
        own, body = options.keys // self.count, '{"n":1,"note":"' + "x" * (options.body - 17) + '"}'
        one = lambda n: self.once(n, own, seen, body)  # noqa: E731
        one(0)
        self.barrier.wait(READY_SECONDS)
        cpu = time.process_time()   # of the process: what getting ready took is not the load's
        start = time.monotonic() + WARM_UP
        stop, now, number = start + options.seconds, time.monotonic(), 0
        while now < stop:
            number += 1
            one(number)
            before, now = now, time.monotonic()
            if start <= now < stop:
                self.latencies.append(round((now - before) * 1e6))
        self.cpu = time.process_time() - cpu

    def once(self, number, own, seen, body):
        key = self.index + self.count * (number * 7919 % own)
        version = seen.get(key, 0)
        seen[key] = version + 1
        undone = number % self.options.undo_every == 0
        self.records += self.unit(self.options.work, number * self.count + self.index, key, version, body, undone)


def process(options, index, barrier, results):
    """Puts what its workers did, or why there is nothing."""
    try:
        results.put(worked(options, index, barrier))
    except BaseException as error:
        barrier.abort()
        results.put({"error": repr(error)})
    results.close()
    results.join_thread()
    os._exit(0)  # what a library still runs in the background has nothing to finish


def worked(options, index, barrier):
    module = importlib.import_module(f"peers.{options.module}")
    unit = module.begin(Database(options.folder, options.database), index)
    count = options.processes * options.threads
    workers = [Worker(unit, options, index * options.threads + thread, count, barrier) for thread in range(options.threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors := [worker.error for worker in workers if worker.error]:
        raise next((one for one in errors if not isinstance(one, threading.BrokenBarrierError)), errors[0])
    return {"error": None, "latencies_us": [one for worker in workers for one in worker.latencies],
            "records": sum(worker.records for worker in workers), "cpu": max(worker.cpu for worker in workers)}


def measured(options):
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(options.processes * options.threads + 1), context.Queue()
    processes = [context.Process(target=process, args=(options, index, barrier, results)) for index in range(options.processes)]
    for one in processes:
        one.start()
    with contextlib.suppress(threading.BrokenBarrierError):     # of a worker that failed, which tells why below
        barrier.wait(READY_SECONDS)
    meter = Meter(options.server)
    found = [results.get(timeout=READY_SECONDS + 2 * options.seconds) for _ in processes]
    _, server, beside = meter.stop()
    for one in processes:
        one.join()
    if errors := sorted((one["error"] for one in found if one["error"]), key=lambda text: "BrokenBarrier" in text):
        sys.exit(f"a worker failed: {errors[0]}")
    client = sum(one["cpu"] for one in found) / (options.seconds + WARM_UP)
    return {"latencies_us": [taken for one in found for taken in one["latencies_us"]],
            "records": sum(one["records"] for one in found),
            "client": client, "server": server, "others": max(0.0, beside - client)}


def read_options():
    parser = argparse.ArgumentParser(prog="library_load")
    parser.add_argument("module"), parser.add_argument("work")
    parser.add_argument("--folder", required=True), parser.add_argument("--database", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    for name in ("processes", "threads", "keys", "body", "undo-every", "server"):
        parser.add_argument(f"--{name}", type=int, required=True)
    return parser.parse_args()


def main():
    options = read_options()
    if options.work == "prepare":
        importlib.import_module(f"peers.{options.module}").prepare(Database(options.folder, options.database))
        print(json.dumps({}), flush=True)
        os._exit(0)
    print(json.dumps(measured(options)))


if __name__ == "__main__":
    main()
