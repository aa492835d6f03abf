"""The contract of whoever carries a notice outside: Apprise here, platforms in channels, wired by commands."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """What an address gets. title: many phones show nothing else. body: Chinese, with the link to the page."""

    title: str
    body: str
    urgent: bool


class Sender(Protocol):
    """Carries a message to one address."""

    def handles(self, address: str) -> bool:
        """Whether this sender knows such addresses."""

    def send(self, address: str, message: Message) -> bool:
        """Whether the address took it. Raises nothing: what was not taken is sent again later."""
