"""Consents are recorded with their scan, and withdrawn."""

import pytest
from sqlalchemy import select

from tests.support.browser_client import Enter
from tests.support.console import World
from tests.support.forms import screenshot_png
from yiyuan.db.session import transaction
from yiyuan.models import Consent


def test_consents_are_recorded_and_withdrawn(world: World, visitor: Enter) -> None:
    item_id = world.naming()
    doctor = visitor("doctor")
    fields = {
        "consent-subject": "患者A",
        "consent-uses": "publish",
        "consent-channels": "*",
        "consent-from": "2026-01-01",
    }
    data = {"csrf": doctor.csrf} | fields
    broken = {"scan": ("同意书.pdf", b"%PDF-1.7 signed", "application/pdf")}
    refused = doctor.client.post(f"/items/{item_id}/consents", data=data, files=broken)
    assert refused.status_code == 422 and "扫描件" in refused.text and "损坏" in refused.text
    with transaction(read_only=True) as s:
        assert not s.scalars(select(Consent)).all()
    files = {"scan": ("同意书.png", screenshot_png(), "image/png")}
    assert doctor.client.post(f"/items/{item_id}/consents", data=data, files=files).status_code == 303
    page = doctor.page(f"/items/{item_id}")
    assert "患者A" in page and "扫描件已存" in page
    with transaction(read_only=True) as s:
        consent = s.scalars(select(Consent)).one()
    assert doctor.send(f"/consents/{consent.id}/withdraw", {"reason": "患者来电"}).status_code == 303
    assert "已撤回" in doctor.page(f"/items/{item_id}")


def test_a_scan_without_its_consent_is_no_silent_loss(world: World, visitor: Enter) -> None:
    doctor = visitor("doctor")
    filled = {"csrf": doctor.csrf, "title": "冬季心脏保健", "content_class": "kepu", "policy": "short_video"}
    files = {"scan": ("同意书.png", screenshot_png(), "image/png")}
    refused = doctor.client.post("/items/new", data=filled, files=files)
    assert refused.status_code == 422 and "患者代号" in refused.text and "冬季心脏保健" in refused.text
    refused = doctor.client.post("/items/new", data=filled | {"consent-uses": "publish"}, files={"video": ("", b"")})
    assert refused.status_code == 422 and "请填写患者代号、用途和平台" in refused.text


def test_who_is_refused_and_submits_again_leaves_one_consent(world: World, visitor: Enter) -> None:
    doctor = visitor("doctor")
    filled = {
        "title": "冬季心脏保健", "content_class": "kepu", "policy": "short_video", "script": "晨练前先量血压。",
        "consent-subject": "患者A", "consent-uses": "publish", "consent-channels": "*", "then": "submit",
    }  # fmt: skip
    refused = doctor.client.post(
        "/items/new",
        data={"csrf": doctor.csrf} | filled,
        files={"scan": ("同意书.png", screenshot_png(), "image/png")},
        headers={"hx-request": "true"},
    )
    assert refused.status_code == 422 and "账号" in refused.text
    again = filled | {"version": refused.headers["x-version"], "accounts": str(world.accounts[0])}
    sent = doctor.client.post(
        refused.headers["x-continue"],
        data={"csrf": doctor.csrf} | again,
        files={"scan": ("同意书.png", screenshot_png(), "image/png")},
    )
    assert sent.status_code == 303, sent.text
    with transaction(read_only=True) as s:
        (consent,) = s.scalars(select(Consent)).all()
    assert consent.scan_id is not None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"consent-uses": "zzz"}, "用途请从列表中选择"),
        ({"consent-channels": "zzz"}, "平台请从列表中选择"),
        ({"consent-subject": "甲" * 401}, "最多 400 字"),
    ],
)
def test_what_is_in_no_list_is_refused_and_the_page_stays(
    world: World, visitor: Enter, wrong: dict[str, str], words: str
) -> None:
    item_id = world.naming()
    doctor = visitor("doctor")
    fields = {"consent-subject": "患者A", "consent-uses": "publish", "consent-channels": "*"} | wrong
    answer = doctor.client.post(f"/items/{item_id}/consents", data={"csrf": doctor.csrf} | fields)
    assert answer.status_code == 422 and words in answer.text
    assert doctor.get(f"/items/{item_id}").status_code == 200
