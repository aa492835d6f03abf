"""Scoring a comment: normalisation, model, signals, targets, near-duplicates."""
