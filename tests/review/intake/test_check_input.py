"""Completeness through the item: the form's own fields, the account's register, the department against the topic."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.review.conftest import TEXTS
from yiyuan.codes import AccountStatus
from yiyuan.db.session import transaction
from yiyuan.models import Account, Finding

Hospital = Any


def _rules(hospital: Hospital, item_id: int) -> dict[str, Finding]:
    query = select(Finding).where(Finding.revision_id == hospital.revision(item_id).id)
    with transaction(read_only=True) as s:
        return {f.rule: f for f in s.scalars(query)}


def _submitted(hospital: Hospital, **more: object) -> dict[str, Finding]:
    item_id = hospital.draft(**more)
    hospital.submit(item_id)
    return _rules(hospital, item_id)


def test_a_practice_place_left_empty_is_missing_and_one_given_is_not(hospital: Hospital) -> None:
    assert "MI02" not in _submitted(hospital)
    assert "MI02" not in _submitted(hospital, facts={"practice_place": "示范医院东院"})
    missing = _submitted(hospital, facts={"practice_place": ""})["MI02"]
    assert "执业机构" in missing.title and missing.field == "practice_place"


def test_who_verified_ai_content_must_be_said(hospital: Hospital) -> None:
    texts = TEXTS | {"caption": "本视频示意图由 AI 生成。血压怎么量才准？"}
    assert _submitted(hospital, texts=texts, ai_label="generated")["AI02"].severity == "must_fix"
    assert "AI02" not in _submitted(hospital, texts=texts, ai_label="generated", ai_verified_by="王敏 主任医师")


def test_an_advertisement_needs_its_approval_number(hospital: Hospital) -> None:
    assert "MI04" in _submitted(hospital, content_class="promo")
    assert "MI04" not in _submitted(
        hospital, content_class="promo", facts={"approval_number": "（京）医广〔2026〕第01-02-003号"}
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [(AccountStatus.UNREPORTED, "备案"), (AccountStatus.UNCERTIFIED, "认证"), (AccountStatus.LEFT, "离职")],
)
def test_an_account_out_of_order_is_found_before_anybody_signs(
    hospital: Hospital, status: AccountStatus, words: str
) -> None:
    assert "MI05" not in _submitted(hospital)
    with transaction() as s:
        s.get_one(Account, hospital.account_id).status = status
    found = _submitted(hospital)["MI05"]
    assert found.severity == "must_fix" and words in found.title


def test_another_departments_topic_is_a_hint(hospital: Hospital) -> None:
    eyes = {"script": "近视、散光和白内障都要查眼底，近视的孩子多看远处。", "disclaimer": TEXTS["disclaimer"]}
    hint = _submitted(hospital, texts=eyes, title="孩子的眼睛", tags=["近视"])["MA17"]
    assert hint.severity == "warn" and "眼" in hint.title
    assert "MA17" not in _submitted(hospital)
