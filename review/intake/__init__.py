"""The intake pipeline: probe, detect, render, check; re-entrant after a kill."""
