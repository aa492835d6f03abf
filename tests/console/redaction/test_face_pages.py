"""Faces are named by the page of a submitted item."""

from sqlalchemy import select

from tests.support.browser_client import Enter
from tests.support.console import World
from tests.support.forms import hidden_field
from yiyuan.db.session import transaction
from yiyuan.models import Track


def test_faces_are_named_and_the_redactions_accepted(world: World, visitor: Enter) -> None:
    item_id = world.naming()
    doctor = visitor("doctor")
    page = doctor.page(f"/items/{item_id}/tracks")
    with transaction(read_only=True) as s:
        first, second = s.scalars(select(Track.id).order_by(Track.number))
    assert all(f'name="naming-{number}" value="staff"' in page for number in (first, second))
    missing = doctor.send(f"/items/{item_id}/tracks", {f"naming-{first}": "staff", f"agreement-{first}": ""})
    assert missing.status_code == 422 and "姓名" in missing.text
    named = {f"naming-{first}": "staff", f"agreement-{first}": "王敏本人，同意", f"naming-{second}": "patient"}
    assert doctor.send(f"/items/{item_id}/tracks", named).status_code == 303
    with transaction(read_only=True) as s:
        assert [t.naming for t in s.scalars(select(Track).order_by(Track.number))] == ["staff", "patient"]
    page = doctor.page(f"/items/{item_id}")
    accepted = doctor.send(f"/items/{item_id}/accept", {"version": hidden_field(page, "version")})
    assert accepted.headers["location"] == f"/items/{item_id}?done=accepted"
    assert world.item(item_id).state == "review"
