"""Which charts docs/performance.md shows, from the results of a report."""
import os

from . import figures, plot

SHARES = [0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999]
TAIL_TICKS = {2: "50 %", 10: "90 %", 100: "99 %", 1_000: "99.9 %", 10_000: "99.99 %"}


def all_of(parts):
    """File names and charts, of the parts there are: matrix, slow-disk, latency, fairness, scale."""
    made = {}
    if parts.get("matrix"):
        made["throughput.svg"] = throughput("Throughput by requests in flight", parts["matrix"])
    if parts.get("slow-disk"):
        made["slow-disk.svg"] = throughput("Throughput on a disk that takes 2 ms for a sync", parts["slow-disk"])
    if parts.get("latency"):
        made["latency.svg"] = tail(parts["latency"])
    if parts.get("fairness"):
        rows = [(result["case"], result["ratio"], f"{result['ratio']:.1f} ({figures.micros(result['p99_us'])})")
                for result in parts["fairness"][1:]]
        made["fairness.svg"] = plot.bars("p99 of a careful client, times what it is alone", rows)
    if parts.get("scale"):
        made["scale.svg"] = growth(parts["scale"])
    return made


def write(parts, folder):
    os.makedirs(folder, exist_ok=True)
    for name, text in all_of(parts).items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


def throughput(title, results):
    """Only the cases that differ in nothing but the window."""
    def points(kind, side):
        return [(result["window"], result[side]["per_s"]) for result in results
                if result["case"].split(", 2 ms")[0] == f"{kind}, window {result['window']}"]
    series = {"floor, command": points("command", "floor"), "server, command": points("command", "server"),
              "server, saga of 3 steps": points("saga of 3 steps", "server")}
    windows = sorted({x for found in series.values() for x, _ in found})
    return plot.lines(title, "requests in flight", "requests a second", series, windows, lambda tick: f"{tick:,}")


def tail(results):
    """Latency by share of requests, towards all of them: the x axis is 1 / (1 − share)."""
    series = {}
    for result in results:
        if "sync" in result["case"]:
            continue        # another disk is another picture
        count = sum(number for _, number in result["histogram_us"])
        series[f"{result['side']}, {result['case'].removeprefix('command, ')}"] = [
            (1 / (1 - share), figures.quantile(result["histogram_us"], share)) for share in SHARES if count * (1 - share) >= 1]
    return plot.lines("Latency at half of the saturated throughput, open loop", "share of requests answered within", "latency", series,
                      list(TAIL_TICKS), TAIL_TICKS.get, figures.micros)


def growth(results):
    rows = [result for result in results if result.get("kind") == "growth"]
    series = {"time": [(row["events"], 1e6 / row["per_s"]) for row in rows],
              "CPU time": [(row["events"], row["server_cpu_us"]) for row in rows]}
    return plot.lines("What a command takes as the log grows", "events in the store", "of each command, window 1024", series,
                      [row["events"] for row in rows], y_label=figures.micros)
