"""What is computed from runs, and how numbers are written. Pure."""
import statistics

SIDE_FIELDS = ("per_s", "p50_us", "p99_us", "p999_us", "max_us", "server_cpu_us", "user_us", "system_us", "written_bytes", "waits")


def merged(histograms):
    """One histogram of several: lists of [largest value, count], by value."""
    counts = {}
    for histogram in histograms:
        for top, count in histogram:
            counts[top] = counts.get(top, 0) + count
    return [[top, counts[top]] for top in sorted(counts)]


def quantile(histogram, share):
    """The least value that a share of all does not exceed; 0 when there is none."""
    wanted, seen = share * sum(count for _, count in histogram), 0
    for top, count in histogram:
        seen += count
        if seen >= wanted:
            return top
    return 0


def median(runs, field):
    """None when no run tells it: an echo stores nothing."""
    values = [run[field] for run in runs if run.get(field) is not None]
    return statistics.median(values) if values else None


def side(runs):
    """Medians over the rounds of one side; the longest wait is that of all of them."""
    found = {field: median(runs, field) for field in SIDE_FIELDS}
    found["max_us"] = max(run["max_us"] for run in runs)
    found["histogram_us"] = merged(run["histogram_us"] for run in runs)
    return found


def compared(floors, servers):
    """Medians of both sides, and of their ratios round by round, with the least and the most."""
    ratios = [server["per_s"] / floor["per_s"] for floor, server in zip(floors, servers)]
    return {"floor": side(floors), "server": side(servers), "ratio": statistics.median(ratios), "least": min(ratios), "most": max(ratios),
            "p50_ratio": statistics.median(server["p50_us"] / floor["p50_us"] for floor, server in zip(floors, servers)),
            "rounds": [{"floor": brief(floor), "server": brief(server)} for floor, server in zip(floors, servers)]}


def brief(run):
    return {field: value for field, value in run.items() if field != "histogram_us"}


def micros(us):
    """A time as a person reads it."""
    if us is None:
        return ""
    for unit, factor in (("µs", 1), ("ms", 1e3), ("s", 1e6)):
        value = us / factor
        if value < 999.5 or unit == "s":
            return f"{value:.0f} {unit}" if value >= 9.95 else f"{value:.1f} {unit}"


def size(count):
    if count is None:
        return ""
    for unit, factor in (("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)):
        value = count / factor
        if value < 1023.5 or unit == "GiB":
            return f"{value:.0f} {unit}" if value >= 9.95 or unit == "B" else f"{value:.1f} {unit}"


def number(value, digits=0):
    return "" if value is None else f"{value:,.{digits}f}"
