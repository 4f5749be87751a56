"""Private servers, ended by their process id, and whose CPU time a run took."""
import contextlib
import os
import resource
import socket
import subprocess
import time

from bench import Failed

READY_SECONDS = 20
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Private:
    """A server in a folder of its own: its output in `log`, killed when the block ends."""

    def __init__(self, command, folder):
        self.command, self.folder, self.process = command, folder, None
        self.log = os.path.join(folder, "log")

    def start(self, ready):
        """Until `ready()` neither fails nor is false."""
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(self.command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        limit = time.monotonic() + READY_SECONDS
        while time.monotonic() < limit and self.process.poll() is None:
            with contextlib.suppress(OSError):
                if ready():
                    return self
            time.sleep(0.02)
        self.kill()
        raise Failed(f"{self.command[0]} did not become ready: {self.said()}")

    def said(self):
        with open(self.log, errors="replace") as log:
            return log.read()[-2000:].strip()

    def kill(self):
        """As a crash would: nothing is written that was not written before."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    @property
    def pid(self):
        return self.process.pid


def tree_seconds(pid):
    """CPU time of a process, its children and theirs, and of those that have ended and were waited for; 0 once it is gone."""
    parents, used = {}, {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(name))
            used[int(name)] = sum(map(int, fields[11:15])) / TICKS
    total, left = 0.0, [pid]
    while left:
        one = left.pop()
        total += used.get(one, 0.0)
        left += parents.get(one, [])
    return total


def machine_seconds():
    """CPU time of everything on this machine."""
    with open("/proc/stat") as file:
        user, nice, system, _idle, _wait, interrupts, soft = map(int, file.readline().split()[1:8])
    return (user + nice + system + interrupts + soft) / TICKS


def reaped_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Meter:
    """Cores used between its start and `stop`: by the client (waited for meanwhile), by a server, by others."""

    def __init__(self, server_pid=None):
        self.server_pid = server_pid
        self.before = self.now()

    def now(self):
        server = tree_seconds(self.server_pid) if self.server_pid else 0.0
        return time.monotonic(), reaped_seconds(), server, machine_seconds(), time.process_time()

    def stop(self):
        passed, client, server, machine, own = (after - before for after, before in zip(self.now(), self.before, strict=True))
        return client / passed, server / passed, max(0.0, machine - client - server - own) / passed
