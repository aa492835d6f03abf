"""What was said of a finding holds in the next revision as long as its sentence stands, and not a word longer."""

from typing import Any

import pytest
from sqlalchemy import select

from release.content import findings_digest
from review.approval import acceptance, selfcheck, waivers
from review.intake import carry_over, pipeline
from review.items import lookup
from review.submission import submission
from tests.review.conftest import TEXTS, form
from yiyuan.codes import Disposition
from yiyuan.db.session import transaction
from yiyuan.models import AuditEntry, Finding, Staff, WaiverRequest

Hospital = Any
CLAIM = "我们保证三天断根，永不复发。"
REST = "测血压前请静坐五分钟。"


def _texts(caption: str) -> dict[str, str]:
    return TEXTS | {"caption": caption}


def _claims(hospital: Hospital, item_id: int) -> list[Finding]:
    revision_id = hospital.revision(item_id).id
    query = select(Finding).where(
        Finding.revision_id == revision_id, Finding.rule == "MA01", Finding.field == "caption"
    )
    with transaction(read_only=True) as s:
        return list(s.scalars(query.order_by(Finding.start)))


def _waived(hospital: Hospital, caption: str = CLAIM + REST) -> int:
    item_id = hospital.draft(texts=_texts(caption))
    hospital.submit(item_id)
    with transaction() as s:
        waivers.waive(
            s,
            hospital.publicity,
            _claims(hospital, item_id)[0].id,
            "引述谣言，后文驳斥",
            disposition=Disposition.WAIVED,
        )
    return int(item_id)


def _again(hospital: Hospital, item_id: int, editor: Staff | None = None, **more: object) -> list[Finding]:
    """The findings after the item was changed and checked anew."""
    who = editor or hospital.doctor
    with transaction() as s:
        version = lookup.item(s, item_id).version
        submission.edit(s, who, item_id, version, form(hospital.account_id, **more))
        submission.submit(s, who, item_id, lookup.item(s, item_id).version)
    pipeline.run(hospital.revision(item_id).id)
    return _claims(hospital, item_id)


def test_an_unchanged_sentence_keeps_its_waiver_in_the_next_revision(hospital: Hospital) -> None:
    item_id = _waived(hospital)
    (kept,) = _again(hospital, item_id, texts=_texts("开头多了一句。\n" + CLAIM + "测血压前请静坐十分钟。"))
    assert (kept.disposition, kept.reason, kept.disposed_by) == ("waived", "引述谣言，后文驳斥", hospital.publicity.id)
    assert hospital.revision(item_id).number == 2
    with transaction(read_only=True) as s:
        entry = s.scalars(select(AuditEntry).where(AuditEntry.action == "finding.keep")).one()
    assert entry.detail["finding"] == kept.id


@pytest.mark.parametrize(
    "more",
    [
        {"texts": _texts("我们保证两天断根，永不复发。" + REST)},
        {"texts": _texts(CLAIM + REST), "content_class": "promo"},
        {"texts": _texts("三天断根。" + REST)},
    ],
)
def test_a_changed_sentence_or_class_is_open_again(hospital: Hospital, more: dict[str, Any]) -> None:
    found = _again(hospital, _waived(hospital), **more)
    assert found and {f.disposition for f in found} == {"open"}


def test_a_repetition_is_not_covered_by_the_first_waiver(hospital: Hospital) -> None:
    found = _again(hospital, _waived(hospital), texts=_texts(CLAIM + REST + CLAIM))
    assert [f.disposition for f in found] == ["waived", "open"]


def test_nobody_keeps_a_waiver_on_what_they_edit(hospital: Hospital) -> None:
    (found,) = _again(hospital, _waived(hospital), hospital.publicity, texts=_texts(CLAIM + REST))
    assert found.disposition == "open"


def test_an_answer_of_the_author_is_offered_and_asked_again(hospital: Hospital) -> None:
    texts = {name: text for name, text in TEXTS.items() if name != "disclaimer"}  # a warning to be answered
    item_id = hospital.draft(texts=texts)
    hospital.submit(item_id)
    hospital.accept(item_id)
    with transaction(read_only=True) as s:
        asked = selfcheck.questions(s, lookup.item(s, item_id), hospital.revision(item_id))
    reply = next(ask for ask in asked if ask.kind == "reply")
    hospital.decide(hospital.doctor, item_id, answers=hospital.answers(item_id) | {reply.key: "片尾画面上有提示"})
    hospital.decide(hospital.reviewer, item_id, "return")
    _again(hospital, item_id, texts=texts)
    with transaction(read_only=True) as s:
        again = selfcheck.questions(s, lookup.item(s, item_id), hospital.revision(item_id))
    assert [ask.before for ask in again if ask.text == reply.text] == ["片尾画面上有提示"]


def test_the_sentence_ends_where_sentences_end() -> None:
    text = "前一句。中间 这句\r有词，还有；后一句"
    start = text.index("有词")
    assert carry_over.sentence(text, start, start + 2) == "中间这句有词，还有"
    assert carry_over.sentence("只有词", 1, 3) == "只有词"


def test_a_request_stays_through_a_recheck_and_only_its_words_go_into_the_next_revision(hospital: Hospital) -> None:
    item_id = hospital.draft(texts=_texts(CLAIM + REST))
    hospital.submit(item_id)
    with transaction() as s:
        asked = waivers.ask(s, hospital.doctor, _claims(hospital, item_id)[0].id, "引述谣言，后文驳斥")
        digest = findings_digest(s, hospital.revision(item_id))
    with transaction() as s:
        acceptance.recheck(s, hospital.doctor, item_id, lookup.item(s, item_id).version)
    pipeline.run(hospital.revision(item_id).id)
    (found,) = _claims(hospital, item_id)
    assert found.id != asked.finding_id
    with transaction() as s:
        (request,) = waivers.waiting(s, hospital.revision(item_id)).values()
        assert (request.id, request.finding_id, request.asked_by) == (asked.id, found.id, hospital.doctor.id)
        assert found.reason == ""
        assert findings_digest(s, hospital.revision(item_id)) != digest, "the findings are other rows"
        waivers.waive(s, hospital.publicity, found.id, "确为引述")
    with transaction() as s:
        acceptance.recheck(s, hospital.doctor, item_id, lookup.item(s, item_id).version)
    pipeline.run(hospital.revision(item_id).id)
    (found,) = _claims(hospital, item_id)
    with transaction(read_only=True) as s:
        answered = s.scalars(select(WaiverRequest)).one()
    assert (answered.finding_id, answered.answered_by, found.disposition) == (found.id, hospital.publicity.id, "waived")


def test_a_request_that_nobody_answered_is_offered_in_the_next_revision(hospital: Hospital) -> None:
    item_id = hospital.draft(texts=_texts(CLAIM + REST))
    hospital.submit(item_id)
    with transaction() as s:
        waivers.ask(s, hospital.doctor, _claims(hospital, item_id)[0].id, "引述谣言，后文驳斥")
    (found,) = _again(hospital, item_id, texts=_texts(CLAIM + REST))
    assert (found.disposition, found.reason, found.disposed_by) == ("open", "引述谣言，后文驳斥", None)
    with transaction(read_only=True) as s:
        assert waivers.waiting(s, hospital.revision(item_id)) == {}
