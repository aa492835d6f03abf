"""The attached pictures on the contact sheet, by their forms and addresses."""

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from console.redaction.attachment_queries import boards_of
from privacy.api import Box, ScreenHit
from review.items import attached_files, lookup
from review.redaction import attachment_copies
from review.redaction import decisions as redaction_decisions
from review.redaction import findings as redaction_findings
from review.redaction.findings import attachment_field
from tests.support.browser_client import Enter
from tests.support.console import HEIGHT, WIDTH, World, picture
from tests.support.redaction import WORDS, item_with_pictures
from yiyuan.codes import AssetRole
from yiyuan.db.session import transaction
from yiyuan.models import Asset, AuditEntry, Finding, IdentifierChoice, MaskBox, Track, Variant
from yiyuan.storage import media


def copy_of(original: int) -> Asset:
    with transaction(read_only=True) as s:
        copy = attached_files.copy_of(s, s.get_one(Asset, original))
    assert copy is not None
    return copy


def test_every_page_is_shown_with_its_places_and_only_the_copy(world: World, visitor: Enter) -> None:
    item_id, photo, paper = item_with_pictures(world)
    doctor = visitor("doctor")
    page = doctor.page(f"/items/{item_id}/tracks")
    assert f'id="board-{photo}"' in page and f'id="board-{paper}" data-board data-pages="3"' in page
    assert re.search(r'data-boxes="0,30,40,70,110"', page) and re.search(r'data-boxes="1,30,40,70,110"', page)
    assert page.count('data-x="200" data-y="140" data-w="100" data-h="30"') == 2
    assert f"/media/{photo}" not in page, "an original has no address"
    assert f'data-turn="board-{paper}" data-page="1"' in page
    for number in range(3):
        answer = doctor.get(f"/media/{copy_of(paper).id}/pages/{number}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        shown = Image.open(io.BytesIO(answer.content))
        assert abs(shown.width - WIDTH) <= 1 and abs(shown.height - HEIGHT) <= 1
    assert doctor.get(f"/media/{copy_of(paper).id}/pages/3").status_code == 404
    assert doctor.get(f"/media/{paper}/pages/0").status_code == 404
    assert "sandbox" in answer.headers["content-security-policy"]


def test_pages_are_for_those_who_may_see_the_item(world: World, visitor: Enter) -> None:
    _item, photo, _paper = item_with_pictures(world)
    address = f"/media/{copy_of(photo).id}/pages/0"
    assert visitor("publicity").get(address).status_code == 200
    assert visitor("operations").get(address).status_code == 404
    assert visitor("administrator").get(address).status_code == 403


def test_a_box_on_a_page_is_drawn_and_undone_on_record(world: World, visitor: Enter) -> None:
    item_id, _photo, paper = item_with_pictures(world)
    doctor = visitor("doctor")
    box = {"asset": str(paper), "x": "10", "y": "20", "w": "60", "h": "40", "first": "2", "last": "2", "note": "印章"}
    drawn = doctor.send(f"/items/{item_id}/masks", box)
    assert drawn.headers["location"] == f"/items/{item_id}/tracks?done=drawn#board-{paper}"
    with transaction(read_only=True) as s:
        mask = s.scalars(select(MaskBox)).one()
        assert attachment_copies.outdated(s, world.revision(item_id))
    assert (mask.asset_id, mask.first_seconds, mask.last_seconds, mask.drawn_by) == (
        paper, 2.0, 2.0, world.staff["doctor"].id,
    )  # fmt: skip
    page = doctor.page(f"/items/{item_id}/tracks")
    assert "印章" in page and "按现在的决定重新生成" in page
    assert 'id="drawn"' not in page or "印章" not in page.split('id="drawn"')[1].split("</section>")[0]
    beyond = doctor.send(f"/items/{item_id}/masks", box | {"first": "3", "last": "5"})
    assert beyond.status_code == 422
    undone = doctor.send(f"/masks/{mask.id}/remove")
    assert undone.headers["location"] == f"/items/{item_id}/tracks?done=undrawn#board-{paper}"
    with transaction(read_only=True) as s:
        assert not attachment_copies.outdated(s, world.revision(item_id))
        actions = list(
            s.scalars(
                select(AuditEntry.action).where(AuditEntry.action.startswith("mask.")).order_by(AuditEntry.number)
            )
        )
    assert actions == ["mask.draw", "mask.remove"]


def test_a_text_of_one_picture_is_let_stand_and_the_other_one_not(world: World, visitor: Enter) -> None:
    item_id, photo, paper = item_with_pictures(world)
    with transaction(read_only=True) as s:
        field = attachment_field(s.get_one(Asset, paper))
        finding = s.scalars(select(Finding).where(Finding.field == field)).one()
    doctor = visitor("doctor")
    assert doctor.send(f"/findings/{finding.id}/screen", {"choice": "keep", "reason": "科室名"}).status_code == 422
    kept = doctor.send(f"/findings/{finding.id}/screen", {"choice": "keep", "reason": "教材上的虚构姓名"})
    assert kept.status_code == 303
    with transaction(read_only=True) as s:
        revision = world.revision(item_id)
        assert redaction_decisions.of(s, revision, s.get_one(Asset, paper)).render.clear == (0,)
        assert redaction_decisions.of(s, revision, s.get_one(Asset, photo)).render.clear == ()
        assert s.scalars(select(IdentifierChoice.chosen_by)).one() == world.staff["doctor"].id


def test_a_finding_is_shown_at_its_own_place_wherever_its_row_stands(world: World) -> None:
    item_id, photo, _paper = item_with_pictures(world)
    other = ScreenHit("mobile", "138●●", 0.0, 0.0, Box(1, 2, 30, 40), 0, 0, [(0, Box(1, 2, 30, 40))])
    with transaction() as s:
        revision, original = world.revision(item_id), s.get_one(Asset, photo)
        found = attached_files.found_in(s, original)
        assert found is not None
        both = replace(found, screen_hits=[other, *found.screen_hits])
        looked = media.store_sealed(s, both.to_bytes(), role=AssetRole.LOOKED, item_id=item_id, revision_id=revision.id)
        looked.source_id = photo
        # The name stands second in the detection; its finding is the older row, and the only one for now.
        first = s.scalars(select(Finding).where(Finding.field == attachment_field(original))).one()
        first.detection_index = 1
        (board,) = (board for board in boards_of(s, revision) if board.original.id == photo)
        assert [(row.id, hit.box) for row, hit in board.hits] == [(first.id, WORDS)]
        late = redaction_findings.screen(0, other, None, attachment_field(original))
        wrong = redaction_findings.screen(0, found.screen_hits[0], None, attachment_field(original))
        beyond = redaction_findings.screen(2, other, None, attachment_field(original))
        for finding in (late, wrong, beyond):
            finding.revision_id = revision.id
            s.add(finding)
            s.flush()
        (board,) = (board for board in boards_of(s, revision) if board.original.id == photo)
        assert [(row.id, hit.box) for row, hit in board.hits] == [(late.id, other.box), (first.id, WORDS)]


@pytest.mark.parametrize("naming", ["staff", "patient"])
def test_a_face_in_a_picture_is_named_on_the_sheet(world: World, visitor: Enter, naming: str) -> None:
    item_id, photo, _paper = item_with_pictures(world)
    with transaction(read_only=True) as s:
        track = s.scalars(select(Track).where(Track.asset_id == photo)).one()
    doctor = visitor("doctor")
    refused = doctor.send(f"/items/{item_id}/accept", {"version": str(world.item(item_id).version)})
    assert refused.status_code == 403 and "疑点未处理" in refused.text
    agreement = "王敏本人，同意" if naming == "staff" else ""
    answer = doctor.send(f"/items/{item_id}/tracks", {f"naming-{track.id}": naming, f"agreement-{track.id}": agreement})
    assert answer.status_code == 303
    with transaction(read_only=True) as s:
        kept = redaction_decisions.kept(s, world.revision(item_id), s.get_one(Asset, photo))
        assert attachment_copies.outdated(s, world.revision(item_id)) == (naming == "staff")
    assert kept == ([track.number] if naming == "staff" else [])


def test_the_preview_shows_the_pictures_of_the_article(world: World, visitor: Enter) -> None:
    item_id, photo, _paper = item_with_pictures(world)
    with transaction() as s:
        revision = lookup.revision(s, lookup.item(s, item_id))
        owner: dict[str, Any] = {"item_id": item_id, "revision_id": revision.id}
        kept = {"role": AssetRole.INSET, "media_type": "image/jpeg", **owner}
        pictures = [media.store_derived(s, picture(size=(64 + at, 48)), source_id=photo, **kept) for at in range(2)]
        variants = select(Variant).where(Variant.revision_id == revision.id, Variant.platform == "official_account")
        variant = s.scalars(variants).one()
        variant.body = "".join(
            f'<p><img src="asset:{asset.id}" alt="图：{asset.id}"></p>' for asset in reversed(pictures)
        )
    doctor = visitor("doctor")
    page = doctor.page(f"/items/{item_id}/previews")
    shown = re.findall(r'<img[^>]*src="(/media/\d+)"', page.split('class="words"')[1].split("</article>")[0])
    assert shown == [f"/media/{asset.id}" for asset in reversed(pictures)]
    for address in shown:
        answer = doctor.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        assert doctor.get(f"{address}/pages/0").status_code == 404, "only attachments have pages"
