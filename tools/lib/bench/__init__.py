"""The benchmark: `python3 -m bench`, started by tools/bench, which builds what is measured."""
from .running import LOAD_ALLOWED, Bench, Failed, NothingMeasured, run_json

__all__ = ["LOAD_ALLOWED", "Bench", "Failed", "NothingMeasured", "run_json"]
