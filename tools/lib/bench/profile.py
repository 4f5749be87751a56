"""Where the server's time goes: perf record under window 1024."""
from .running import Failed


def run(bench, tell=print):
    out = bench.program("perf.data")
    what = "sagas" if bench.options.sagas else "commands"
    with bench.server(wrapper=["perf", "record", "-q", "-g", "-F", "1999", "-o", out, "--"]) as server:
        found = server.load([what, "-w", 1024, "-t", bench.options.seconds])
        if not found["measured"]:
            raise Failed("nothing was answered in the measured time: give it more, --seconds 3")
        server.stop()
    tell(f"{found['per_s']:.0f} {what} a second under perf; now: perf report --no-children -i {out}")
    return []
