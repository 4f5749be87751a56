"""UUIDv7: ids that rise are cheaper to store."""
from __future__ import annotations

import os
import secrets
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A UUIDv7, higher than every one this process made before; of any thread."""
    global _last
    with _lock:
        # 48 bits of milliseconds and 12 of their fraction lead; a clock that stands or goes back still gives a rise.
        _last = max(_last + 1, time.time_ns() // 1_000_000 << 12 | (time.time_ns() % 1_000_000 << 12) // 1_000_000)
        stamp = _last
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0x2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def _after_fork() -> None:
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
