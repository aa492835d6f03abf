"""What can go wrong with a call to a platform, named after what the ledger must do next."""

from yiyuan.errors import YiyuanError


class ChannelError(YiyuanError):
    """Base. code: the platform's own error code, or None when the fault is below it."""

    status = 502

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class NotSent(ChannelError):
    """Nothing reached the platform; the same call may be repeated."""


class OutcomeUnknown(ChannelError):
    """The call left, the answer did not come: it may have happened. Look before sending again."""


class RateLimited(ChannelError):
    """Refused before anything happened; `retry_after` seconds is what the platform asked for, None: it did not say."""

    def __init__(self, message: str, *, code: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class AuthExpired(ChannelError):
    """The access token is no longer good; nothing happened. A new one is fetched once."""


class AccountBroken(ChannelError):
    """Credentials, authorisation or permissions are wrong: a person must connect the account again."""


class HandleExpired(ChannelError):
    """What an earlier step gave (upload token, draft id) is used up or expired."""


class ContentChanged(ChannelError):
    """A file of ours is no longer what was signed: nothing of it goes out, and nothing is tried again."""


class RefusedByPlatform(ChannelError):
    """The platform said no, for good."""


class NotFoundOnPlatform(RefusedByPlatform):
    """The platform knows no such post (any more)."""
