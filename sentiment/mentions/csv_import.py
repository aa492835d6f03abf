"""An export of a monitoring vendor or a platform becomes threads and mentions, all of it or nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from sentiment.mentions import csv_values
from sentiment.mentions.csv_reader import Row, open_csv
from sentiment.mentions.store import set_platform_count, short_id, store_in_threads
from yiyuan import audit, clock
from yiyuan.codes import AuditAction
from yiyuan.comment import Comment
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.models import Thread

BATCH = 2000
_LINE = 400


@dataclass
class IngestReport:
    """What became of a file. `new` + `known` = `rows`; `ignored` are headers nobody reads."""

    filename: str
    encoding: str
    ignored: tuple[str, ...] = ()
    rows: int = 0
    new: int = 0
    known: int = 0
    threads: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class _Line:
    """A row as values. A row that names no post is itself an outside post (`own`)."""

    platform: str
    thread: str
    own: bool
    url: str
    title: str
    count: int | None
    comment: Comment

    @property
    def key(self) -> tuple[str, str]:
        """What its post is known by."""
        return self.platform, self.thread


def ingest_csv(
    s: Session, stream: BinaryIO, *, filename: str, aliases: Mapping[str, str] = MappingProxyType({})
) -> IngestReport:
    """Store every row of a CSV. BadInput names column and row; the caller's transaction then leaves nothing behind.

    Columns: see `sentiment.mentions.csv_reader.HEADERS`; 平台, 内容 and 时间 are required. Without an id, a row is
    known again by its platform, post, author, time and text. aliases: what exports call the platforms we publish on,
    in lower case -> code (`channels.registry.aliases`).
    """
    opened = open_csv(stream)
    report, threads = IngestReport(filename, opened.encoding, opened.ignored), _Threads(s)
    lines = (_line(row, aliases) for row in opened.rows)
    while batch := list(islice(lines, BATCH)):
        _store(s, batch, threads, report)
    if not report.rows:
        raise BadInput(_("文件只有表头，没有内容"), field="file")
    detail = {"rows": report.rows, "new": report.new, "threads": len(report.threads), "encoding": report.encoding}
    audit.append(s, None, AuditAction.MENTION_INGEST, "mention", detail)
    return report


def _line(row: Row, aliases: Mapping[str, str]) -> _Line:
    platform, written_at, words = csv_values.platform(row, aliases), csv_values.written_at(row), csv_values.text(row)
    get = row.cells.get
    author, url = get("author", ""), get("url", "")
    seed = "\x1f".join((platform, get("thread", "") or url, author, written_at.isoformat(), words))
    external_id = get("id", "") or "row:" + hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:40]
    thread = short_id(get("thread", "") or url)
    comment = Comment(external_id, author, words, written_at)
    own = not thread
    return _Line(platform, thread or short_id(external_id), own, url, get("title", ""), csv_values.count(row), comment)


def _store(s: Session, batch: list[_Line], threads: "_Threads", report: IngestReport) -> None:
    found = threads.of(batch)
    new = store_in_threads(s, [(thread, line.comment) for thread, line in zip(found, batch, strict=True)])
    counts: dict[int, int] = {}
    for thread, line in zip(found, batch, strict=True):
        if line.count is not None:
            counts[thread.id] = max(line.count, counts.get(thread.id, 0))
    for number, count in counts.items():
        set_platform_count(s, s.get_one(Thread, number), count)
    report.rows, report.new, report.known = report.rows + len(batch), report.new + new, report.known + len(batch) - new
    report.threads.update(thread.id for thread in found)


class _Threads:
    """Threads by what a row says about its post; ours are found by the platform's id or by their address."""

    def __init__(self, s: Session) -> None:
        self.s = s
        self.known: dict[tuple[str, str], Thread] = {}

    def of(self, batch: list[_Line]) -> list[Thread]:
        """The thread of each line, new ones made; a few statements for the whole batch."""
        missing = {line.key: line for line in batch if line.key not in self.known}
        self._find(missing)
        new = {key: _thread(line) for key, line in missing.items() if key not in self.known}
        self.s.add_all(new.values())
        self.s.flush()
        self.known |= new
        return [self.known[line.key] for line in batch]

    def _find(self, missing: dict[tuple[str, str], _Line]) -> None:
        every = list(missing.values())
        for first in range(0, len(every), 500):
            lines = every[first : first + 500]
            by_id = select(Thread).where(Thread.external_id.in_([line.thread for line in lines]))
            self.known |= {(thread.platform, thread.external_id): thread for thread in self.s.scalars(by_id)}
            urls = {line.url[:_LINE]: line for line in lines if line.url and line.key not in self.known}
            if urls:
                for thread in self.s.scalars(select(Thread).where(Thread.url.in_(urls))):
                    line = urls[thread.url]
                    if line.platform == thread.platform:
                        self.known.setdefault(line.key, thread)


def _thread(line: _Line) -> Thread:
    return Thread(
        platform=line.platform,
        external_id=line.thread,
        title=line.title[:_LINE],
        text=line.comment.text if line.own else "",
        url=line.url[:_LINE],
        stored_count=0,
        created_at=clock.now(),
    )
