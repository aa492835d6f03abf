"""The sandbox takes notices, too."""

from tests.channels.conftest import platforms, sandbox

__all__ = ["platforms", "sandbox"]
