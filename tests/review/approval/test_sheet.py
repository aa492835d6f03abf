"""Posts and sheet after the last signature, reminders, and a database changed behind the gate's back."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from notifications import notices
from release import content, token
from review.approval import gate, inbox, sheet
from review.approval import reminders as approval_reminders
from review.items import lookup
from yiyuan.codes import ItemState
from yiyuan.db.session import transaction
from yiyuan.errors import Refused
from yiyuan.models import Decision, Item, Notice, Post, ReviewLevel, Revision, Sheet, Variant

Hospital = Any
pytestmark = pytest.mark.usefixtures("plain_checks")


def test_after_the_last_signature_posts_and_sheet_are_made_once(hospital: Hospital) -> None:
    item_id = hospital.approved()
    revision = hospital.revision(item_id)
    for _ in range(2):
        gate.after_decision(revision.id)
    with transaction(read_only=True) as s:
        (post,) = s.scalars(select(Post)).all()
        token.check_token(s, post)
        (row,) = s.scalars(select(Sheet)).all()
        assert sheet.verify(s, row) == []
    assert [d["stage"] for d in row.content["decisions"]] == ["创作者自查", "科室审核", "宣传部终审"]
    assert row.content["decisions"][0]["answers"]["accurate"] == "yes"
    assert row.content["digest"] == revision.digest


def test_before_the_last_signature_nothing_is_planned(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    gate.after_decision(hospital.revision(item_id).id)
    with transaction() as s:
        assert s.scalar(select(func.count()).select_from(Post)) == 0
        with pytest.raises(Refused):
            sheet.make(s, hospital.revision(item_id).id)


def test_a_changed_sheet_is_told(hospital: Hospital) -> None:
    item_id = hospital.approved()
    gate.after_decision(hospital.revision(item_id).id)
    with transaction() as s:
        row = s.scalars(select(Sheet)).one()
        row.content = {**row.content, "title": "别的标题"}
    with transaction() as s:
        row = s.scalars(select(Sheet)).one()
        assert sheet.verify(s, row)


def _approve_by_hand(s: Any, item: Item, revision: Revision) -> None:
    item.state, item.level = ItemState.APPROVED, 0


def _forge_decisions(s: Any, item: Item, revision: Revision) -> None:
    item.state, item.level = ItemState.APPROVED, 0
    query = s.scalars(select(Decision).where(Decision.revision_id == revision.id)).one()
    for level, staff_id in ((2, 2), (3, 4)):
        names = ("verdict", "answers", "digest", "findings_digest", "signed_at", "mac", "reason")
        values = {name: getattr(query, name) for name in names}
        s.add(Decision(revision_id=revision.id, level=level, staff_id=staff_id, **values))


def _skip_a_level(s: Any, item: Item, revision: Revision) -> None:
    stage = s.scalars(select(ReviewLevel).where(ReviewLevel.level == 2)).one()
    stage.level, stage.roles, stage.department = 3, ["publicity"], ""
    item.level = 3


def _change_policy(s: Any, item: Item, revision: Revision) -> None:
    item.policy = "private_domain"


def _invite_everybody(s: Any, item: Item, revision: Revision) -> None:
    stage = s.scalars(select(ReviewLevel).where(ReviewLevel.level == 2)).one()
    stage.roles, stage.department, stage.quorum = ["doctor", "leader", "administrator"], "", 1


def _change_text(s: Any, item: Item, revision: Revision) -> None:
    revision.texts = {**revision.texts, "caption": "包治高血压"}


def _change_text_and_digest(s: Any, item: Item, revision: Revision) -> None:
    revision.texts = {**revision.texts, "caption": "包治高血压"}
    revision.digest = content.revision_digest(s, revision)


def _change_variant(s: Any, item: Item, revision: Revision) -> None:
    s.scalars(select(Variant)).one().body = "包治高血压"


def _change_signer(s: Any, item: Item, revision: Revision) -> None:
    s.scalars(select(Decision).where(Decision.level == 1)).one().staff_id = 9


@pytest.mark.parametrize(
    "tamper",
    [
        _approve_by_hand,
        _forge_decisions,
        _skip_a_level,
        _change_policy,
        _change_text,
        _change_text_and_digest,
        _change_variant,
        _change_signer,
    ],
)
def test_a_database_edited_by_hand_gets_nothing_out(hospital: Hospital, tamper: Callable[..., None]) -> None:
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    with transaction() as s:
        item = lookup.item(s, item_id)
        tamper(s, item, lookup.revision(s, item))
    item = hospital.item(item_id)
    if item.state == "review":
        with pytest.raises(Refused):
            hospital.decide(hospital.staff["publicity" if item.level == 3 else "reviewer"], item_id)
    else:
        with pytest.raises(Refused):
            gate.after_decision(hospital.revision(item_id).id)
    with transaction(read_only=True) as s:
        assert s.scalar(select(func.count()).select_from(Post)) == 0
        assert s.scalar(select(func.count()).select_from(Sheet)) == 0


def test_a_stage_edited_by_hand_invites_nobody(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    with transaction() as s:
        item = lookup.item(s, item_id)
        _invite_everybody(s, item, lookup.revision(s, item))
    for role in ("leader", "administrator"):
        with pytest.raises(Refused, match="审核人之列"):
            hospital.decide(hospital.staff[role], item_id)


def test_reminders_and_escalation_come_once_and_in_working_time(hospital: Hospital) -> None:
    # A Friday afternoon: 480 working minutes later, lunch left out, is Monday afternoon.
    with time_machine.travel(datetime(2026, 11, 20, 8, 0, tzinfo=UTC), tick=False) as now:
        item_id = hospital.in_review()
        with transaction(read_only=True) as s:
            stage = inbox.who_holds(s, lookup.item(s, item_id))
        assert stage is not None
        assert stage.due_at == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
        assert approval_reminders.sweep() == 0
        now.move_to(datetime(2026, 11, 22, 8, 0, tzinfo=UTC))
        assert approval_reminders.sweep() == 0
        assert _lights(hospital) == ["amber"]
        now.move_to(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
        assert (approval_reminders.sweep(), approval_reminders.sweep()) == (1, 0)
        now.move_to(datetime(2026, 11, 23, 8, 31, tzinfo=UTC))
        assert (approval_reminders.sweep(), approval_reminders.sweep()) == (1, 0)
        assert _lights(hospital) == ["red"]
        with transaction(read_only=True) as s:
            urgent = [n for n in notices.for_staff(s, hospital.publicity) if n.urgent]
            reminders = s.scalar(select(func.count()).where(Notice.key.contains(":remind:")))
    assert len(urgent) == 1
    assert reminders == 1


def _lights(hospital: Hospital) -> list[str]:
    with transaction(read_only=True) as s:
        return [row.light for row in inbox.waiting_for(s, hospital.doctor)]
