#!/usr/bin/env python3
"""A worker for the saga `order-fulfilment`, with a SQLite file for each participant and the barrier around every effect.

    pip install ./clients/python
    ./worker.py --endpoint tcp://127.0.0.1:7117 --data orders --actions stock,payment

The Swift worker `fulfilment` (Examples/Participants) does the same, on the same files: any number of both may share the work,
and an operation that one of them began is known to all. SIGTERM and Ctrl-C end it when what it holds is answered.
"""
import argparse
import logging
import os

import notify
import payment
import shipping
import skald
import stock
from trouble import Trouble

PARTICIPANTS = {"stock": stock, "payment": payment, "shipping": shipping, "notify": notify}


def names(text):
    """Of participants, each once."""
    chosen = text.split(",")
    if not set(chosen) <= set(PARTICIPANTS) or len(set(chosen)) < len(chosen):
        raise argparse.ArgumentTypeError(f"'{text}' is not some of {', '.join(PARTICIPANTS)}")
    return chosen


def main():
    parser = argparse.ArgumentParser(description="Does what order-fulfilment asks for.")
    parser.add_argument("--endpoint", help="of the server; else SKALD_ENDPOINT, else tcp://127.0.0.1:7117")
    parser.add_argument("--data", default=".", help="folder of the SQLite files")
    parser.add_argument("--actions", type=names, default=list(PARTICIPANTS), help="of which participants")
    parser.add_argument("--credit", type=int, default=16, help="tasks at once")
    parser.add_argument("--heartbeat", type=float, default=2.5, help="seconds; lost after three of silence")
    parser.add_argument("--latency", type=float, default=0, help="seconds that a task may take at most, at random")
    parser.add_argument("--trouble", type=float, default=0, help="chance that something is wrong with an answer, 0 to 1")
    parser.add_argument("--late", type=float, default=2, help="seconds by which an answer is late, when that is the trouble")
    chosen = parser.parse_args()

    logging.basicConfig(format="worker: %(message)s", level=logging.INFO)
    # dedupes: the promise that an operation has one effect, however often it comes; the barrier keeps it.
    worker = skald.Worker(chosen.endpoint, credit=chosen.credit, heartbeat=chosen.heartbeat, dedupes=True)
    trouble = Trouble(chosen.trouble, chosen.latency, chosen.late)
    os.makedirs(chosen.data, exist_ok=True)
    for name in chosen.actions:
        PARTICIPANTS[name].offer(worker, os.path.join(chosen.data, f"{name}.sqlite"), trouble)
    worker.run()


if __name__ == "__main__":
    main()
