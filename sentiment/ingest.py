"""An export of a monitoring vendor or a platform becomes threads and mentions, all of it or nothing."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from sentiment import cells
from sentiment.csvfile import Row, open_csv
from sentiment.mentions import set_platform_count, short_id, store_mentions
from yiyuan import audit, clock
from yiyuan.comments import Comment
from yiyuan.errors import BadInput
from yiyuan.models import Thread
from yiyuan.texts import _

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


def ingest_csv(s: Session, stream: BinaryIO, *, filename: str) -> IngestReport:
    """Store every row of a CSV. BadInput names column and row; the caller's transaction then leaves nothing behind.

    Columns: see `sentiment.csvfile.HEADERS`; 平台, 内容 and 时间 are required. Without an id, a row is known again by
    its platform, post, author, time and text.
    """
    opened = open_csv(stream)
    report, threads = IngestReport(filename, opened.encoding, opened.ignored), _Threads(s)
    lines = (_line(row) for row in opened.rows)
    while batch := list(islice(lines, BATCH)):
        _store(s, batch, threads, report)
    if not report.rows:
        raise BadInput(_("文件只有表头，没有内容"), field="file")
    detail = {"rows": report.rows, "new": report.new, "threads": len(report.threads), "encoding": report.encoding}
    audit.append(s, None, "mention.ingest", "mention", detail)
    return report


def _line(row: Row) -> _Line:
    platform, written_at, words = cells.platform(row), cells.written_at(row), cells.text(row)
    get = row.cells.get
    author, url = get("author", ""), get("url", "")
    seed = "\x1f".join((platform, get("thread", "") or url, author, written_at.isoformat(), words))
    external_id = get("id", "") or "row:" + hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:40]
    thread = short_id(get("thread", "") or url)
    comment = Comment(external_id, author, words, written_at)
    own = not thread
    return _Line(platform, thread or short_id(external_id), own, url, get("title", ""), cells.count(row), comment)


class _Threads:
    """Threads by what a row says about its post; ours are found by the platform's id or by their address."""

    def __init__(self, s: Session) -> None:
        self.s = s
        self.known: dict[tuple[str, str], Thread] = {}

    def of(self, line: _Line) -> Thread:
        key = (line.platform, line.thread)
        if key not in self.known:
            self.known[key] = self._stored(line) or self._new(line)
        return self.known[key]

    def _stored(self, line: _Line) -> Thread | None:
        ours = select(Thread).where(Thread.platform == line.platform)
        by_id = self.s.scalar(ours.where(Thread.external_id == line.thread))
        if by_id is not None or not line.url:
            return by_id
        return self.s.scalar(ours.where(Thread.url == line.url[:_LINE]).limit(1))

    def _new(self, line: _Line) -> Thread:
        thread = Thread(
            platform=line.platform,
            external_id=line.thread,
            title=line.title[:_LINE],
            text=line.comment.text if line.own else "",
            url=line.url[:_LINE],
            stored_count=0,
            created_at=clock.now(),
        )
        self.s.add(thread)
        self.s.flush()
        return thread


def _store(s: Session, batch: list[_Line], threads: _Threads, report: IngestReport) -> None:
    for thread, lines in _by_thread(batch, threads):
        new = store_mentions(s, thread, [line.comment for line in lines])
        set_platform_count(s, thread, max((line.count for line in lines if line.count is not None), default=None))
        report.rows += len(lines)
        report.new += new
        report.known += len(lines) - new
        report.threads.add(thread.id)


def _by_thread(batch: list[_Line], threads: _Threads) -> Iterator[tuple[Thread, list[_Line]]]:
    grouped: dict[int, list[_Line]] = defaultdict(list)
    found: dict[int, Thread] = {}
    for line in batch:
        thread = threads.of(line)
        found[thread.id] = thread
        grouped[thread.id].append(line)
    return ((found[number], lines) for number, lines in grouped.items())
