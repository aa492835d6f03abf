"""Object level: the department opens the item, and an original has no address."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from tests.support.browser_client import Enter, Visitor
from tests.support.console import World, clip
from yiyuan.db.session import transaction
from yiyuan.models import Asset, AuditEntry, Track
from yiyuan.staff import members


@pytest.fixture
def neighbour(app: FastAPI, world: World) -> Visitor:
    """A doctor and reviewer of another department."""
    with transaction() as s:
        members.create_staff(s, "neighbour", "邻科医生", ["doctor", "reviewer"], "骨科", "correct-horse-9")
    return Visitor(TestClient(app, follow_redirects=False)).log_in("neighbour")


def _assets(item_id: int) -> list[Asset]:
    with transaction(read_only=True) as s:
        return list(s.scalars(select(Asset).where(Asset.item_id == item_id)))


def test_another_department_finds_nothing(neighbour: Visitor, visitor: Enter, world: World) -> None:
    item_id = world.approved("心内科的稿件")
    post_id = world.posts(item_id)["bilibili"]
    derived = [a.id for a in _assets(item_id) if a.kind == "derived"]
    paths = [
        f"/items/{item_id}", f"/items/{item_id}/live", f"/items/{item_id}/brief", f"/items/{item_id}/edit",
        f"/items/{item_id}/decide", f"/items/{item_id}/sheet", f"/items/{item_id}/previews", f"/items/{item_id}/tracks",
        f"/items/{item_id}/qr.svg", f"/posts/{post_id}", *(f"/media/{number}" for number in derived),
    ]  # fmt: skip
    for path in paths:
        assert neighbour.get(path).status_code == 404, path
    assert "心内科的稿件" not in neighbour.page("/items?own=0")
    assert "心内科的稿件" not in neighbour.page("/posts")
    for path, fields in (
        (f"/items/{item_id}/withdraw", {"version": 1, "reason": "x"}), (f"/items/{item_id}/submit", {"version": 1}),
        (f"/items/{item_id}/accept", {"version": 1}), (f"/items/{item_id}/decide", {"verdict": "approve"}),
        (f"/items/{item_id}/tracks", {}), (f"/items/{item_id}/consents", {"consent-subject": "患者A"}),
    ):  # fmt: skip
        assert neighbour.send(path, fields).status_code == 404, path
    assert visitor("doctor").get(f"/items/{item_id}").status_code == 200


def test_a_draft_is_for_its_author_alone(visitor: Enter, world: World) -> None:
    item_id = world.draft("只给自己")
    assert visitor("reviewer").get(f"/items/{item_id}").status_code == 404
    assert visitor("doctor").get(f"/items/{item_id}").status_code == 200


def test_operations_see_what_may_go_out_and_no_more(visitor: Enter, world: World) -> None:
    waiting, approved = world.in_review("审核中", level=2), world.approved("已通过")
    operations = visitor("operations")
    assert operations.get(f"/items/{waiting}").status_code == 404
    assert operations.get(f"/items/{approved}").status_code == 200


def test_no_original_has_an_address(visitor: Enter, world: World) -> None:
    item_id = world.naming()
    originals = [a for a in _assets(item_id) if a.kind == "original"]
    assert {a.role for a in originals} >= {"texts", "face"}
    for role in ("doctor", "publicity", "auditor"):
        for asset in originals:
            assert visitor(role).get(f"/media/{asset.id}").status_code == 404


def test_a_face_is_shown_to_who_names_it_and_leaves_an_entry(visitor: Enter, world: World) -> None:
    item_id = world.naming()
    with transaction(read_only=True) as s:
        track = s.scalars(select(Track)).first()
        before = s.scalars(select(AuditEntry).where(AuditEntry.action == "original.open")).all()
    assert track is not None
    path = f"/items/{item_id}/tracks/{track.id}/face"
    answer = visitor("doctor").get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert "sandbox" in answer.headers["content-security-policy"]
    with transaction(read_only=True) as s:
        after = s.scalars(select(AuditEntry).where(AuditEntry.action == "original.open")).all()
    assert len(after) == len(before) + 1 and after[-1].actor == "王敏"
    assert visitor("reviewer").get(path).status_code == 404


def test_media_come_in_ranges_under_names_and_types_of_ours(visitor: Enter, world: World) -> None:
    item_id = world.naming()
    video = next(a for a in _assets(item_id) if a.kind == "derived" and a.role == "video")
    with transaction() as s:
        row = s.get_one(Asset, video.id)
        row.filename = 'x"; <b>.html'
    doctor = visitor("doctor")
    whole = doctor.get(f"/media/{video.id}")
    assert whole.content == clip() and whole.headers["content-type"] == "video/mp4"
    assert whole.headers["content-disposition"] == f'inline; filename="yiyuan-video-{video.id}.mp4"'
    assert whole.headers["content-security-policy"].startswith("sandbox")
    part = doctor.get(f"/media/{video.id}", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, clip()[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(clip())}"
    assert doctor.get(f"/media/{video.id}", headers={"Range": "bytes=99999999-"}).status_code == 416


def test_a_derived_asset_of_a_strange_type_is_not_served(visitor: Enter, world: World) -> None:
    item_id = world.naming()
    cover = next(a for a in _assets(item_id) if a.kind == "derived" and a.role == "cover")
    with transaction() as s:
        s.get_one(Asset, cover.id).media_type = "text/html"
    assert visitor("doctor").get(f"/media/{cover.id}").status_code == 404
