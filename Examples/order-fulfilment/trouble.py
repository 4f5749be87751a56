"""What goes wrong in practice, made to go wrong now and then: for demonstrations and tests. A worker of yours has none of it."""
import functools
import random
import time

import skald


class Trouble:
    """`chance` of it for each task; `latency` is what a task takes at most, `late` by how much one is late, in seconds."""

    def __init__(self, chance, latency, late):
        self.chance, self.latency, self.late = chance, latency, late

    def __call__(self, handler):
        @functools.wraps(handler)
        def troubled(task):
            time.sleep(random.uniform(0, self.latency))
            kind = random.choice(["not now", "twice", "late", "unknown"]) if random.random() < self.chance else None
            # To a probe "not now" would say that nothing has happened.
            if kind == "not now" and task.direction != "probe":
                raise skald.NotNow(0.2, "trouble: not now")
            answer = handler(task)
            if kind == "twice":
                answer = handler(task)
            if kind == "late":
                time.sleep(self.late)
            if kind == "unknown":
                raise skald.Unknown("trouble: the answer is lost")
            return answer
        return troubled
