"""Form fields as plain text, read with a limit and never by Starlette's multipart reader (it spools to plain files)."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from fastapi import Request

from yiyuan.codes import Code
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.settings import settings

Kind = TypeVar("Kind", bound=Code)
Day = TypeVar("Day", bound=date)
MULTIPART = "multipart/form-data"
FIELDS_BYTES, FIELDS_COUNT = 1_000_000, 500
#: Of an integer column on PostgreSQL.
LARGEST_NUMBER = 2**31 - 1


class Form:
    """The fields of one form, in order, several values per name."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self.add(name, value)

    def add(self, name: str, value: str) -> None:
        """Append one value; NUL, which no database column takes, is left out."""
        self._values.setdefault(name, []).append(value.replace("\r\n", "\n").replace("\0", ""))

    def __len__(self) -> int:
        return sum(len(values) for values in self._values.values())

    def text(self, name: str, default: str = "") -> str:
        """The first value, stripped."""
        return self._values.get(name, [default])[0].strip()

    def has(self, name: str) -> bool:
        """Whether the page had the field at all."""
        return name in self._values

    def all(self, name: str) -> list[str]:
        """Every non-empty value."""
        return [value.strip() for value in self._values.get(name, []) if value.strip()]

    def checked(self, name: str) -> bool:
        """Whether a tick box is ticked."""
        return bool(self.text(name))

    def number(self, name: str, default: int | None = None) -> int:
        """An integer that a database column holds; BadInput names the field."""
        raw = self.text(name)
        if not raw and default is not None:
            return default
        if not re.fullmatch(r"[+-]?\d{1,10}", raw) or abs(int(raw)) > LARGEST_NUMBER:
            raise BadInput(_("“{value}”不是可用的整数").format(value=raw[:20]), field=name)
        return int(raw)

    def code(self, name: str, kind: type[Kind], default: Kind | None = None) -> Kind:
        """A code of a closed list; BadInput names the field when it is none of it."""
        raw = self.text(name)
        found = default if default is not None and not self.has(name) else kind.known(raw)
        if found is None:
            raise BadInput(_("请从列表中选择"), field=name)
        return found

    def day(self, name: str) -> date | None:
        """A date of a year that a calendar may reach, or None when empty; BadInput names the field."""
        raw = self.text(name)
        try:
            return _in_reach(date.fromisoformat(raw)) if raw else None
        except ValueError:
            raise BadInput(_("“{value}”不是可用的日期").format(value=raw[:20]), field=name) from None

    def moment(self, name: str) -> datetime | None:
        """A local time as typed in the hospital's zone, or None when empty; BadInput names the field."""
        raw = self.text(name)
        try:
            return _in_reach(datetime.fromisoformat(raw)).replace(tzinfo=ZoneInfo(settings().timezone)) if raw else None
        except ValueError:
            raise BadInput(_("“{value}”不是可用的时间").format(value=raw[:20]), field=name) from None

    def under(self, prefix: str) -> dict[str, str]:
        """Fields named `prefix` + key, as {key: first value}."""
        return {name.removeprefix(prefix): self.text(name) for name in self._values if name.startswith(prefix)}


def _in_reach(value: Day) -> Day:
    """The same day or time; ValueError for a year at the ends of the calendar, where a day more is an error."""
    if not 1900 <= value.year < 3000:
        raise ValueError(value)
    return value


def too_much() -> BadInput:
    """The refusal of a form that is larger than any of ours."""
    return BadInput(_("提交的文字过长，请删减后重试"))


async def read_form(request: Request) -> Form:
    """The fields of an urlencoded body of at most FIELDS_BYTES."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FIELDS_BYTES:
            raise too_much()
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS_COUNT)
    except ValueError:
        raise too_much() from None
    return Form(pairs)


def form_of(request: Request) -> Form:
    """The form the guard read."""
    form = request.state.form
    assert isinstance(form, Form)
    return form


def query_of(request: Request) -> Mapping[str, str]:
    """The query of the address."""
    return request.query_params
