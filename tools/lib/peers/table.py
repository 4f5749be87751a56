"""The text of the results."""
from .figures import CLIENT_BOUND, CLIENTS_OF_ONE_THREAD, Spread, goals, ratios, summary

HEAD = (f"{'':18}{'/s':>9}  {'least…most':>17} {'p50 µs':>9} {'p99 µs':>9} {'in flight':>10}  {'over':22}"
        f"{'client':>6}  {'server':>6} {'others':>6}  skald is × as fast")


def amount(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}"


def times(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.2g}" if number < 1 else f"{number:.1f}"


def spread(found: Spread, text):
    return f"{text(found.least)}…{text(found.most)}"


def line(name, shape, runs, ours):
    found = summary(runs)
    middle = {name: value.middle for name, value in found.items()}
    beside = ""
    if ours and name != "skald":
        ratio = ratios(ours, runs)
        beside = f"  {times(ratio.middle):>6}  ({spread(ratio, times)})"
    mark = "!" if name in CLIENTS_OF_ONE_THREAD and middle["client"] >= CLIENT_BOUND else " "
    return (f"{name:18}{amount(middle['per_s']):>9}  {spread(found['per_s'], amount):>17} {amount(middle['p50_us']):>9} "
            f"{amount(middle['p99_us']):>9} {middle['in_flight']:>10.0f}  {str(shape):22}{middle['client']:>6.0%}{mark} "
            f"{middle['server']:>6.0%} {middle['others']:>6.0%}{beside}")


def title(what, window):
    work = {"append": "durable append, 120 bytes, 10,000 streams, at an expected version",
            "sagas": "saga of three steps, every tenth refused at the third and undone in reverse order"}[what]
    return f"{work}; window {window}"


def group(what, window, shapes, rounds):
    """The table of one group, and its goals. `shapes` and `rounds`: by contender's name."""
    lines = [title(what, window), HEAD, *(line(name, shapes[name], runs, rounds.get("skald")) for name, runs in rounds.items())]
    if any("!" in text for text in lines[2:]):
        lines.append("! the client's one thread was full: the server could do more")
    for peer, wanted, found, met in goals(what, window, rounds):
        end = "met" if met else "MISSED"
        lines.append(f"goal: skald ≥ {wanted} × {peer}: {times(found.middle)} ({spread(found, times)}), {end}")
    return "\n".join(lines)
