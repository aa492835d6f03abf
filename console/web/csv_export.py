"""Tables for spreadsheets: UTF-8 with BOM, and no cell that a spreadsheet would run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from fastapi import Response

#: A cell that starts with one of these is a formula to some spreadsheet (OWASP, "CSV Injection").
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def cell(value: object) -> str:
    """The value as inert text: a leading apostrophe where a spreadsheet would calculate."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" \u00a0\u3000\ufeff").startswith(RISKY) or text.startswith(RISKY) else text


def table(header: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    """The rows as a CSV download; `name` is a file name of ours."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return Response(
        "\ufeff" + out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
