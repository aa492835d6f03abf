"""文字脱敏核对 by its form: identifiers kept or removed one by one, the original text with a reason."""

import re

from sqlalchemy import select

from release.identifier_place import IdentifierPlace
from review.redaction import decisions as redaction_decisions
from tests.support.browser_client import Enter, Visitor
from tests.support.console import World, audit_entries
from yiyuan.codes import IntakeStage
from yiyuan.db.session import transaction
from yiyuan.models import AuditEntry, IdentifierChoice, Revision


def _written(world: World) -> int:
    """An item in `naming` whose original texts name a patient twice."""
    item_id = world.naming(title="患者王小明的故事")
    with transaction() as s:
        s.get_one(Revision, world.revision(item_id).id).stage = IntakeStage.DONE
    return item_id


def test_identifiers_are_shown_without_saying_them_and_chosen_one_by_one(world: World, visitor: Enter) -> None:
    item_id = _written(world)
    doctor = visitor("doctor")
    page = doctor.page(f"/items/{item_id}/redactions")
    assert "3–5" in page.replace(" ", "")
    assert "王小明" not in page
    place = re.search(r'name="place" value="(title:[^"]+)"', page)
    assert place is not None
    wish = {"place": place[1], "choice": "keep", "reason": ""}
    assert doctor.send(f"/items/{item_id}/redactions", wish).status_code == 422
    wish["reason"] = "科普漫画里的人物"
    assert doctor.send(f"/items/{item_id}/redactions", wish).status_code == 303
    page = doctor.page(f"/items/{item_id}/redactions")
    assert "保留原文" in page
    assert "科普漫画里的人物" in page
    with transaction(read_only=True) as s:
        chosen = s.scalars(select(IdentifierChoice)).one()
        assert redaction_decisions.outdated(s, world.revision(item_id))
    assert (chosen.choice, chosen.chosen_by) == ("keep", world.staff["doctor"].id)
    assert (chosen.place_kind, chosen.field, IdentifierPlace.of(chosen).key) == ("text", "title", place[1])
    for other in ("title:90-95", "title", "screen:0", "voice:1.000-2.000", ""):
        assert doctor.send(f"/items/{item_id}/redactions", wish | {"place": other}).status_code == 404


def test_whoever_opens_the_form_to_edit_leaves_an_entry(world: World, visitor: Enter) -> None:
    item_id = _written(world)
    assert "王小明" in visitor("publicity").page(f"/items/{item_id}/edit")
    assert visitor("auditor").get(f"/items/{item_id}/edit").status_code == 403
    with transaction(read_only=True) as s:
        entries = select(AuditEntry.actor_id, AuditEntry.note).where(AuditEntry.action == "original.open")
        assert s.execute(entries).tuples().all() == [(world.staff["publicity"].id, "编辑稿件")]
    frozen = world.in_review()
    before = audit_entries("original.open")
    assert visitor("doctor").get(f"/items/{frozen}/edit").status_code == 409
    assert audit_entries("original.open") == before


def test_the_original_text_needs_a_role_and_a_reason_and_leaves_an_entry(world: World, visitor: Enter) -> None:
    item_id = _written(world)
    path = f"/items/{item_id}/redactions/open"

    def ask(person: Visitor, reason: str) -> tuple[int, bool]:
        answer = person.send(path, {"reason": reason})
        return answer.status_code, "王小明" in answer.text

    before = audit_entries("original.open")
    assert ask(visitor("doctor"), "看") == (422, False)
    assert audit_entries("original.open") == before
    assert ask(visitor("doctor"), "核对代号是否一致") == (200, True)
    assert ask(visitor("auditor"), "抽查脱敏质量") == (200, True)
    assert audit_entries("original.open") == before + 2
    assert ask(visitor("reviewer"), "我想看看原文") == (403, False)
    assert ask(visitor("operations"), "我想看看原文") == (404, False)
    assert (audit_entries("original.open"), audit_entries("original.refused")) == (before + 2, 1)
    with transaction(read_only=True) as s:
        notes = list(
            s.scalars(select(AuditEntry.note).where(AuditEntry.action == "original.open").order_by(AuditEntry.number))
        )
    assert notes[-2:] == ["核对代号是否一致", "抽查脱敏质量"]
