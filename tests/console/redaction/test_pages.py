"""人脸与遮挡核对 and 文字脱敏核对 by their forms: doubts, drawn boxes, identifiers kept or removed, the way back."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from privacy.types import Box, ScreenHit
from release.identifier_place import IdentifierPlace
from review.items import lookup, moves
from review.redaction import decisions as redaction_decisions
from review.redaction import findings as redaction_findings
from review.submission import submission
from tests.support.browser_client import Enter, Visitor
from tests.support.console import HEIGHT, SECONDS, WIDTH, World, clip
from yiyuan.codes import AssetKind, AssetRole, IntakeStage, ItemState
from yiyuan.db.session import transaction
from yiyuan.models import AuditEntry, Finding, IdentifierChoice, MaskBox, Revision, Track
from yiyuan.storage import media

BOX = {"x": "10", "y": "20", "w": "60", "h": "40", "first": "1", "last": "2.5"}


def filmed(world: World) -> int:
    """An item in `naming` with its sealed original and the crops along its tracks."""
    item_id = world.naming()
    with transaction() as s:
        revision = lookup.revision(s, lookup.item(s, item_id))
        owner: dict[str, Any] = {"item_id": item_id, "revision_id": revision.id}
        original = media.store_sealed(s, clip(), role=AssetRole.VIDEO, media_type="video/mp4", **owner)
        original.width, original.height, original.seconds = WIDTH, HEIGHT, float(SECONDS)
        media.store_sealed(s, b"found", role=AssetRole.DETECTION, **owner)
        for track in s.scalars(select(Track).where(Track.revision_id == revision.id)):
            strip = media.store_sealed(s, b"\xff\xd8 crops", role=AssetRole.STRIP, media_type="image/jpeg", **owner)
            track.asset_id, track.strip_id, track.strip = original.id, strip.id, [{"s": 0.5}, {"s": 1.5}]
    return item_id


def version(world: World, item_id: int) -> dict[str, str]:
    return {"version": str(world.item(item_id).version)}


def opened(action: str) -> int:
    with transaction(read_only=True) as s:
        return s.scalar(select(func.count()).where(AuditEntry.action == action)) or 0


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
    said = doctor.send(f"/items/{item_id}/tracks", claim | {f"agreement-{doubtful}": "墙上的解剖挂图"})
    assert said.headers["location"].startswith(f"/items/{item_id}/tracks?done=named")
    page = doctor.page(f"/items/{item_id}/tracks")
    assert "疑点已处理" in page
    assert "墙上的解剖挂图" in page
    assert doctor.send(f"/items/{item_id}/accept", version(world, item_id)).status_code == 303
    assert world.item(item_id).state == "review"


def test_crops_are_for_the_author_and_publicity_and_leave_an_entry(world: World, visitor: Enter) -> None:
    item_id = filmed(world)
    with transaction(read_only=True) as s:
        track = s.scalars(select(Track.id).order_by(Track.id)).first()
    path = f"/items/{item_id}/tracks/{track}/strip"
    before = opened("original.open")
    for role in ("doctor", "publicity"):
        answer = visitor(role).get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        assert "sandbox" in answer.headers["content-security-policy"]
    assert opened("original.open") == before + 2
    operations = visitor("operations")
    assert operations.get(path).status_code == 404
    assert operations.get(path.replace("strip", "face")).status_code == 404
    assert opened("original.open") == before + 2
    assert visitor("doctor").get(f"/items/{item_id + 1}/tracks/{track}/strip").status_code == 404


def _marks() -> list[tuple[int, int, int, int, float, float]]:
    with transaction(read_only=True) as s:
        standing = s.scalars(select(MaskBox).where(MaskBox.removed_at.is_(None)))
        return [(m.x, m.y, m.w, m.h, m.first_seconds, m.last_seconds) for m in standing]


def test_a_box_is_drawn_and_taken_away_on_record(world: World, visitor: Enter) -> None:
    item_id = filmed(world)
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
    item_id = filmed(world)
    assert visitor("doctor").send(f"/items/{item_id}/masks", BOX | wrong).status_code == 422
    assert _marks() == []


def test_a_box_is_cut_to_the_picture_and_no_box_comes_after_the_freeze(world: World, visitor: Enter) -> None:
    item_id = filmed(world)
    doctor = visitor("doctor")
    assert doctor.send(f"/items/{item_id}/masks", BOX | {"x": "-20", "w": "900", "last": "99"}).status_code == 303
    assert _marks() == [(0, 20, WIDTH, 40, 1.0, float(SECONDS))]
    frozen = world.in_review()
    assert doctor.send(f"/items/{frozen}/masks", BOX).status_code == 409


def test_what_people_decided_changes_what_is_rendered(world: World, visitor: Enter) -> None:
    item_id = filmed(world)
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
    item_id = filmed(world)
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
    item_id = filmed(world)
    finding_id = _screen_finding(item_id)
    with transaction() as s:
        s.get_one(Finding, finding_id).detection_index = None
    keep = {"choice": "keep", "reason": "这是诊室门牌"}
    refused = visitor("doctor").send(f"/findings/{finding_id}/screen", keep)
    assert refused.status_code == 409 and "重新检查" in refused.text
    assert _cleared(world, item_id) == ()


def test_a_finding_of_an_earlier_revision_decides_nothing_now(world: World, visitor: Enter) -> None:
    item_id = filmed(world)
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
    item_id = filmed(world)
    finding = _screen_finding(item_id)
    with transaction() as s:
        s.get_one(Finding, finding).rule = "screen.resident_id"
    kept = visitor("doctor").send(f"/findings/{finding}/screen", {"choice": "keep", "reason": "这是诊室门牌"})
    assert kept.status_code == 403


def _written(world: World) -> int:
    """An item in `naming` whose original texts name a patient twice."""
    item_id = world.naming(title="患者王小明的故事")
    with transaction() as s:
        s.get_one(Revision, world.revision(item_id).id).stage = IntakeStage.DONE
    return item_id


def test_identifiers_are_shown_without_saying_them_and_chosen_one_by_one(world: World, visitor: Enter) -> None:
    item_id = _written(world)
    doctor = visitor("doctor")
    page = doctor.page(f"/items/{item_id}/redactions")
    assert "3–5" in page.replace(" ", "")
    assert "王小明" not in page
    place = re.search(r'name="place" value="(title:[^"]+)"', page)
    assert place is not None
    wish = {"place": place[1], "choice": "keep", "reason": ""}
    assert doctor.send(f"/items/{item_id}/redactions", wish).status_code == 422
    wish["reason"] = "科普漫画里的人物"
    assert doctor.send(f"/items/{item_id}/redactions", wish).status_code == 303
    page = doctor.page(f"/items/{item_id}/redactions")
    assert "保留原文" in page
    assert "科普漫画里的人物" in page
    with transaction(read_only=True) as s:
        chosen = s.scalars(select(IdentifierChoice)).one()
        assert redaction_decisions.outdated(s, world.revision(item_id))
    assert (chosen.choice, chosen.chosen_by) == ("keep", world.staff["doctor"].id)
    assert (chosen.place_kind, chosen.field, IdentifierPlace.of(chosen).key) == ("text", "title", place[1])
    for other in ("title:90-95", "title", "screen:0", "voice:1.000-2.000", ""):
        assert doctor.send(f"/items/{item_id}/redactions", wish | {"place": other}).status_code == 404


def test_whoever_opens_the_form_to_edit_leaves_an_entry(world: World, visitor: Enter) -> None:
    item_id = _written(world)
    assert "王小明" in visitor("publicity").page(f"/items/{item_id}/edit")
    assert visitor("auditor").get(f"/items/{item_id}/edit").status_code == 403
    with transaction(read_only=True) as s:
        said = select(AuditEntry.actor_id, AuditEntry.note).where(AuditEntry.action == "original.open")
        assert s.execute(said).tuples().all() == [(world.staff["publicity"].id, "编辑稿件")]
    frozen = world.in_review()
    before = opened("original.open")
    assert visitor("doctor").get(f"/items/{frozen}/edit").status_code == 409
    assert opened("original.open") == before


def test_the_original_text_needs_a_role_and_a_reason_and_leaves_an_entry(world: World, visitor: Enter) -> None:
    item_id = _written(world)
    path = f"/items/{item_id}/redactions/open"

    def ask(person: Visitor, reason: str) -> tuple[int, bool]:
        answer = person.send(path, {"reason": reason})
        return answer.status_code, "王小明" in answer.text

    before = opened("original.open")
    assert ask(visitor("doctor"), "看") == (422, False)
    assert opened("original.open") == before
    assert ask(visitor("doctor"), "核对代号是否一致") == (200, True)
    assert ask(visitor("auditor"), "抽查脱敏质量") == (200, True)
    assert opened("original.open") == before + 2
    assert ask(visitor("reviewer"), "我想看看原文") == (403, False)
    assert ask(visitor("operations"), "我想看看原文") == (404, False)
    assert (opened("original.open"), opened("original.refused")) == (before + 2, 1)
    with transaction(read_only=True) as s:
        notes = list(
            s.scalars(select(AuditEntry.note).where(AuditEntry.action == "original.open").order_by(AuditEntry.number))
        )
    assert notes[-2:] == ["核对代号是否一致", "抽查脱敏质量"]
