"""Figures into docs/performance.md, between the marks that name them, so that page, charts and figures are always of one run."""
import os
import time

from .running import Failed

PAGE = "docs/performance.md"


def replaced(text, name, content):
    """The text with what stands between `<!-- name -->` and `<!-- end of name -->` replaced; both marks stay."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, mark, rest = text.partition(begin)
    _, closing, after = rest.partition(end)
    if not mark or not closing:
        raise Failed(f"{PAGE} has no place for {name}: {begin.strip()} and {end}")
    return f"{before}{begin}{content.strip()}\n{closing}{after}"


def conditions(bench, others, rounds=True):
    """What a reader must know to judge a table."""
    measured = f", {bench.options.rounds} rounds of {bench.options.seconds:g} s" if rounds else ""
    first = ", under chrt -r 1" if bench.options.realtime else ""
    return f"{time.strftime('%Y-%m-%d', time.gmtime())}, {os.cpu_count()} CPUs, of which others used {100 * others:.0f} %{measured}{first}:"


def put(bench, name, content):
    path = os.path.join(bench.root, PAGE)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(replaced(text, name, content))
