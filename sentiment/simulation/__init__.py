"""A modelled crisis for the demo, drills and tests."""
