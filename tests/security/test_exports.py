"""What goes into a spreadsheet cannot calculate there."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.web.csv_export import RISKY, cell
from tests.support.browser_client import Enter
from yiyuan import audit
from yiyuan.codes import AuditAction
from yiyuan.db.session import transaction


@given(st.text())
def test_no_cell_starts_a_formula(text: str) -> None:
    shown = cell(text)
    assert not shown.lstrip(" \u00a0\u3000\ufeff").startswith(RISKY)
    assert shown.removeprefix("'") == text or shown == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u3000=1", "＝1+1", "|calc"])
def test_known_tricks(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_audit_export_is_inert_and_itself_on_record(visitor: Enter) -> None:
    with transaction() as s:
        audit.append(s, None, AuditAction.ITEM_WITHDRAW, "item:1", {}, note='=HYPERLINK("http://evil.example","点我")')
    answer = visitor("auditor").get("/audit/export.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="yiyuan-audit.csv"'
    assert answer.content.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    notes = [row[6] for row in rows[1:]]
    assert any(note.startswith("'=HYPERLINK") for note in notes)
    assert "导出审计记录" in visitor("auditor").page("/audit")
