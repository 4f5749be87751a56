"""Threads for handlers. Daemons: a handler that never returns does not keep the process alive once the worker gave up."""
from __future__ import annotations

import queue
import threading
from typing import Callable, Optional


class Pool:
    def __init__(self, size: int) -> None:
        self._size = size
        self._work: queue.SimpleQueue[Optional[Callable[[], None]]] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def submit(self, work: Callable[[], None]) -> None:
        """Used by one thread; `work` raises nothing."""
        self._work.put(work)
        if len(self._threads) < self._size:
            thread = threading.Thread(target=self._run, name=f"skald-worker-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self) -> None:
        """Threads end once they are done with what they have."""
        for _ in self._threads:
            self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()
