"""Measurements of the rule pack: `python -m bench.rules`."""
