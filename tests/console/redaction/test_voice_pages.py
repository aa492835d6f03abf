"""The voice part of 人脸与遮挡核对, by its forms; and what the page says of the film that was made last."""

from sqlalchemy import select

from tests.support.browser_client import Enter
from tests.support.console import World
from tests.support.redaction import item_with_film
from yiyuan import audit
from yiyuan.codes import AuditAction
from yiyuan.db.session import transaction
from yiyuan.models import VoiceChange


def test_a_stretch_is_chosen_named_and_taken_back(world: World, visitor: Enter) -> None:
    item_id = item_with_film(world)
    doctor = visitor("doctor")
    wrong = doctor.send(f"/items/{item_id}/voices", {"voice_first": "x", "voice_last": "2"})
    assert wrong.status_code == 422 and "不是数字" in wrong.text
    assert doctor.send(f"/items/{item_id}/voices", {"voice_first": "0.5", "voice_last": "2"}).status_code == 303
    assert doctor.send(f"/items/{item_id}/voices", {"whole": "1"}).status_code == 303
    page = doctor.page(f"/items/{item_id}/tracks")
    assert page.count('name="change"') == 2
    with transaction(read_only=True) as s:
        query = select(VoiceChange.id).where(VoiceChange.revision_id == world.revision(item_id).id)
        number = s.scalars(query.where(VoiceChange.first_seconds == 0.5, VoiceChange.last_seconds == 2.0)).one()
    assert f'name="change" value="{number}"' in page
    assert visitor("operations").send(f"/items/{item_id}/voices", {"whole": "1"}).status_code in (403, 404)
    assert (
        doctor.send(f"/items/{item_id}/voices/restore", {"change": str(number)}).headers["location"]
        == f"/items/{item_id}/tracks?done=chosen#voices"
    )
    assert doctor.send(f"/items/{item_id}/voices/restore", {"change": str(number)}).status_code == 404
    assert doctor.page(f"/items/{item_id}/tracks").count('name="change"') == 1
    assert doctor.send(f"/items/{item_id}/voices/restore").status_code == 404


def test_the_page_says_what_was_encoded(world: World, visitor: Enter) -> None:
    item_id = item_with_film(world)
    revision = world.revision(item_id).id
    work = {"revision": revision, "groups": 34, "encoded": 2, "frames": 100, "sound": "former"}
    with transaction() as s:
        audit.append(s, None, AuditAction.FILM_MAKE, f"item:{item_id}", work)
    assert "重新编码 2/34 段" in visitor("doctor").page(f"/items/{item_id}/tracks")
