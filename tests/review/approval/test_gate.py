"""The way through the gate, and what it refuses."""

from typing import Any

import pytest

from notifications import notices
from review.approval import inbox, levels, waivers
from review.items import lookup
from review.submission import submission
from yiyuan import audit
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict, Refused
from yiyuan.models import AuditEntry, Decision, Finding, OutboxRow, ReviewLevel, Staff

House = Any
pytestmark = pytest.mark.usefixtures("plain_checks")


def test_three_people_bring_an_item_to_approved(house: House) -> None:
    item_id = house.in_review()
    assert house.item(item_id).level == 1
    for level, role in enumerate(("doctor", "reviewer", "publicity"), 1):
        assert house.decide(house.staff[role], item_id).level == level
    item = house.item(item_id)
    assert (item.state, item.level) == ("approved", 0)
    with transaction(read_only=True) as s:
        entries = [e.action for e in s.query(AuditEntry).filter_by(subject=f"item:{item_id}")]
        assert audit.verify(s).ok
        keys = [row.key for row in s.query(OutboxRow).filter_by(step="advance")]
    assert entries.count("decision.approve") == 3
    assert len(keys) == len(set(keys)) == 3


def test_each_level_opens_with_a_clock_and_tells_whoever_may_sign(house: House) -> None:
    item_id = house.in_review()
    house.decide(house.doctor, item_id)
    with transaction(read_only=True) as s:
        stage = inbox.who_holds(s, lookup.item(s, item_id))
        assert stage is not None and (stage.level, stage.department) == (2, "心内科")
        assert stage.due_at > stage.opened_at
        told = [n for n in notices.for_staff(s, house.reviewer) if n.link == f"/items/{item_id}"]
        waiting = {role: inbox.waiting_for(s, person) for role, person in house.staff.items()}
    assert len(told) == 1
    assert [row.item_id for row in waiting["reviewer"]] == [item_id]
    assert not any(rows for role, rows in waiting.items() if role != "reviewer")


@pytest.mark.parametrize("role", ["reviewer", "publicity", "administrator", "leader", "auditor"])
def test_level_one_is_the_last_editors_alone(house: House, role: str) -> None:
    item_id = house.in_review()
    with pytest.raises(Refused, match="最后的编辑者"):
        house.decide(house.staff[role], item_id)


@pytest.mark.parametrize("role", ["doctor", "publicity", "administrator", "leader", "medical_affairs", "operations"])
def test_level_two_needs_a_reviewer(house: House, role: str) -> None:
    item_id = house.in_review()
    house.decide(house.doctor, item_id)
    with pytest.raises(Refused):
        house.decide(house.staff[role], item_id)


def test_level_two_needs_the_authors_department(house: House) -> None:
    stranger = house.person("stranger", ["reviewer"], "骨科")
    item_id = house.in_review()
    house.decide(house.doctor, item_id)
    with pytest.raises(Refused, match="心内科"):
        house.decide(stranger, item_id)
    decision = house.decide(stranger, item_id, delegate_of=house.reviewer.id)
    assert decision.delegate_of == house.reviewer.id


def test_a_stand_in_needs_a_role_and_a_real_colleague(house: House) -> None:
    item_id = house.in_review()
    house.decide(house.doctor, item_id)
    with pytest.raises(Refused, match="不能代审"):
        house.decide(house.operations, item_id, delegate_of=house.reviewer.id)
    with pytest.raises(Refused, match="被代审人"):
        house.decide(house.medical_affairs, item_id, delegate_of=house.leader.id)


def test_author_and_editors_never_sign_above_level_one(house: House) -> None:
    author = house.person("head", ["doctor", "reviewer", "publicity"])
    editor = house.person("second", ["doctor", "reviewer", "publicity"])
    item_id = house.draft(author)
    with transaction() as s:
        submission.edit(
            s, editor, item_id, lookup.item(s, item_id).version, submission.form_of(s, lookup.item(s, item_id), author)
        )
    house.submit(item_id, editor)
    house.accept(item_id, editor)
    with pytest.raises(Refused, match="最后的编辑者"):
        house.decide(author, item_id)
    house.decide(editor, item_id)
    for person in (author, editor):
        with pytest.raises(Refused):
            house.decide(person, item_id)
    house.decide(house.reviewer, item_id)
    for person in (author, editor):
        with pytest.raises(Refused):
            house.decide(person, item_id)


def test_nobody_signs_two_levels(house: House) -> None:
    both = house.person("both", ["reviewer", "publicity"])
    item_id = house.in_review()
    house.decide(house.doctor, item_id)
    house.decide(both, item_id)
    with pytest.raises(Refused, match="只能签署一次"):
        house.decide(both, item_id)
    house.decide(house.publicity, item_id)


def test_disabled_people_do_not_sign(house: House) -> None:
    item_id = house.in_review()
    house.decide(house.doctor, item_id)
    with transaction() as s:
        s.get_one(Staff, house.reviewer.id).active = False
    with pytest.raises(Refused, match="停用"):
        house.decide(house.reviewer, item_id)


def test_a_version_that_has_moved_on_is_a_conflict(house: House) -> None:
    item_id = house.in_review()
    house.decide(house.doctor, item_id)
    old = house.item(item_id).version
    house.decide(house.reviewer, item_id)
    with pytest.raises(Conflict, match="刷新"):
        house.decide(house.publicity, item_id, version=old)


