"""Tables, the same as text for a terminal and as Markdown for a page."""


def text(titles, rows):
    """Columns as wide as they need; the first to the left, numbers to the right."""
    lines = [list(titles), *[list(row) for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(titles))]
    return "\n".join("  ".join([line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))]).rstrip()
                     for line in lines)


def markdown(titles, rows):
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
