"""人脸与遮挡核对 by its forms: doubts, drawn boxes, identifiers on screen kept or covered, the way back."""

import re

import pytest
from sqlalchemy import select

from privacy.types import Box, ScreenHit
from review.items import lookup, moves
from review.redaction import decisions as redaction_decisions
from review.redaction import findings as redaction_findings
from review.submission import submission
from tests.support.browser_client import Enter
from tests.support.console import SECONDS, WIDTH, World, audit_entries
from tests.support.redaction import item_with_film
from yiyuan.codes import AssetKind, AssetRole, ItemState
from yiyuan.db.session import transaction
from yiyuan.models import AuditEntry, Finding, IdentifierChoice, MaskBox, Track

BOX = {"x": "10", "y": "20", "w": "60", "h": "40", "first": "1", "last": "2.5"}


def version(world: World, item_id: int) -> dict[str, str]:
    return {"version": str(world.item(item_id).version)}


def test_a_doubt_has_to_be_settled_before_the_item_goes_on(world: World, visitor: Enter) -> None:
    item_id = world.naming()
    doctor = visitor("doctor")
    refused = doctor.send(f"/items/{item_id}/accept", version(world, item_id))
    assert refused.status_code == 403
    assert "人脸 2仍有疑点未处理" in refused.text
    page = doctor.page(f"/items/{item_id}/tracks")
    assert "待处理 1" in page
    assert page.index("侧脸，请看清") < page.index("可能是主讲人")
    doubtful = re.findall(r'name="naming-(\d+)" value="object"', page)[0]
    claim = {f"naming-{doubtful}": "object", f"agreement-{doubtful}": "", "next": "stay"}
    refused = doctor.send(f"/items/{item_id}/tracks", claim)
    assert refused.status_code == 422
    assert "海报" in refused.text
    answer = doctor.send(f"/items/{item_id}/tracks", claim | {f"agreement-{doubtful}": "墙上的解剖挂图"})
    assert answer.headers["location"].startswith(f"/items/{item_id}/tracks?done=named")
    page = doctor.page(f"/items/{item_id}/tracks")
    assert "疑点已处理" in page
    assert "墙上的解剖挂图" in page
    assert doctor.send(f"/items/{item_id}/accept", version(world, item_id)).status_code == 303
    assert world.item(item_id).state == "review"


def test_crops_are_for_the_author_and_publicity_and_leave_an_entry(world: World, visitor: Enter) -> None:
    item_id = item_with_film(world)
    with transaction(read_only=True) as s:
        track = s.scalars(select(Track.id).order_by(Track.id)).first()
    path = f"/items/{item_id}/tracks/{track}/strip"
    before = audit_entries("original.open")
    for role in ("doctor", "publicity"):
        answer = visitor(role).get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        assert "sandbox" in answer.headers["content-security-policy"]
    assert audit_entries("original.open") == before + 2
    operations = visitor("operations")
    assert operations.get(path).status_code == 404
    assert operations.get(path.replace("strip", "face")).status_code == 404
    assert audit_entries("original.open") == before + 2
    assert visitor("doctor").get(f"/items/{item_id + 1}/tracks/{track}/strip").status_code == 404


def _marks() -> list[tuple[int, int, int, int, float, float]]:
    with transaction(read_only=True) as s:
        standing = s.scalars(select(MaskBox).where(MaskBox.removed_at.is_(None)))
        return [(m.x, m.y, m.w, m.h, m.first_seconds, m.last_seconds) for m in standing]


def test_a_box_is_drawn_and_taken_away_on_record(world: World, visitor: Enter) -> None:
    item_id = item_with_film(world)
    doctor = visitor("doctor")
    drawn = doctor.send(f"/items/{item_id}/masks", BOX | {"note": "腕带"})
    assert drawn.headers["location"] == f"/items/{item_id}/tracks?done=drawn#drawn"
    assert _marks() == [(10, 20, 60, 40, 1.0, 2.5)]
    page = doctor.page(f"/items/{item_id}/tracks")
    assert "腕带" in page
    assert "按现在的决定重新生成" in page
    removal = re.search(r'action="(/masks/\d+/remove)"', page)
    assert removal is not None
    assert visitor("auditor").send(removal[1]).status_code == 403
    assert doctor.send(removal[1]).status_code == 303
    assert _marks() == []
    assert doctor.send(removal[1]).status_code == 409
    with transaction(read_only=True) as s:
        row = s.scalars(select(MaskBox)).one()
        actions = list(
            s.scalars(
                select(AuditEntry.action).where(AuditEntry.action.startswith("mask.")).order_by(AuditEntry.number)
            )
        )
    assert row.drawn_by == row.removed_by == world.staff["doctor"].id
    assert actions == ["mask.draw", "mask.remove"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"w": "2"},
        {"x": "400"},
        {"first": "3", "last": "2"},
        {"first": "7", "last": "9"},
        {"x": "nan"},
        {"y": "1e300"},
        {"last": "inf"},
        {"w": ""},
    ],
    ids=lambda wrong: ",".join(f"{name}={value}" for name, value in wrong.items()),
)
def test_a_box_outside_picture_or_film_is_refused(world: World, visitor: Enter, wrong: dict[str, str]) -> None:
    item_id = item_with_film(world)
    assert visitor("doctor").send(f"/items/{item_id}/masks", BOX | wrong).status_code == 422
    assert _marks() == []


