"""What the project has set itself, and whether a matrix meets it."""
from . import tables

# goal, the case, the figure, the bound: at most for p50_ratio, at least for ratio
GOALS = [
    ("a lone command waits at most 1.3 times as long as on the floor", "command, window 1", "p50_ratio", 1.3),
    ("the same with random ids", "command, random ids, window 1", "p50_ratio", 1.3),
    ("commands at window 1024: at least half of the floor", "command, window 1024", "ratio", 0.5),
    ("the same with random ids: at least the floor", "command, random ids, window 1024", "ratio", 1.0),
    ("a lone saga waits at most 1.6 times as long as a lone command on the floor", "saga of 3 steps, window 1", "p50_ratio", 1.6),
    ("sagas at window 256: at least a quarter of the command floor", "saga of 3 steps, window 256", "ratio", 0.25),
]
TITLES = ("goal", "now", "met")


def judged(results):
    """Of the goals whose case was measured: goal, figure, whether it is met."""
    found = {result["case"]: result for result in results}
    rows = []
    for goal, case, field, bound in GOALS:
        if case in found:
            value = found[case][field]
            rows.append((goal, value, value <= bound if field == "p50_ratio" else value >= bound))
    return rows


def table(results, form=tables.markdown):
    return form(TITLES, [(goal, f"{value:.2f}", "yes" if met else "**no**") for goal, value, met in judged(results)])
