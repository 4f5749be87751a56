"""Tables, the same as text for a terminal and as Markdown for a page."""


def text(titles, rows):
    """Columns as wide as they need; the first to the left, numbers to the right."""
    lines = [list(titles), *[list(row) for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(titles))]
    return "\n".join("  ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths))).rstrip()
                     for line in lines)


def markdown(titles, rows):
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
