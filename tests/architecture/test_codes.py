"""Codes are enums: one label, one badge, one order each, and no second copy as a bare string anywhere."""

import ast
import pickle
import re
from collections.abc import Iterator
from itertools import chain

import pytest
from jinja2 import nodes
from sqlalchemy import create_engine, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from console.web.templating import environment
from playbooks.schema import load_all
from review.policies import policies
from tests.architecture.product import ROOT, modules
from yiyuan import codes
from yiyuan.canonical_json import canonical
from yiyuan.codes import ContentClass, FaceNaming, ItemState, PostState, Severity, VerdictKind
from yiyuan.i18n import catalogue, use_language
from yiyuan.models import Base, OutboxRow
from yiyuan.models.base import Coded

MEMBERS = [member for kind in codes.ALL for member in kind]
VALUES = frozenset(member.value for member in MEMBERS if member.value)
#: Attributes and arguments that hold codes.
HOLD_CODES = frozenset(
    {
        "state", "severity", "disposition", "verdict", "kind", "role", "stage", "outcome", "naming", "checker",
        "outside", "ai_label", "content_class", "basis_status", "decision", "label", "choice",
    }
)  # fmt: skip
every = pytest.mark.parametrize("member", MEMBERS, ids=lambda member: f"{type(member).__name__}.{member.name}")


def test_every_list_is_known() -> None:
    assert set(codes.ALL) == set(codes.Code.__subclasses__())


@every
def test_a_member_has_a_chinese_label_of_its_own(member: codes.Code) -> None:
    assert re.search(r"[\u4e00-\u9fff]", member.source), "a code is never shown as it is"
    assert member.label == member.source


def test_members_of_one_list_have_different_labels() -> None:
    for kind in codes.ALL:
        labels = [member.source for member in kind]
        assert len(labels) == len(set(labels)), kind


@every
def test_a_badge_is_in_the_style_sheet(member: codes.Code) -> None:
    assert f".badge.{member.badge}" in (ROOT / "console/static/parts.css").read_text("utf-8")


def _marked() -> frozenset[str]:
    """Texts that the codes hand to N_, which is what the extractors of the catalogue look for."""
    calls = (
        node
        for path in (ROOT / "yiyuan/codes").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"
    )
    constants = (arg.value for call in calls for arg in call.args if isinstance(arg, ast.Constant))
    return frozenset(value for value in constants if isinstance(value, str))


@every
def test_a_label_is_marked_for_the_catalogue(member: codes.Code) -> None:
    assert member.source in _marked()


def test_a_label_is_translated_when_it_is_read() -> None:
    english = catalogue("en").gettext(ItemState.REJECTED.source)
    assert english != ItemState.REJECTED.source, "the catalogue has it"
    use_language("en")
    try:
        assert ItemState.REJECTED.label == english
    finally:
        use_language("zh_CN")


def test_a_member_is_its_value_wherever_it_is_written() -> None:
    assert canonical({"class": ContentClass.KEPU}) == b'{"class":"kepu"}'
    assert f"{Severity.BLOCK}" == str(Severity.BLOCK) == "block"
    assert {"block": 1}[Severity.BLOCK] == 1
    assert pickle.loads(pickle.dumps(Severity.BLOCK)) is Severity.BLOCK


def test_the_order_is_the_order_of_the_members() -> None:
    assert sorted(Severity, key=lambda severity: severity.rank) == ["block", "alert", "must_fix", "warn", "info"]
    assert min(VerdictKind, key=lambda verdict: verdict.rank) is VerdictKind.FAILED
    assert [severity for severity in Severity if severity.stops] == ["block", "alert", "must_fix"]


def test_what_a_person_typed_is_a_member_or_nothing() -> None:
    assert PostState.known("live") is PostState.LIVE
    assert FaceNaming.known("") is FaceNaming.UNNAMED
    assert PostState.known("LIVE") is PostState.known("published") is PostState.known(None) is None
    with pytest.raises(ValueError, match="published"):
        PostState.of("published")


def test_a_column_of_codes_refuses_other_values_in_both_directions() -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, tables=[OutboxRow.__table__])  # type: ignore[list-item]
    with Session(engine) as s:
        insert = "INSERT INTO outbox (id, step, key, args, state, attempt, run_id, error, created_at)"
        s.execute(text(f"{insert} VALUES (1, 'x', 'x', '{{}}', 'lost', 0, '', '', '2026-01-01')"))
        with pytest.raises(ValueError, match="'lost' is no OutboxState"):
            s.get(OutboxRow, 1)
        with pytest.raises(StatementError, match="'gone' is no OutboxState"):
            s.query(OutboxRow).filter(OutboxRow.state == "gone").all()


