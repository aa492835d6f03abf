"""审计记录: every act in words, filtered by act and subject, exported with words and codes side by side."""

import ast
import csv
import io
import json

import pytest

from console.audit import labels
from playbooks.schema import load_all
from tests.architecture.product import modules
from tests.support.browser_client import Enter
from tests.support.console import World
from yiyuan import audit
from yiyuan.codes import KEPT, AuditAction, AuditSubject, DecisionVerdict, PostState, RescanDecision
from yiyuan.db.session import transaction
from yiyuan.models import AuditEntry


def _append(action: AuditAction, subject: str, **detail: object) -> None:
    with transaction() as s:
        audit.append(s, None, action, subject, detail)


def test_no_code_is_shown_to_an_auditor(world: World, visitor: Enter) -> None:
    _append(AuditAction.POST_PARKED, "post:3", item=1, platform="bilibili", state="parked", roles=["doctor"])
    page = visitor("auditor").page("/audit?action=post.parked")
    row = page.split("<tbody>")[1].split("</tr>")[0]
    assert "发布转人工核对" in row and "发布单 3" in row and 'href="/posts/3"' in row
    assert "哔哩哔哩" in row or "B站" in row
    assert "待人工核对" in row and "医生" in row
    for code in ("post.parked", "post:3", "bilibili", "parked", "doctor"):
        assert code not in row.replace("/posts/3", "")


def test_the_filter_finds_by_act_and_by_subject(world: World, visitor: Enter) -> None:
    _append(AuditAction.HOLD_SET, "hold:7")
    _append(AuditAction.HOLD_LIFT, "hold:71")
    auditor = visitor("auditor")
    assert "共 1 条" in auditor.page("/audit?action=hold.set")
    assert "共 1 条" in auditor.page("/audit?kind=hold&number=7")
    assert "共 2 条" in auditor.page("/audit?kind=hold")
    assert '<option value="hold.set" selected>' in auditor.page("/audit?action=hold.set")
    assert "共 1 条" in auditor.page("/audit?number=71"), "a number alone looks through every kind"
    assert "共 1 条" in auditor.page("/audit?kind=hold&number=７"), "as an input method may write it"
    assert "共 2 条" in auditor.page("/audit?kind=hold&actor=系统")
    assert "共 1 条" in auditor.page("/audit?action=login.open&actor=auditor"), "a login is known as well as a name"
    assert "共 2 条" in auditor.page("/audit?kind=hold&page_number=9").split("<tbody>")[0]
    assert "暂停全部发布" in auditor.page("/audit?kind=hold&page_number=9").split("<tbody>")[1], (
        "the last page there is"
    )
    assert "请放宽条件" in auditor.page("/audit?kind=hold&number=9")


@pytest.mark.parametrize(
    "query",
    [
        "action=hold",
        "action=hold.gone",
        "kind=holds",
        "from=2026-02-30",
        "to=9999-12-31",
        "from=0001-01-01",
        "from=2026-11-02&to=2026-11-01",
    ],
)
def test_a_filter_that_nothing_can_match_is_refused_and_never_left_out(
    query: str, world: World, visitor: Enter
) -> None:
    auditor = visitor("auditor")
    refused = auditor.get(f"/audit?{query}")
    assert refused.status_code == 422 and ("晚于" in refused.text or query.split("=")[1] in refused.text)
    assert auditor.get(f"/audit/export.csv?{query}").status_code == 422, "else all of it would go out"


def test_a_subject_is_a_link_for_those_who_may_open_it(world: World, visitor: Enter) -> None:
    _append(AuditAction.POST_LIVE, "post:3", item=1)
    assert 'href="/posts/3"' in visitor("auditor").page("/audit?action=post.live")
    page = visitor("administrator").page("/audit?action=post.live")
    assert "发布单 3" in page and 'href="/posts/3"' not in page
    assert 'href="/items"' not in visitor("administrator").get("/audit?kind=holds").text, "nor from an error page"


