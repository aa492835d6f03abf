"""The same sandbox and accounts as the package's own tests."""

from tests.channels.conftest import accounts, platforms, sandbox

__all__ = ["accounts", "platforms", "sandbox"]
