"""What duties are about: each package whose rows get duties says how they are described and where a story is kept."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from yiyuan.codes import SubjectKind
from yiyuan.models import Staff


@dataclass(frozen=True)
class Subject:
    """A subject as notices and pages show it. `link`: path in the console; `event_id`: the event it belongs to."""

    kind: SubjectKind
    id: int
    title: str
    link: str
    is_open: bool
    event_id: int | None = None


class SubjectSource(Protocol):
    """A package's answers about its subjects."""

    def describe(self, s: Session, subject_id: int) -> Subject:
        """The subject; sqlalchemy.exc.NoResultFound when there is none."""

    def record(self, s: Session, subject_id: int, staff: Staff | None, text: str) -> None:
        """Write what happened into the subject's own story; staff None: the system did it."""


_SOURCES: dict[SubjectKind, SubjectSource] = {}


def register(kind: SubjectKind, source: SubjectSource) -> None:
    """Called once, when the package that owns the subjects is imported."""
    _SOURCES[kind] = source


def source(kind: SubjectKind) -> SubjectSource:
    """The source of a kind. KeyError: the package that owns it was not imported by this process."""
    return _SOURCES[kind]