def test_a_column_of_codes_is_the_varchar_it_was() -> None:
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    coded = [column for column in columns if isinstance(column.type, Coded)]
    assert len(coded) > 20
    assert {str(column.type.compile()) for column in coded} == {"VARCHAR(64)"}


def _literals(node: ast.AST | None) -> Iterator[str]:
    """String constants of an expression that are values of a code, not looking into calls and formats."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in VALUES:
        yield node.value
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        yield from chain.from_iterable(map(_literals, node.elts))
    elif isinstance(node, ast.IfExp):
        yield from chain(_literals(node.body), _literals(node.orelse))


def _holds(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in HOLD_CODES


def _compared(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        if any(map(_holds, sides)):
            yield from chain.from_iterable(map(_literals, sides))
    asks = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("in_", "not_in")
    if asks and _holds(node.func.value):  # type: ignore[attr-defined]
        yield from chain.from_iterable(map(_literals, node.args))  # type: ignore[attr-defined]


def _written(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if _holds(target):
                yield from _literals(node.value)
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for place, value in zip(target.elts, node.value.elts, strict=False):
                    yield from _literals(value) if _holds(place) else ()
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            yield from _literals(keyword.value) if keyword.arg in HOLD_CODES else ()


def _bare(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        for value in chain(_compared(node), _written(node)):
            yield node.lineno, value  # type: ignore[attr-defined]


def test_no_code_is_compared_or_written_as_a_bare_string() -> None:
    found = [
        f"{name}:{line} {value!r}"
        for name, tree in modules()
        for line, value in _bare(tree)
        if not name.startswith("yiyuan/codes/")
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        'if item.state == "draft": pass',
        'ok = post.state in ("live", "parked")',
        'x = select(Post).where(Post.state.in_(["live"]))',
        'finding.severity, finding.reason = "block", ""',
        'row.state = "done" if good else "failed"',
        'notices.post(s, kind="system")',
    ],
)
def test_the_search_for_bare_strings_finds_them(line: str) -> None:
    assert list(_bare(ast.parse(line)))


def _bare_in_template(source: str) -> Iterator[tuple[int, str]]:
    """String constants that a template compares an attribute of codes, or a loop's variable, with."""
    tree = environment().parse(source)
    compared = [
        side
        for test in tree.find_all(nodes.Compare)
        if any(attribute.attr in HOLD_CODES for attribute in test.find_all(nodes.Getattr))
        for side in (test.expr, *(operand.expr for operand in test.ops))
    ]
    picked = [
        argument
        for pick in tree.find_all(nodes.Filter)
        if pick.name in ("selectattr", "rejectattr")
        for argument in pick.args[1:]
    ]
    for side in chain(compared, picked):
        for value in chain([side], side.find_all(nodes.Const)):
            if isinstance(value, nodes.Const) and value.value in VALUES:
                yield value.lineno, value.value


def test_no_template_compares_a_code_with_a_bare_string() -> None:
    templates = sorted((ROOT / "console").rglob("*.html"))
    assert len(templates) > 40
    found = [
        f"{path.relative_to(ROOT)}:{line} {value!r}"
        for path in templates
        for line, value in _bare_in_template(path.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "{% if item.state == 'draft' %}{% endif %}",
        "{{ 1 if post.state not in ('live', 'parked') }}",
        "{% set n = found|selectattr('disposition', 'equalto', 'open')|list %}",
    ],
)
def test_the_search_in_templates_finds_them(source: str) -> None:
    assert list(_bare_in_template(source))


def test_the_console_repeats_no_label() -> None:
    words = (ROOT / "console/web/labels.py").read_text("utf-8")
    assert not [member for member in MEMBERS if f'"{member.source}"' in words]


def test_titles_of_tiers_and_policies_stand_in_their_files_only() -> None:
    titles = {tier.title for playbook in load_all().values() for tier in playbook.tiers}
    titles |= {policies.load(name).title for name in policies.names()}
    sources = [*(ROOT / "console").rglob("*.py"), *(ROOT / "console").rglob("*.html")]
    assert len(sources) > 100, "pages and templates are looked through"
    found = {
        (path.name, title)
        for path in sources
        for title in titles
        if re.search(f"[\"'>（，为]{title}[\"'<），。]", path.read_text("utf-8"))
    }
    assert not found
