"""Errors with a Chinese sentence for the person and, where one is at fault, the name of the field."""


class YiyuanError(Exception):
    """Base of all errors shown to people.

    message: one Chinese sentence that says what is wrong and what to do next.
    field: the form field, file column or key at fault, or "".
    """

    status = 500

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class BadInput(YiyuanError):
    """What was given cannot be used as it is (HTTP 422)."""

    status = 422


class Refused(YiyuanError):
    """The rules or the person's roles do not allow it (HTTP 403)."""

    status = 403


class Conflict(YiyuanError):
    """Somebody else was faster, or the state has moved on (HTTP 409)."""

    status = 409


class Missing(YiyuanError):
    """There is no such thing (HTTP 404)."""

    status = 404


class Failed(YiyuanError):
    """The installation cannot do it now: disk full, port in use, key missing (HTTP 503)."""

    status = 503
