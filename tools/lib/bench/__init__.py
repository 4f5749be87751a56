"""The benchmark: `python3 -m bench`, started by tools/bench, which builds what is measured."""
