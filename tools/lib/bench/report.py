"""Everything docs/performance.md shows but the scale: figures as JSON, charts, and the tables, put into the page."""
import json
import os
import shutil

from . import cases, fairness, goals, instructions, matrix, page, paced, pictures, tables, workers
from .neighbours import Neighbours
from .running import Failed

ROUNDS = {"latency": 3, "slow-disk": 3, "workers": 3, "fairness": 3}    # the matrix takes --rounds
SECONDS = {"latency": 2, "fairness": 3}
PARTS = {
    "matrix": ("Commands, sagas and reads", lambda bench: matrix.run(bench, cases.MATRIX), matrix.table),
    "latency": ("Latency in an open loop", paced.run, paced.table),
    "slow-disk": ("A disk that takes 2 ms for a sync", lambda bench: matrix.run(bench, cases.SLOW_DISK), matrix.table),
    "workers": ("Round trips through workers", workers.run, workers.table),
    "fairness": ("Beside neighbours", fairness.run, fairness.table),
    "count": ("Instructions", lambda bench: instructions.counts(bench)[0], instructions.table),
}


def run(bench, tell=print):
    folder = bench.program("report")
    os.makedirs(folder, exist_ok=True)
    rounds, seconds, quick = bench.options.rounds, bench.options.seconds, bench.options.quick
    results, pages, failures = {}, {}, []
    for name, (title, measure, table) in PARTS.items():
        tell(f"\n{title}")
        bench.options.rounds = rounds if quick else min(rounds, ROUNDS.get(name, rounds))
        bench.options.seconds = seconds if quick else SECONDS.get(name, seconds)
        neighbours = Neighbours()
        try:
            results[name] = measure(bench)
        except Failed as failure:       # the other parts are worth having
            failures.append(f"{title}: {failure}")
            tell(f"failed: {failure}")
            continue
        said = page.conditions(bench, neighbours.share()) if name != "count" else f"{instructions.toolchain()}:"
        pages[name] = f"{said}\n\n{table(results[name], tables.markdown)}\n"
        if name == "matrix":
            pages[name] += f"\n{goals.table(results[name])}\n"
        save(bench, folder, results, pages)
    tell("\n" + "\n".join(pages.values()))
    tell(f"figures: {folder}/report.json; tables: {folder}/report.md" + ("" if quick else f", and in {page.PAGE}; charts: docs/plots"))
    if failures:
        raise Failed("\n".join(failures))
    return results


def save(bench, folder, results, pages):
    """After each part, so that a failure of the next loses nothing."""
    with open(os.path.join(folder, "report.json"), "w", encoding="utf-8") as file:
        json.dump({"load": os.getloadavg(), "free": shutil.disk_usage(folder).free, "results": results}, file)
    with open(os.path.join(folder, "report.md"), "w", encoding="utf-8") as file:
        file.write("\n".join(pages.values()))
    if not bench.options.quick:
        name = list(pages)[-1]
        page.put(bench, name, pages[name])
        pictures.write(results, os.path.join(bench.root, "docs", "plots"))
