"""Measurements of privacy: speed, leaks, memory, text."""