def test_a_digest_that_was_not_seen_is_a_conflict(house: House) -> None:
    item_id = house.in_review()
    with pytest.raises(Conflict, match="重新查看"):
        house.decide(house.doctor, item_id, digest="0" * 64)


def test_level_one_wants_every_answer(house: House) -> None:
    item_id = house.in_review()
    answers = house.answers(item_id)
    for key in answers:
        with pytest.raises(BadInput) as caught:
            house.decide(house.doctor, item_id, answers={k: v for k, v in answers.items() if k != key})
        assert caught.value.field == "answers"
    assert house.decide(house.doctor, item_id).answers == answers


def test_a_return_needs_a_reason_and_goes_to_the_author(house: House) -> None:
    item_id = house.in_review()
    house.decide(house.doctor, item_id)
    with pytest.raises(BadInput, match="理由"):
        house.decide(house.reviewer, item_id, "return", reason="  ")
    house.decide(house.reviewer, item_id, "return")
    item = house.item(item_id)
    assert (item.state, item.level) == ("returned", 0)
    with transaction(read_only=True) as s:
        titles = [n.title for n in notices.for_staff(s, house.doctor) if n.kind == "returned"]
        assert not s.query(ReviewLevel).filter_by(closed_at=None).count()
    assert len(titles) == 1


def test_a_return_asks_everything_again_and_leaves_the_old_revision_alone(house: House) -> None:
    item_id = house.in_review()
    for role in ("doctor", "reviewer"):
        house.decide(house.staff[role], item_id)
    first = house.revision(item_id)
    house.decide(house.publicity, item_id, "return")
    house.submit(item_id)
    second = house.revision(item_id)
    assert (second.number, second.digest, second.return_reason) == (2, None, "请补充数据来源")
    house.accept(item_id)
    assert house.item(item_id).level == 1
    for role in ("doctor", "reviewer", "publicity"):
        house.decide(house.staff[role], item_id)
    with transaction(read_only=True) as s:
        old = lookup.revision(s, lookup.item(s, item_id), 1)
        assert (old.digest, old.texts) == (first.digest, first.texts)
        assert s.query(Decision).filter_by(revision_id=first.id).count() == 3
    assert house.item(item_id).state == "approved"
    assert house.revision(item_id).digest != first.digest


def test_reject_ends_it(house: House) -> None:
    item_id = house.in_review()
    with pytest.raises(BadInput):
        house.decide(house.doctor, item_id, "reject")
    house.decide(house.doctor, item_id)
    house.decide(house.reviewer, item_id, "reject")
    assert house.item(item_id).state == "rejected"
    with pytest.raises(Conflict):
        house.decide(house.publicity, item_id)
    with pytest.raises(Conflict), transaction() as s:
        submission.submit(s, house.doctor, item_id, house.item(item_id).version)


def _block(house: House, item_id: int, severity: str = "block") -> int:
    with transaction() as s:
        finding = Finding(
            revision_id=house.revision(item_id).id,
            checker="advertising",
            rule="MA01",
            severity=severity,
            title="疗效承诺",
        )
        s.add(finding)
        s.flush()
        return finding.id


@pytest.mark.parametrize("severity", ["block", "must_fix"])
def test_an_open_stopping_finding_stops_level_one(house: House, severity: str) -> None:
    item_id = house.in_review()
    finding_id = _block(house, item_id, severity)
    with pytest.raises(Refused, match="疗效承诺"):
        house.decide(house.doctor, item_id)
    for role in ("doctor", "reviewer", "leader", "administrator"):
        with pytest.raises(Refused, match="宣传部"), transaction() as s:
            waivers.waive(s, house.staff[role], finding_id, "依据充分，可以保留")
    with pytest.raises(BadInput, match="理由"), transaction() as s:
        waivers.waive(s, house.publicity, finding_id, " ")
    with transaction(read_only=True) as s:
        kinds = [row.kind for row in inbox.waiting_for(s, house.publicity)]
    assert kinds == ["waive"]
    with transaction() as s:
        waivers.waive(s, house.publicity, finding_id, "依据充分，可以保留")
    for role in ("doctor", "reviewer", "publicity"):
        house.decide(house.staff[role], item_id)
    assert house.item(item_id).state == "approved"


def test_a_finding_that_appears_later_stops_every_level(house: House) -> None:
    item_id = house.in_review()
    house.decide(house.doctor, item_id)
    finding_id = _block(house, item_id)
    with pytest.raises(Refused, match="疗效承诺"):
        house.decide(house.reviewer, item_id)
    with pytest.raises(Conflict), transaction() as s:
        waivers.waive(s, house.publicity, finding_id, "依据充分，可以保留")


def test_withdrawing_closes_the_open_level(house: House) -> None:
    item_id = house.in_review()
    with pytest.raises(Refused), transaction() as s:
        submission.withdraw(s, house.reviewer, item_id, lookup.item(s, item_id).version, "不发了")
    with transaction() as s:
        submission.withdraw(s, house.doctor, item_id, lookup.item(s, item_id).version, "不发了")
    with transaction(read_only=True) as s:
        assert levels.open_stage(s, house.revision(item_id)) is None
    with pytest.raises(Conflict):
        house.decide(house.doctor, item_id)
