"""Platforms without a publishing API: a person posts from a pack and proves it."""
