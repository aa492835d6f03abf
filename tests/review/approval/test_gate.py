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

Hospital = Any
pytestmark = pytest.mark.usefixtures("plain_checks")


def test_three_people_bring_an_item_to_approved(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    assert hospital.item(item_id).level == 1
    for level, role in enumerate(("doctor", "reviewer", "publicity"), 1):
        assert hospital.decide(hospital.staff[role], item_id).level == level
    item = hospital.item(item_id)
    assert (item.state, item.level) == ("approved", 0)
    with transaction(read_only=True) as s:
        entries = [e.action for e in s.query(AuditEntry).filter_by(subject=f"item:{item_id}")]
        assert audit.verify(s).ok
        keys = [row.key for row in s.query(OutboxRow).filter_by(step="advance")]
    assert entries.count("decision.approve") == 3
    assert len(keys) == len(set(keys)) == 3


def test_each_level_opens_with_a_clock_and_tells_whoever_may_sign(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    with transaction(read_only=True) as s:
        stage = inbox.who_holds(s, lookup.item(s, item_id))
        assert stage is not None and (stage.level, stage.department) == (2, "心内科")
        assert stage.due_at > stage.opened_at
        received = [n for n in notices.for_staff(s, hospital.reviewer) if n.link == f"/items/{item_id}"]
        waiting = {role: inbox.waiting_for(s, person) for role, person in hospital.staff.items()}
    assert len(received) == 1
    assert [row.item_id for row in waiting["reviewer"]] == [item_id]
    assert not any(rows for role, rows in waiting.items() if role != "reviewer")


@pytest.mark.parametrize("role", ["reviewer", "publicity", "administrator", "leader", "auditor"])
def test_level_one_is_the_last_editors_alone(hospital: Hospital, role: str) -> None:
    item_id = hospital.in_review()
    with pytest.raises(Refused, match="最后的编辑者"):
        hospital.decide(hospital.staff[role], item_id)


@pytest.mark.parametrize("role", ["doctor", "publicity", "administrator", "leader", "medical_affairs", "operations"])
def test_level_two_needs_a_reviewer(hospital: Hospital, role: str) -> None:
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    with pytest.raises(Refused):
        hospital.decide(hospital.staff[role], item_id)


def test_level_two_needs_the_authors_department(hospital: Hospital) -> None:
    stranger = hospital.person("stranger", ["reviewer"], "骨科")
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    with pytest.raises(Refused, match="心内科"):
        hospital.decide(stranger, item_id)
    decision = hospital.decide(stranger, item_id, delegate_of=hospital.reviewer.id)
    assert decision.delegate_of == hospital.reviewer.id


def test_a_stand_in_needs_a_role_and_a_real_colleague(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    with pytest.raises(Refused, match="不能代审"):
        hospital.decide(hospital.operations, item_id, delegate_of=hospital.reviewer.id)
    with pytest.raises(Refused, match="被代审人"):
        hospital.decide(hospital.medical_affairs, item_id, delegate_of=hospital.leader.id)


def test_author_and_editors_never_sign_above_level_one(hospital: Hospital) -> None:
    author = hospital.person("head", ["doctor", "reviewer", "publicity"])
    editor = hospital.person("second", ["doctor", "reviewer", "publicity"])
    item_id = hospital.draft(author)
    with transaction() as s:
        submission.edit(
            s, editor, item_id, lookup.item(s, item_id).version, submission.form_of(s, lookup.item(s, item_id), author)
        )
    hospital.submit(item_id, editor)
    hospital.accept(item_id, editor)
    with pytest.raises(Refused, match="最后的编辑者"):
        hospital.decide(author, item_id)
    hospital.decide(editor, item_id)
    for person in (author, editor):
        with pytest.raises(Refused):
            hospital.decide(person, item_id)
    hospital.decide(hospital.reviewer, item_id)
    for person in (author, editor):
        with pytest.raises(Refused):
            hospital.decide(person, item_id)


def test_nobody_signs_two_levels(hospital: Hospital) -> None:
    both = hospital.person("both", ["reviewer", "publicity"])
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    hospital.decide(both, item_id)
    with pytest.raises(Refused, match="只能签署一次"):
        hospital.decide(both, item_id)
    hospital.decide(hospital.publicity, item_id)


def test_disabled_people_do_not_sign(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    with transaction() as s:
        s.get_one(Staff, hospital.reviewer.id).active = False
    with pytest.raises(Refused, match="停用"):
        hospital.decide(hospital.reviewer, item_id)


def test_a_version_that_has_moved_on_is_a_conflict(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    old = hospital.item(item_id).version
    hospital.decide(hospital.reviewer, item_id)
    with pytest.raises(Conflict, match="刷新"):
        hospital.decide(hospital.publicity, item_id, version=old)


def test_a_digest_that_was_not_seen_is_a_conflict(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    with pytest.raises(Conflict, match="重新查看"):
        hospital.decide(hospital.doctor, item_id, digest="0" * 64)


def test_level_one_wants_every_answer(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    answers = hospital.answers(item_id)
    for key in answers:
        with pytest.raises(BadInput) as caught:
            hospital.decide(hospital.doctor, item_id, answers={k: v for k, v in answers.items() if k != key})
        assert caught.value.field == "answers"
    assert hospital.decide(hospital.doctor, item_id).answers == answers


def test_a_return_needs_a_reason_and_goes_to_the_author(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    with pytest.raises(BadInput, match="理由"):
        hospital.decide(hospital.reviewer, item_id, "return", reason="  ")
    hospital.decide(hospital.reviewer, item_id, "return")
    item = hospital.item(item_id)
    assert (item.state, item.level) == ("returned", 0)
    with transaction(read_only=True) as s:
        titles = [n.title for n in notices.for_staff(s, hospital.doctor) if n.kind == "returned"]
        assert not s.query(ReviewLevel).filter_by(closed_at=None).count()
    assert len(titles) == 1


def test_a_return_asks_everything_again_and_leaves_the_old_revision_alone(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    for role in ("doctor", "reviewer"):
        hospital.decide(hospital.staff[role], item_id)
    first = hospital.revision(item_id)
    hospital.decide(hospital.publicity, item_id, "return")
    hospital.submit(item_id)
    second = hospital.revision(item_id)
    assert (second.number, second.digest, second.return_reason) == (2, None, "请补充数据来源")
    hospital.accept(item_id)
    assert hospital.item(item_id).level == 1
    for role in ("doctor", "reviewer", "publicity"):
        hospital.decide(hospital.staff[role], item_id)
    with transaction(read_only=True) as s:
        old = lookup.revision(s, lookup.item(s, item_id), 1)
        assert (old.digest, old.texts) == (first.digest, first.texts)
        assert s.query(Decision).filter_by(revision_id=first.id).count() == 3
    assert hospital.item(item_id).state == "approved"
    assert hospital.revision(item_id).digest != first.digest


def test_reject_ends_it(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    with pytest.raises(BadInput):
        hospital.decide(hospital.doctor, item_id, "reject")
    hospital.decide(hospital.doctor, item_id)
    hospital.decide(hospital.reviewer, item_id, "reject")
    assert hospital.item(item_id).state == "rejected"
    with pytest.raises(Conflict):
        hospital.decide(hospital.publicity, item_id)
    with pytest.raises(Conflict), transaction() as s:
        submission.submit(s, hospital.doctor, item_id, hospital.item(item_id).version)


def _block(hospital: Hospital, item_id: int, severity: str = "block") -> int:
    with transaction() as s:
        finding = Finding(
            revision_id=hospital.revision(item_id).id,
            checker="advertising",
            rule="MA01",
            severity=severity,
            title="疗效承诺",
        )
        s.add(finding)
        s.flush()
        return finding.id


@pytest.mark.parametrize("severity", ["block", "must_fix"])
def test_an_open_stopping_finding_stops_level_one(hospital: Hospital, severity: str) -> None:
    item_id = hospital.in_review()
    finding_id = _block(hospital, item_id, severity)
    with pytest.raises(Refused, match="疗效承诺"):
        hospital.decide(hospital.doctor, item_id)
    for role in ("doctor", "reviewer", "leader", "administrator"):
        with pytest.raises(Refused, match="宣传部"), transaction() as s:
            waivers.waive(s, hospital.staff[role], finding_id, "依据充分，可以保留")
    with pytest.raises(BadInput, match="理由"), transaction() as s:
        waivers.waive(s, hospital.publicity, finding_id, " ")
    with transaction(read_only=True) as s:
        kinds = [row.kind for row in inbox.waiting_for(s, hospital.publicity)]
    assert kinds == ["waive"]
    with transaction() as s:
        waivers.waive(s, hospital.publicity, finding_id, "依据充分，可以保留")
    for role in ("doctor", "reviewer", "publicity"):
        hospital.decide(hospital.staff[role], item_id)
    assert hospital.item(item_id).state == "approved"


def test_a_finding_that_appears_later_stops_every_level(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    finding_id = _block(hospital, item_id)
    with pytest.raises(Refused, match="疗效承诺"):
        hospital.decide(hospital.reviewer, item_id)
    with pytest.raises(Conflict), transaction() as s:
        waivers.waive(s, hospital.publicity, finding_id, "依据充分，可以保留")


def test_withdrawing_closes_the_open_level(hospital: Hospital) -> None:
    item_id = hospital.in_review()
    with pytest.raises(Refused), transaction() as s:
        submission.withdraw(s, hospital.reviewer, item_id, lookup.item(s, item_id).version, "不发了")
    with transaction() as s:
        submission.withdraw(s, hospital.doctor, item_id, lookup.item(s, item_id).version, "不发了")
    with transaction(read_only=True) as s:
        assert levels.open_stage(s, hospital.revision(item_id)) is None
    with pytest.raises(Conflict):
        hospital.decide(hospital.doctor, item_id)
