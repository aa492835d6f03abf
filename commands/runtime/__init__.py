"""Processes of an installation: supervisor, ports, environment."""
