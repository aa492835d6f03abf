"""值班与请假 by its page."""

import re
from datetime import timedelta

from sqlalchemy import select

from tests.support.browser_client import Enter
from tests.support.console import World
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.models import Absence, OnCall, Staff


def turn(world: World, hours: int = 8, **more: str) -> dict[str, str]:
    begin = clock.local(clock.now() - timedelta(minutes=1))
    end = begin + timedelta(hours=hours)
    plain = {"staff": str(world.staff["operations"].id), "role": "operations", "department": ""}
    return plain | {name: f"{at:%Y-%m-%dT%H:%M}" for name, at in (("starts_at", begin), ("ends_at", end))} | more


def test_a_turn_is_entered_handed_over_and_taken_back(world: World, visitor: Enter) -> None:
    publicity, operations = visitor("publicity"), visitor("operations")
    assert operations.send("/roster", turn(world)).status_code == 403
    bad = publicity.send("/roster", turn(world, hours=-1))
    assert bad.status_code == 422 and "结束时间要晚于开始时间" in bad.text
    assert publicity.send("/roster", turn(world) | {"starts_at": ""}).status_code == 422
    assert publicity.send("/roster", turn(world)).status_code == 303
    page = operations.page("/roster")
    assert "在值" in page and "交接班" in page
    with transaction(read_only=True) as s:
        running = s.scalars(select(OnCall)).one()
    wrong = operations.send(f"/roster/{running.id}/hand-over", {"to": str(world.staff["doctor"].id), "note": "无"})
    assert wrong.status_code == 422 and "先在人员页授予" in wrong.text
    assert publicity.send(f"/roster/{running.id}/end").status_code == 303
    assert "没有登记值班" in operations.page("/roster")


def test_people_enter_their_own_absence(world: World, visitor: Enter) -> None:
    doctor, today = visitor("doctor"), clock.today()
    fields = {"first_day": str(today), "last_day": str(today), "deputy": str(world.staff["reviewer"].id)}
    assert doctor.send("/absences", fields).status_code == 303
    page = doctor.page("/roster")
    assert "代理：" in page
    loop = visitor("reviewer").send("/absences", fields | {"deputy": str(world.staff["doctor"].id)})
    assert loop.status_code == 422 and "循环" in loop.text and 'value="' + str(today) in loop.text
    other = doctor.send("/absences", fields | {"absent": str(world.staff["leader"].id)})
    assert other.status_code == 403
    path = re.search(r'action="(/absences/\d+/cancel)"', page)
    assert path is not None and doctor.send(path[1]).status_code == 303
    with transaction(read_only=True) as s:
        assert s.scalars(select(Absence)).one().cancelled_at is not None


def test_the_standing_deputy_is_chosen_without_a_loop(world: World, visitor: Enter) -> None:
    doctor, reviewer = visitor("doctor"), visitor("reviewer")
    assert doctor.send("/me/deputy", {"standing": str(world.staff["reviewer"].id)}).status_code == 303
    loop = reviewer.send("/me/deputy", {"standing": str(world.staff["doctor"].id)})
    assert loop.status_code == 422 and "循环" in loop.text
    assert doctor.send("/me/deputy", {"standing": ""}).status_code == 303
    with transaction(read_only=True) as s:
        assert s.get_one(Staff, world.staff["doctor"].id).deputy_id is None
