"""Reading an export: which encoding, which columns, and a clear sentence about the cell that is wrong.

UTF-8 with or without BOM, UTF-16 (Excel's "Unicode text") and GB18030 are normal; so are Chinese and English headers,
and commas, semicolons and tabs between the cells.
"""

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.text.decoding import encoding_of

#: Column -> headers under which exports carry it (compared without blanks, in lower case).
HEADERS: Mapping[str, tuple[str, ...]] = {
    "platform": ("platform", "平台", "来源平台", "来源", "媒体", "站点", "渠道", "source", "channel"),
    "text": ("text", "content", "comment", "内容", "正文", "评论", "评论内容", "提及内容", "摘要", "body"),
    "time": ("time", "written_at", "published_at", "date", "时间", "发布时间", "评论时间", "发表时间", "日期"),
    "author": ("author", "user", "username", "作者", "用户", "用户名", "昵称", "发布者", "评论者", "账号"),
    "id": ("id", "external_id", "comment_id", "编号", "评论id", "评论编号", "唯一标识", "序列号"),
    "thread": ("thread", "post", "post_id", "thread_id", "帖子id", "帖子编号", "作品id", "视频id", "原帖id", "笔记id"),
    "url": ("url", "link", "链接", "网址", "原文链接", "帖子链接", "作品链接", "原帖链接"),
    "title": ("title", "标题", "帖子标题", "作品标题", "文章标题"),
    "count": ("count", "comments", "comment_count", "评论数", "评论量", "评论总数"),
}  # fmt: skip
REQUIRED = ("platform", "text", "time")
NAMES = {"platform": "平台", "text": "内容", "time": "时间"}
CELL_MAX = 200_000
_SPOOL = 16 * 1024 * 1024


@dataclass(frozen=True)
class Row:
    """One line of the file: its number as a spreadsheet shows it, and the cells by column name, stripped."""

    number: int
    cells: Mapping[str, str]

    def header(self, column: str) -> str:
        """What the file itself calls the column."""
        return self.cells.get(f"header:{column}", column)


@dataclass(frozen=True)
class Opened:
    """A file that can be read: encoding found, columns known, rows one by one."""

    encoding: str
    ignored: tuple[str, ...]
    rows: Iterator[Row]


def open_csv(stream: BinaryIO) -> Opened:
    """Find encoding and columns. BadInput names a missing or doubled column; nothing is read into memory whole."""
    source = _seekable(stream)
    if not source.read(1):
        raise BadInput(_("文件是空的（0 字节），请重新导出"), field="file")
    encoding = encoding_of(source, field="file")
    text = io.TextIOWrapper(source, encoding=encoding, newline="")
    first = text.readline(CELL_MAX)
    text.seek(0)
    reader = csv.reader(text, delimiter=max(",;\t", key=first.count))
    header = [cell.strip().lstrip("\ufeff") for cell in _first(reader)]
    columns = _columns(header)
    ignored = tuple(cell for number, cell in enumerate(header) if number not in columns.values() and cell)
    return Opened(encoding, ignored, _rows(reader, header, columns))


def _seekable(stream: BinaryIO) -> BinaryIO:
    if stream.seekable():
        return stream
    spool = tempfile.SpooledTemporaryFile(_SPOOL)  # noqa: SIM115 - it outlives this function, and goes with its reader
    shutil.copyfileobj(stream, spool)
    spool.seek(0)
    return cast(BinaryIO, spool)


def _first(reader: Iterator[list[str]]) -> list[str]:
    try:
        return next(reader)
    except (StopIteration, csv.Error) as error:
        raise BadInput(_("文件里没有表头：第一行应是列名，如“平台,内容,时间”"), field="file") from error


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Column name -> position. BadInput when a required one is missing or one appears twice."""
    found: dict[str, int] = {}
    for number, cell in enumerate(header):
        title = "".join(cell.split()).lower()
        name = next((name for name, titles in HEADERS.items() if title in titles), None)
        if name and name in found:
            both = _("“{first}”和“{second}”").format(first=header[found[name]], second=cell)
            raise BadInput(_("{both}两列意思相同，请删去一列再导入").format(both=both), field=cell)
        if name:
            found[name] = number
    missing = [NAMES[name] for name in REQUIRED if name not in found]
    if missing:
        seen = "、".join(cell for cell in header if cell)[:200] or _("（空）")
        wanted = "、".join(f"“{name}”" for name in missing)
        message = _("缺少{columns}列。文件的表头是：{seen}。请把列名改为“平台、内容、时间”或 platform、text、time")
        raise BadInput(message.format(columns=wanted, seen=seen), field=missing[0])
    return found


def _rows(reader: Iterator[list[str]], header: Sequence[str], columns: Mapping[str, int]) -> Iterator[Row]:
    csv.field_size_limit(CELL_MAX)
    number = 1
    heads = {f"header:{name}": header[place] for name, place in columns.items()}
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BadInput(
                _("第 {row} 行不是有效的 CSV（可能引号没有成对，或单元格过长）").format(row=number)
            ) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            if len(cells) > len(header):
                message = _("第 {row} 行有 {cells} 个单元格，表头只有 {columns} 列：内容里的逗号要用英文双引号括起来")
                raise BadInput(message.format(row=number, cells=len(cells), columns=len(header)), field=f"row:{number}")
            own = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
            yield Row(number, heads | own)
