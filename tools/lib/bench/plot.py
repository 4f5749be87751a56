"""Charts as SVG, readable on a light page and on a dark one. Pure: numbers in, text out."""
import math
from xml.sax.saxutils import escape, quoteattr

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 82, 24, 46, 58
LIGHT = ("#0969da", "#cf222e", "#1a7f37", "#8250df", "#bc4c00", "#57606a")
DARK = ("#58a6ff", "#ff7b72", "#3fb950", "#bc8cff", "#f0883e", "#8b949e")
DASHES = ("", "6 4", "2 3", "10 4", "10 3 2 3", "1 5")       # so that lines are told apart without colour


def style():
    """The page's own scheme decides; where an image cannot ask for it, the light one on a white sheet."""
    def scheme(colours, text, grid, sheet):
        rules = [f".sheet{{fill:{sheet}}}", f"text{{fill:{text}}}", f".grid{{stroke:{grid}}}", f".axis{{stroke:{text}}}"]
        rules += [f".l{i}{{stroke:{c}}}.d{i}{{fill:{c}}}" for i, c in enumerate(colours)]
        return "".join(rules)
    return ("<style>text{font:13px system-ui,sans-serif}.title{font-size:15px;font-weight:600}polyline{fill:none;stroke-width:2}"
            ".grid{stroke-width:1}.axis{stroke-width:1}" + scheme(LIGHT, "#24292f", "#d8dee4", "#ffffff")
            + "@media (prefers-color-scheme:dark){" + scheme(DARK, "#c9d1d9", "#30363d", "#0d1117") + "}</style>")


def document(title, body, height=HEIGHT):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label={quoteattr(title)}>'
            f'{style()}<rect class="sheet" width="{WIDTH}" height="{height}" rx="6"/>'
            f'<text class="title" x="{LEFT}" y="26">{escape(title)}</text>{"".join(body)}</svg>\n')


def label(value):
    """1,000 as 1 k; less than 1 as it is."""
    for unit, factor in (("M", 1e6), ("k", 1e3)):
        if value >= factor:
            return f"{value / factor:g} {unit}"
    return f"{value:g}"


class Scale:
    """From values to pixels, by their logarithm; its ticks are powers of ten, halved where there are few."""

    def __init__(self, values, start, end):
        positive = [value for value in values if value > 0]
        self.low = math.floor(math.log10(min(positive)) + 1e-9)
        self.high = max(self.low + 1, math.ceil(math.log10(max(positive)) - 1e-9))
        self.start, self.end = start, end

    def __call__(self, value):
        share = (math.log10(max(value, 10 ** self.low)) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self):
        steps = (1, 2, 5) if self.high - self.low < 3 else (1,)
        return [step * 10 ** power for power in range(self.low, self.high + 1) for step in steps if step * 10 ** power <= 10 ** self.high]


def lines(title, x_name, y_name, series, x_ticks=None, x_label=label, y_label=label):
    """Curves of (x, y) pairs by name; both axes by logarithm."""
    series = {name: [(x, y) for x, y in points if x > 0 and y > 0] for name, points in series.items()}
    series = {name: points for name, points in series.items() if points}
    right = WIDTH - RIGHT - 190          # the legend stands beside the chart, not in it
    across = Scale([x for points in series.values() for x, _ in points], LEFT, right)
    up = Scale([y for points in series.values() for _, y in points], HEIGHT - BOTTOM, TOP)
    body = axes(across, up, x_name, y_name, right, x_ticks or across.ticks(), x_label, y_label)
    for i, (name, points) in enumerate(series.items()):
        body += curve(i, [(across(x), up(y)) for x, y in points], len(points) <= 12)
        y = TOP + 12 + 24 * i
        body.append(f'<polyline class="l{i}" stroke-dasharray="{DASHES[i]}" points="{right + 18},{y} {right + 46},{y}"/>'
                    f'<text x="{right + 53}" y="{y + 4}">{escape(name)}</text>')
    return document(title, body)


def axes(across, up, x_name, y_name, right, x_ticks, x_label, y_label):
    body = []
    for tick in up.ticks():
        body.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{up(tick)}" y2="{up(tick)}"/>'
                    f'<text x="{LEFT - 8}" y="{up(tick) + 4}" text-anchor="end">{escape(y_label(tick))}</text>')
    for tick in x_ticks:
        body.append(f'<line class="grid" y1="{TOP}" y2="{HEIGHT - BOTTOM}" x1="{across(tick)}" x2="{across(tick)}"/>'
                    f'<text x="{across(tick)}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{escape(x_label(tick))}</text>')
    middle = (TOP + HEIGHT - BOTTOM) / 2
    return body + [f'<line class="axis" x1="{LEFT}" x2="{right}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM}"/>',
                   f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 16}" text-anchor="middle">{escape(x_name)}</text>',
                   f'<text transform="translate(20 {middle}) rotate(-90)" text-anchor="middle">{escape(y_name)}</text>']


def curve(i, points, dots):
    body = [f'<polyline class="l{i}" stroke-dasharray="{DASHES[i]}" points="{" ".join(f"{x},{y}" for x, y in points)}"/>']
    return body + [f'<circle class="d{i}" cx="{x}" cy="{y}" r="3.5"/>' for x, y in points if dots]


def bars(title, rows):
    """Rows of (name, value, text beside the bar), from the left, in their proportion."""
    step, begin = 34, 260
    most = max(value for _, value, _ in rows) or 1
    body = []
    for i, (name, value, text) in enumerate(rows):
        y, width = TOP + step * i, max(2, round((WIDTH - begin - 150) * value / most))
        body.append(f'<text x="{begin - 10}" y="{y + 16}" text-anchor="end">{escape(name)}</text>'
                    f'<rect class="d0" x="{begin}" y="{y + 2}" width="{width}" height="20" rx="2"/>'
                    f'<text x="{begin + width + 8}" y="{y + 16}">{escape(text)}</text>')
    return document(title, body, TOP + step * len(rows) + 14)
