"""Notices through Apprise: 企业微信, 钉钉, 飞书, e-mail and whatever else has an Apprise address."""

import logging

import apprise

from notifications.sender import Message

# Apprise names addresses in its messages, and addresses hold tokens.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


class AppriseSender:
    """Fulfils `notifications.sender.Sender` for every address."""

    def handles(self, _address: str) -> bool:
        """Apprise itself says no to an address it does not know, by not taking the message."""
        return True

    def send(self, address: str, message: Message) -> bool:
        """Whether the service answered that it took the message."""
        kind = apprise.NotifyType.WARNING if message.urgent else apprise.NotifyType.INFO
        robot = apprise.Apprise()
        return bool(robot.add(address) and robot.notify(title=message.title, body=message.body, notify_type=kind))