def test_an_act_of_another_version_is_shown_as_it_was_written(world: World, visitor: Enter) -> None:
    with transaction() as s:
        entry = audit.append(s, None, AuditAction.HOLD_SET, "hold:7")
        number = entry.number
    with transaction() as s:
        row = s.get_one(AuditEntry, number)
        row.action, row.subject, row.detail = "gone.act", "gone", {"gone_key": 5}
    page = visitor("auditor").page("/audit")
    assert "gone.act" in page and "gone_key" in page


def test_the_export_has_words_for_people_and_codes_for_proof(world: World, visitor: Enter) -> None:
    _append(AuditAction.HOLD_SET, "hold:7", event=None)
    answer = visitor("auditor").get("/audit/export.csv?action=hold.set")
    header, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    shown = dict(zip(header, row, strict=True))
    assert (shown["动作"], shown["对象"], shown["详情"]) == ("暂停全部发布", "发布暂停 7", "舆情事件：—")
    assert (shown["动作代码"], shown["对象代码"]) == ("hold.set", "hold:7")


def test_fingerprints_are_short_on_the_page_and_whole_in_the_export(world: World, visitor: Enter) -> None:
    digest = "0123456789abcdef" * 4
    _append(AuditAction.REVISION_FREEZE, "item:1", digest=digest)
    _append(AuditAction.EVENT_OPEN, "event:1", playbook="opinion", whole=True)
    _append(AuditAction.DUTY_DONE, "event:1", duty=4, key="take_over")
    _append(AuditAction.STAFF_ROLES, f"staff:{world.staff['doctor'].id}", roles=["doctor"])
    auditor = visitor("auditor")
    page = auditor.page("/audit")
    assert "0123456789ab…" in page and digest not in page
    assert load_all()["opinion"].title in page and "全部评论计入" in page
    assert "take_over" not in page and world.staff["doctor"].name in page.split("<tbody>")[1]
    header, *rows = csv.reader(io.StringIO(auditor.get("/audit/export.csv").content.decode("utf-8-sig")))
    kept = {row[header.index("动作代码")]: json.loads(row[header.index("内容")]) for row in rows}
    assert kept["revision.freeze"] == {"digest": digest} and kept["duty.done"]["key"] == "take_over"


def test_the_history_of_an_item_is_in_words(world: World, visitor: Enter) -> None:
    page = visitor("publicity").page(f"/items/{world.approved('通过的稿件')}")
    history = page.split('id="history"')[1].split("</details>")[0]
    assert "审核同意" in history and "decision.approve" not in history
    assert all(f"审核级别：{level}" in history for level in (1, 2, 3))


def test_every_act_is_in_the_filter_once() -> None:
    listed = [member for _group, members in labels.actions() for member in members]
    assert sorted(listed) == sorted(AuditAction)


@pytest.mark.parametrize(
    "value",
    [
        *(f"post.{state}" for state in PostState if state not in (PostState.PLANNED, PostState.SENDING)),
        *(f"finding.{disposition}" for disposition in KEPT),
        *(f"decision.{verdict}" for verdict in DecisionVerdict),
        *(f"rescan.{decision}" for decision in RescanDecision if decision),
    ],
)
def test_what_is_put_together_from_a_code_is_an_act(value: str) -> None:
    assert AuditAction.known(value)


def test_every_value_and_subject_that_is_kept_has_a_name() -> None:
    keys: set[str] = set()
    kinds: set[str] = set()
    for _name, tree in modules():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "audit.append":
                kinds |= {part.partition(":")[0] for part in _strings(call.args[3])}
                keys |= {key for part in call.args[4:] for key in _keys(part)}
    assert len(keys) > 25, "the entries are looked through"
    assert not keys - set(labels.DETAILS)
    assert not {kind for kind in kinds if kind} - set(AuditSubject)


def _strings(node: ast.expr) -> list[str]:
    first = node.values[0] if isinstance(node, ast.JoinedStr) else node
    return [first.value] if isinstance(first, ast.Constant) and isinstance(first.value, str) else []


def _keys(node: ast.expr) -> list[str]:
    dicts = [part for part in ast.walk(node) if isinstance(part, ast.Dict)]
    return [
        key.value for part in dicts for key in part.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ]
