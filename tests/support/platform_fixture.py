"""What the tests of every channel have to know about one platform."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PlatformFixture:
    """credentials: those of the sandbox's application. code_field: the one that takes an authorisation code, which
    works once. submit_path: the sandbox's path of the call that publishes; "" where a person does it."""

    credentials: Mapping[str, str]
    code_field: str = ""
    submit_path: str = ""
