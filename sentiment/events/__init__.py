"""Negative events: opening rules, clusters, volume, tier."""
