"""With the real checkers: a forbidden claim stops the doctor, is mended, and the item passes three people."""

import threading
from typing import Any

import pytest
from sqlalchemy import select

from compliance import runner
from compliance.types import CheckerVerdict, Report
from review.approval import acceptance, gate, selfcheck, waivers
from review.intake import pipeline
from review.items import lookup
from review.policies import policies
from review.submission import submission
from yiyuan.codes import CheckerName, Disposition, VerdictKind
from yiyuan.db.session import transaction
from yiyuan.errors import Refused, YiyuanError
from yiyuan.models import Decision, Finding, Verdict

Hospital = Any
CLAIM = "本院独家疗法，治愈率98%，保证根治高血压。"


def open_rules(hospital: Hospital, item_id: int) -> dict[str, str]:
    """Rule -> severity of the findings that are still open."""
    query = select(Finding).where(Finding.revision_id == hospital.revision(item_id).id, Finding.disposition == "open")
    with transaction(read_only=True) as s:
        return {f.rule: f.severity for f in s.scalars(query)}


def test_a_forbidden_claim_is_caught_mended_and_signed(hospital: Hospital) -> None:
    lawful = "每天在同一时间测量血压，读数请带给医生看。"
    texts = {
        "caption": CLAIM,
        "source": "《中国高血压防治指南（2024年修订版）》",
        "disclaimer": "本内容仅供科普参考，不能替代面诊。",
    }
    item_id = hospital.draft(texts=texts)
    hospital.submit(item_id)
    caught = open_rules(hospital, item_id)
    assert "block" in caught.values()
    with transaction(read_only=True) as s:
        block = s.scalars(
            select(Finding).where(Finding.revision_id == hospital.revision(item_id).id, Finding.severity == "block")
        ).first()
        assert block is not None
        assert block.basis
        assert hospital.revision(item_id).texts[block.field][block.start : block.end]
    hospital.accept(item_id)
    with pytest.raises(Refused, match="宣传部豁免"):
        hospital.decide(hospital.doctor, item_id)
    hospital.decide(hospital.doctor, item_id, "return", reason="修改宣传用语")
    with transaction() as s:
        item = lookup.item(s, item_id)
        form = submission.form_of(s, item, hospital.doctor)
        mended = form.model_copy(update={"texts": {**form.texts, "caption": lawful}})
        submission.edit(s, hospital.doctor, item_id, item.version, mended)
    hospital.submit(item_id)
    assert not {"block", "must_fix"} & set(open_rules(hospital, item_id).values())
    hospital.accept(item_id)
    for role in ("doctor", "reviewer", "publicity"):
        hospital.decide(hospital.staff[role], item_id)
    assert hospital.item(item_id).state == "approved"


def test_a_checker_that_failed_is_not_a_pass(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Report((), (CheckerVerdict(CheckerName.ADVERTISING, VerdictKind.FAILED, "检查没有完成"),))
    monkeypatch.setattr(runner, "run", lambda _package: failed)
    item_id = hospital.draft()
    hospital.submit(item_id)
    with pytest.raises(Refused, match="重新检查"):
        hospital.accept(item_id)
    monkeypatch.setattr(
        runner, "run", lambda _package: Report((), (CheckerVerdict(CheckerName.ADVERTISING, VerdictKind.CLEAN),))
    )
    with transaction() as s:
        acceptance.recheck(s, hospital.doctor, item_id, lookup.item(s, item_id).version)
    pipeline.run(hospital.revision(item_id).id)
    hospital.accept(item_id)
    with transaction() as s:
        verdict = s.scalars(select(Verdict).where(Verdict.checker == "advertising")).one()
        verdict.verdict = VerdictKind.FAILED
    with pytest.raises(Refused, match="不能视为通过"):
        hospital.decide(hospital.doctor, item_id)


@pytest.mark.usefixtures("plain_checks")
def test_two_reviewers_at_the_same_moment_make_one_signature(hospital: Hospital) -> None:
    rivals = [hospital.reviewer, hospital.person("rival", ["reviewer"])]
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    item, revision = hospital.item(item_id), hospital.revision(item_id)
    barrier, outcomes = threading.Barrier(2), list[str]()

    def sign(person: Any) -> None:
        barrier.wait()
        try:
            with transaction() as s:
                gate.decide(s, person, item_id, version=item.version, verdict="approve", digest=revision.digest or "")
            outcomes.append("signed")
        except YiyuanError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=sign, args=(person,)) for person in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Conflict", "signed"]
    with transaction(read_only=True) as s:
        assert len(s.scalars(select(Decision).where(Decision.level == 2)).all()) == 1
    assert hospital.item(item_id).level == 3


@pytest.mark.usefixtures("plain_checks")
def test_a_quorum_of_two_waits_for_the_second(hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = policies.load("short_video")
    two = policy.model_copy(
        update={"levels": [policy.levels[0], policy.levels[1].model_copy(update={"quorum": 2}), policy.levels[2]]}
    )
    monkeypatch.setattr(policies, "load", lambda _name: two)
    second = hospital.person("second", ["reviewer"])
    item_id = hospital.in_review()
    hospital.decide(hospital.doctor, item_id)
    hospital.decide(hospital.reviewer, item_id)
    assert hospital.item(item_id).level == 2
    with pytest.raises(Refused, match="只能签署一次"):
        hospital.decide(hospital.reviewer, item_id)
    hospital.decide(second, item_id)
    assert hospital.item(item_id).level == 3


def test_waived_and_ticked_survive_a_second_check(hospital: Hospital) -> None:
    item_id = hospital.draft(texts={"caption": CLAIM})
    hospital.submit(item_id)
    with transaction(read_only=True) as s:
        first = s.scalars(select(Finding).where(Finding.severity == "block")).first()
    assert first is not None
    with transaction() as s:
        waivers.waive(s, hospital.publicity, first.id, "引用的是被驳斥的谣言", disposition=Disposition.FALSE_ALARM)
        acceptance.recheck(s, hospital.doctor, item_id, lookup.item(s, item_id).version)
    pipeline.run(hospital.revision(item_id).id)
    with transaction(read_only=True) as s:
        again = s.scalars(select(Finding).where(Finding.disposition == "false_alarm")).all()
        asked = selfcheck.questions(s, lookup.item(s, item_id), hospital.revision(item_id))
    assert [f.rule for f in again] == [first.rule]
    assert all(ask.finding_id != again[0].id for ask in asked)
