"""One run's figures, their medians over rounds, and the goals they are held against. No clock, no process, no file."""
import dataclasses
import math
import statistics

# (what, the peer, how many times as fast Skald has to be at the same window)
GOALS = [
    ("append", "redis", 2.5),
    ("append", "jetstream", 10),
    ("append", "postgresql", 10),
    ("sagas", "dbos", 50),
]
CLIENTS_OF_ONE_THREAD = ("floor", "skald", "redis", "redis-bare", "jetstream", "jetstream-batch")
CLIENT_BOUND = 0.9      # of one core: a client of one thread that uses so much of it was the limit itself


@dataclasses.dataclass(frozen=True)
class Run:
    """What one run of one contender showed; times in µs, shares in cores."""
    per_s: float
    p50_us: float
    p99_us: float
    p999_us: float
    in_flight: int
    client: float = 0.0
    server: float = 0.0
    others: float = 0.0

    def with_cpu(self, client, server, others):
        return dataclasses.replace(self, client=client, server=server, others=others)


@dataclasses.dataclass(frozen=True)
class Spread:
    middle: float
    least: float
    most: float

    @staticmethod
    def of(values):
        values = list(values)
        return Spread(statistics.median(values), min(values), max(values))


def quantile(ordered, share):
    """The least of values in order that a share of all does not exceed, as Benchmarks/histogram.h has it."""
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)] if ordered else 0.0


def run_of(latencies_us, seconds, units, in_flight):
    """A run from the latencies of what was answered in `seconds`, each answer being `units` units of work."""
    ordered = sorted(latencies_us)
    return Run(per_s=len(ordered) * units / seconds, p50_us=quantile(ordered, 0.5), p99_us=quantile(ordered, 0.99),
               p999_us=quantile(ordered, 0.999), in_flight=in_flight)


def summary(runs):
    """Of one contender's rounds: the field's spread by its name."""
    return {field.name: Spread.of(getattr(run, field.name) for run in runs) for field in dataclasses.fields(Run)}


def ratios(ours, theirs):
    """How many times as fast as another, round by round: neighbours slow both runs of a round, not both sides of a division."""
    return Spread.of(a.per_s / b.per_s for a, b in zip(ours, theirs, strict=True))


def goals(what, window, rounds):
    """(peer, wanted, spread, met) for each goal whose peer ran in this group. `rounds`: runs by contender's name."""
    return [(peer, wanted, spread, spread.middle >= wanted)
            for case, peer, wanted in GOALS if case == what and peer in rounds and "skald" in rounds
            for spread in [ratios(rounds["skald"], rounds[peer])]]


def pgbench_latencies(lines, seconds, warm_up):
    """Latencies in µs from pgbench's log of transactions, of those that ended in the measured seconds after the warm-up.

    Each line: client, transaction, time taken in µs, script, end as seconds and µs; in order for each thread only.
    """
    ended = []
    for line in lines:
        fields = line.split()
        ended.append((int(fields[4]) * 1_000_000 + int(fields[5]), int(fields[2])))
    if not ended:
        return []
    first = min(at for at, _ in ended) + int(warm_up * 1_000_000)
    return [taken for at, taken in ended if first <= at < first + int(seconds * 1_000_000)]
