"""Cases in rounds, floor and server in turn; the table of them."""
from . import figures, tables
from .running import Failed

TITLES = ("case", "floor /s", "server /s", "ratio (least…most)", "p50", "p99", "p99.9", "max", "p50 / floor's",
          "CPU µs user + system", "floor's CPU", "written", "floor's", "waits")


def run(bench, cases, tell=print):
    """Every case; what is told meanwhile is one line for each."""
    wanted = [case for case in cases if bench.options.only in case.title]
    if not wanted:
        raise Failed(f"no case is named like '{bench.options.only}'")
    results = []
    for case in wanted:
        results.append(measured(bench, case))
        tell(brief(results[-1]))
    return results


def measured(bench, case):
    floors, servers = [], []
    for _ in range(bench.options.rounds):
        echo = case.floor[0] == "echo"
        floors.append(bench.echo(case.floor[1:]) if echo else bench.floor(case.floor, slow=case.slow))
        servers.append(bench.measured(case.load, slow=case.slow))
    return {"case": case.title, "group": case.group, "window": case.window, "slow": case.slow, **figures.compared(floors, servers)}


def brief(result):
    floor, server = result["floor"], result["server"]
    return (f"{result['case']:38}{floor['per_s']:11,.0f} {server['per_s']:9,.0f}  {result['ratio']:6.3f} "
            f"({result['least']:.3f}…{result['most']:.3f})  p50 {figures.micros(server['p50_us'])}, p99 {figures.micros(server['p99_us'])}")


def row(result):
    floor, server = result["floor"], result["server"]
    return (result["case"], figures.number(floor["per_s"]), figures.number(server["per_s"]),
            f"{result['ratio']:.2f} ({result['least']:.2f}…{result['most']:.2f})" if result["ratio"] >= 0.095
            else f"{result['ratio']:.3f} ({result['least']:.3f}…{result['most']:.3f})",
            *(figures.micros(server[field]) for field in ("p50_us", "p99_us", "p999_us", "max_us")), f"{result['p50_ratio']:.2f}",
            f"{server['user_us']:.1f} + {server['system_us']:.1f}", figures.number(floor["server_cpu_us"], 1),
            figures.size(server["written_bytes"]), figures.size(floor["written_bytes"]), f"{server['waits']:.2f}")


def table(results, form=tables.markdown):
    return form(TITLES, [row(result) for result in results])
