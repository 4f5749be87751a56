"""How much of the machine others used while we measured: the first thing to ask of a figure."""
import os
import resource
import time


class Neighbours:
    """Counts from its making on. Kernel threads that work for us, flushing a disk, count as others."""

    def __init__(self):
        self.busy, self.own, self.clock = busy_seconds(), own_seconds(), time.monotonic()

    def share(self):
        """Of all CPUs, 0 to 1; right once the processes we started have ended."""
        capacity = (time.monotonic() - self.clock) * os.cpu_count()
        return share(busy_seconds() - self.busy, own_seconds() - self.own, capacity)


def share(busy, own, capacity):
    return min(1.0, max(0.0, (busy - own) / capacity)) if capacity > 0 else 0.0


def busy_seconds(text=None):
    """Of all CPUs since the machine started, from the first line of /proc/stat: all but idle and waiting for a disk."""
    if text is None:
        with open("/proc/stat", encoding="ascii") as file:
            text = file.readline()
    fields = [int(word) for word in text.split()[1:9]]      # user nice system idle iowait irq softirq steal
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def own_seconds():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