def test_a_box_is_cut_to_the_picture_and_no_box_comes_after_the_freeze(world: World, visitor: Enter) -> None:
    item_id = item_with_film(world)
    doctor = visitor("doctor")
    assert doctor.send(f"/items/{item_id}/masks", BOX | {"x": "-20", "w": "900", "last": "99"}).status_code == 303
    assert _marks() == [(0, 20, WIDTH, 40, 1.0, float(SECONDS))]
    frozen = world.in_review()
    assert doctor.send(f"/items/{frozen}/masks", BOX).status_code == 409


def test_what_people_decided_changes_what_is_rendered(world: World, visitor: Enter) -> None:
    item_id = item_with_film(world)
    doctor = visitor("doctor")

    def profile() -> str:
        with transaction(read_only=True) as s:
            revision = lookup.revision(s, lookup.item(s, item_id))
            original, found = (
                lookup.video(s, revision),
                lookup.asset(s, revision, AssetRole.DETECTION, AssetKind.ORIGINAL),
            )
            assert original is not None
            assert found is not None
            return redaction_decisions.of(s, revision, original).profile(found)

    seen = [profile()]
    doctor.send(f"/items/{item_id}/masks", BOX)
    seen.append(profile())
    finding = _screen_finding(item_id)
    short = doctor.send(f"/findings/{finding}/screen", {"choice": "keep", "reason": "牌"})
    assert short.status_code == 422
    kept = doctor.send(f"/findings/{finding}/screen", {"choice": "keep", "reason": "这是诊室门牌"})
    assert kept.status_code == 303
    seen.append(profile())
    assert len(set(seen)) == 3
    doctor.send(f"/findings/{finding}/screen", {"choice": "label"})
    assert profile() == seen[1]


def _screen_finding(item_id: int) -> int:
    with transaction() as s:
        finding = s.scalars(select(Finding).where(Finding.rule == "PV05")).one()
        finding.rule, finding.detection_index = "screen.name", 0
        return finding.id


def _cleared(world: World, item_id: int) -> tuple[int, ...]:
    with transaction(read_only=True) as s:
        revision = world.revision(item_id)
        original = lookup.video(s, revision)
        assert original is not None
        return redaction_decisions.of(s, revision, original).render.clear


#: Rows as they may come to stand: in the detection's order, turned round, mixed up, some of them gone.
ORDERS = [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 2, 3), (3,), (2, 1)]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_a_finding_uncovers_its_own_identifier_wherever_its_row_stands(
    world: World, visitor: Enter, order: tuple[int, ...]
) -> None:
    item_id = item_with_film(world)
    kinds = ("name", "wechat", "name", "address")
    hits = [ScreenHit(kind, f"●{at}", at, at + 1, Box(at, 0, 9, 9)) for at, kind in enumerate(kinds)]
    with transaction() as s:
        revision = lookup.revision(s, lookup.item(s, item_id))
        for at in order:
            finding = redaction_findings.screen(at, hits[at], None)
            finding.revision_id = revision.id
            s.add(finding)
            s.flush()
        found = {f.id: f.excerpt for f in s.scalars(select(Finding).where(Finding.rule.startswith("screen.")))}
    assert len(found) == len(order)
    doctor = visitor("doctor")
    for finding_id, excerpt in found.items():
        assert (
            doctor.send(f"/findings/{finding_id}/screen", {"choice": "keep", "reason": "门牌上的字"}).status_code == 303
        )
        assert [f"●{index}" for index in _cleared(world, item_id)] == [excerpt]
        assert doctor.send(f"/findings/{finding_id}/screen", {"choice": "label"}).status_code == 303
        assert _cleared(world, item_id) == ()


def test_a_finding_that_does_not_say_what_it_stands_for_uncovers_nothing(world: World, visitor: Enter) -> None:
    item_id = item_with_film(world)
    finding_id = _screen_finding(item_id)
    with transaction() as s:
        s.get_one(Finding, finding_id).detection_index = None
    keep = {"choice": "keep", "reason": "这是诊室门牌"}
    refused = visitor("doctor").send(f"/findings/{finding_id}/screen", keep)
    assert refused.status_code == 409 and "重新检查" in refused.text
    assert _cleared(world, item_id) == ()


def test_a_finding_of_an_earlier_revision_decides_nothing_now(world: World, visitor: Enter) -> None:
    item_id = item_with_film(world)
    finding_id = _screen_finding(item_id)
    with transaction() as s:
        item = lookup.item(s, item_id)
        submission.new_revision(s, world.staff["doctor"], item_id, item.version)
        moves.moved(item, ItemState.INTAKE)
        moves.moved(item, ItemState.NAMING)
    keep = {"choice": "keep", "reason": "这是诊室门牌"}
    assert visitor("doctor").send(f"/findings/{finding_id}/screen", keep).status_code == 409
    with transaction(read_only=True) as s:
        assert s.scalars(select(IdentifierChoice)).all() == []


def test_a_proven_number_on_screen_cannot_be_kept(world: World, visitor: Enter) -> None:
    item_id = item_with_film(world)
    finding = _screen_finding(item_id)
    with transaction() as s:
        s.get_one(Finding, finding).rule = "screen.resident_id"
    kept = visitor("doctor").send(f"/findings/{finding}/screen", {"choice": "keep", "reason": "这是诊室门牌"})
    assert kept.status_code == 403
