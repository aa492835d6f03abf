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

House = Any
CLAIM = "我们保证三天断根，永不复发。"
REST = "测血压前请静坐五分钟。"


def _texts(caption: str) -> dict[str, str]:
    return TEXTS | {"caption": caption}


def _claims(house: House, item_id: int) -> list[Finding]:
    revision_id = house.revision(item_id).id
    mine = select(Finding).where(Finding.revision_id == revision_id, Finding.rule == "MA01", Finding.field == "caption")
    with transaction(read_only=True) as s:
        return list(s.scalars(mine.order_by(Finding.start)))


def _waived(house: House, caption: str = CLAIM + REST) -> int:
    item_id = house.draft(texts=_texts(caption))
    house.submit(item_id)
    with transaction() as s:
        waivers.waive(
            s, house.publicity, _claims(house, item_id)[0].id, "引述谣言，后文驳斥", disposition=Disposition.WAIVED
        )
    return int(item_id)


def _again(house: House, item_id: int, editor: Staff | None = None, **more: object) -> list[Finding]:
    """The findings after the item was changed and checked anew."""
    who = editor or house.doctor
    with transaction() as s:
        version = lookup.item(s, item_id).version
        submission.edit(s, who, item_id, version, form(house.account_id, **more))
        submission.submit(s, who, item_id, lookup.item(s, item_id).version)
    pipeline.run(house.revision(item_id).id)
    return _claims(house, item_id)


def test_an_unchanged_sentence_keeps_its_waiver_in_the_next_revision(house: House) -> None:
    item_id = _waived(house)
    (kept,) = _again(house, item_id, texts=_texts("开头多了一句。\n" + CLAIM + "测血压前请静坐十分钟。"))
    assert (kept.disposition, kept.reason, kept.disposed_by) == ("waived", "引述谣言，后文驳斥", house.publicity.id)
    assert house.revision(item_id).number == 2
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
def test_a_changed_sentence_or_class_is_open_again(house: House, more: dict[str, Any]) -> None:
    found = _again(house, _waived(house), **more)
    assert found and {f.disposition for f in found} == {"open"}


def test_a_repetition_is_not_covered_by_the_first_waiver(house: House) -> None:
    found = _again(house, _waived(house), texts=_texts(CLAIM + REST + CLAIM))
    assert [f.disposition for f in found] == ["waived", "open"]


def test_nobody_keeps_a_waiver_on_what_they_edit(house: House) -> None:
    (found,) = _again(house, _waived(house), house.publicity, texts=_texts(CLAIM + REST))
    assert found.disposition == "open"


def test_an_answer_of_the_author_is_offered_and_asked_again(house: House) -> None:
    texts = {name: text for name, text in TEXTS.items() if name != "disclaimer"}  # a warning to be answered
    item_id = house.draft(texts=texts)
    house.submit(item_id)
    house.accept(item_id)
    with transaction(read_only=True) as s:
        asked = selfcheck.questions(s, lookup.item(s, item_id), house.revision(item_id))
    reply = next(ask for ask in asked if ask.kind == "reply")
    house.decide(house.doctor, item_id, answers=house.answers(item_id) | {reply.key: "片尾画面上有提示"})
    house.decide(house.reviewer, item_id, "return")
    _again(house, item_id, texts=texts)
    with transaction(read_only=True) as s:
        again = selfcheck.questions(s, lookup.item(s, item_id), house.revision(item_id))
    assert [ask.before for ask in again if ask.text == reply.text] == ["片尾画面上有提示"]


def test_the_sentence_ends_where_sentences_end() -> None:
    text = "前一句。中间 这句\r有词，还有；后一句"
    start = text.index("有词")
    assert carry_over.sentence(text, start, start + 2) == "中间这句有词，还有"
    assert carry_over.sentence("只有词", 1, 3) == "只有词"


def test_a_request_stays_through_a_recheck_and_only_its_words_go_into_the_next_revision(house: House) -> None:
    item_id = house.draft(texts=_texts(CLAIM + REST))
    house.submit(item_id)
    with transaction() as s:
        asked = waivers.ask(s, house.doctor, _claims(house, item_id)[0].id, "引述谣言，后文驳斥")
        digest = findings_digest(s, house.revision(item_id))
    with transaction() as s:
        acceptance.recheck(s, house.doctor, item_id, lookup.item(s, item_id).version)
    pipeline.run(house.revision(item_id).id)
    (found,) = _claims(house, item_id)
    assert found.id != asked.finding_id
    with transaction() as s:
        (request,) = waivers.waiting(s, house.revision(item_id)).values()
        assert (request.id, request.finding_id, request.asked_by) == (asked.id, found.id, house.doctor.id)
        assert found.reason == ""
        assert findings_digest(s, house.revision(item_id)) != digest, "the findings are other rows"
        waivers.waive(s, house.publicity, found.id, "确为引述")
    with transaction() as s:
        acceptance.recheck(s, house.doctor, item_id, lookup.item(s, item_id).version)
    pipeline.run(house.revision(item_id).id)
    (found,) = _claims(house, item_id)
    with transaction(read_only=True) as s:
        answered = s.scalars(select(WaiverRequest)).one()
    assert (answered.finding_id, answered.answered_by, found.disposition) == (found.id, house.publicity.id, "waived")


def test_a_request_that_nobody_answered_is_offered_in_the_next_revision(house: House) -> None:
    item_id = house.draft(texts=_texts(CLAIM + REST))
    house.submit(item_id)
    with transaction() as s:
        waivers.ask(s, house.doctor, _claims(house, item_id)[0].id, "引述谣言，后文驳斥")
    (found,) = _again(house, item_id, texts=_texts(CLAIM + REST))
    assert (found.disposition, found.reason, found.disposed_by) == ("open", "引述谣言，后文驳斥", None)
    with transaction(read_only=True) as s:
        assert waivers.waiting(s, house.revision(item_id)) == {}
