"""The voice part of 人脸与遮挡核对, by its forms; and what the page says of the film that was made last."""

from tests.console.redaction.test_pages import filmed
from tests.support.browser_client import Enter
from tests.support.console import World
from yiyuan import audit
from yiyuan.db.session import transaction


def test_a_stretch_is_chosen_named_and_taken_back(world: World, visitor: Enter) -> None:
    item_id = filmed(world)
    doctor = visitor("doctor")
    wrong = doctor.send(f"/items/{item_id}/voices", {"voice_first": "x", "voice_last": "2"})
    assert wrong.status_code == 422 and "不是数字" in wrong.text
    assert doctor.send(f"/items/{item_id}/voices", {"voice_first": "0.5", "voice_last": "2"}).status_code == 303
    assert doctor.send(f"/items/{item_id}/voices", {"whole": "1"}).status_code == 303
    page = doctor.page(f"/items/{item_id}/tracks")
    assert page.count('name="place" value="voice:') == 2
    assert 'value="voice:0.500-2.000"' in page
    assert visitor("operations").send(f"/items/{item_id}/voices", {"whole": "1"}).status_code in (403, 404)
    assert (
        doctor.send(f"/items/{item_id}/voices/restore", {"place": "voice:0.500-2.000"}).headers["location"]
        == f"/items/{item_id}/tracks?done=chosen#voices"
    )
    assert doctor.send(f"/items/{item_id}/voices/restore", {"place": "title:0-3"}).status_code == 404
    assert doctor.page(f"/items/{item_id}/tracks").count('name="place" value="voice:') == 1


def test_the_page_says_what_was_encoded(world: World, visitor: Enter) -> None:
    item_id = filmed(world)
    revision = world.revision(item_id).id
    work = {"revision": revision, "groups": 34, "encoded": 2, "frames": 100, "sound": "former"}
    with transaction() as s:
        audit.append(s, None, "film.make", f"item:{item_id}", work)
    assert "重新编码 2/34 段" in visitor("doctor").page(f"/items/{item_id}/tracks")
