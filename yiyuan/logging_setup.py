"""Structured logs without patient data: events and ids, one JSON object a line in files, colours on a terminal."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

from yiyuan.settings import settings

#: Keys whose values could hold content or secrets; they are cut out however they got there.
FORBIDDEN = frozenset(
    {"text", "texts", "title", "body", "caption", "name", "author", "password", "token", "credentials"}
)


def _without_content(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: "[cut]" if key in FORBIDDEN else value for key, value in event.items()}


def configure() -> None:
    """Set up logging of this process; called first thing by every command."""
    level = logging.getLevelNamesMapping()[settings().log_level.upper()]
    terminal = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_content,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    # Their INFO lines hold request addresses, and some platforms put the access token there.
    for name in ("httpx", "httpcore", "apprise"):
        logging.getLogger(name).setLevel(logging.WARNING)
