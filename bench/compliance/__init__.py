"""Measurements of the rule pack: `python -m bench.compliance`."""
