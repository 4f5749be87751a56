"""The text of the results."""
from .figures import CLIENT_BOUND, Spread, goals, ratios, summary

HEAD = (f"{'':18}{'/s':>9}  {'least…most':>17} {'p50 µs':>9} {'p99 µs':>9} {'in flight':>10} {'client':>7} {'server':>7} {'others':>7}"
        f"   skald is × as fast")


def amount(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}"


def times(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.2g}" if number < 1 else f"{number:.1f}"


def spread(found: Spread, text):
    return f"{text(found.least)}…{text(found.most)}"


def line(contender, runs, ours):
    found = summary(runs)
    middle = {name: value.middle for name, value in found.items()}
    beside = ""
    if ours and contender.name != "skald":
        ratio = ratios(ours, runs)
        beside = f"   {times(ratio.middle):>6}  ({spread(ratio, times)})"
    mark = "!" if contender.one_thread and middle["client"] >= CLIENT_BOUND else " "
    return (f"{contender.name:18}{amount(middle['per_s']):>9}  {spread(found['per_s'], amount):>17} {amount(middle['p50_us']):>9} "
            f"{amount(middle['p99_us']):>9} {middle['in_flight']:>10.0f} {middle['client']:>6.0%}{mark} {middle['server']:>7.0%} "
            f"{middle['others']:>7.0%}{beside}")


def title(what, window):
    work = {"append": "durable append, 120 bytes, 10,000 streams, at an expected version",
            "sagas": "saga of three steps, every tenth refused at the third and undone in reverse order"}[what]
    return f"{work}; window {window}"


def group(what, window, contenders, rounds):
    """The table of one group, and its goals."""
    lines = [title(what, window), HEAD]
    lines += [line(contender, rounds[contender.name], rounds.get("skald")) for contender in contenders if contender.name in rounds]
    if any("!" in text for text in lines[2:]):
        lines.append("! the client's one thread was full: the server could do more")
    for peer, wanted, found, met in goals(what, window, rounds):
        lines.append(f"goal: skald ≥ {wanted} × {peer}: {times(found.middle)} ({spread(found, times)}), {'met' if met else 'MISSED'}")
    return "\n".join(lines)
