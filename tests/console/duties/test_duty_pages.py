"""任务 by its page: what waits for a person, taking and handing over, and what a deputy of another role may do."""

import pytest
from sqlalchemy import select

from duties import roster
from tests.support.browser_client import Enter
from tests.support.console import World
from yiyuan import clock
from yiyuan.db.session import transaction
from yiyuan.models import Duty, Staff


@pytest.fixture
def duty(world: World) -> Duty:
    """The late one of the publicity department: 起草首份回应并送审."""
    post_id = world.posts(world.approved())["bilibili"]
    world.live(post_id)
    world.event(post_id)
    with transaction(read_only=True) as s:
        return s.scalars(select(Duty).where(Duty.role == "publicity")).one()


def now_of(duty: Duty) -> Duty:
    with transaction(read_only=True) as s:
        return s.get_one(Duty, duty.id)


def test_a_person_sees_her_own_and_leaders_see_all(duty: Duty, visitor: Enter) -> None:
    page = visitor("publicity").page("/duties")
    assert duty.title in page and "核实事实" not in page and "全部未完成" in page
    everybody = visitor("leader").page("/duties?all=1")
    assert duty.title in everybody and "核实事实" in everybody
    doctor = visitor("doctor")
    assert "没有等您处理的任务" in doctor.page("/duties?all=1") and "全部未完成" not in doctor.page("/duties")


def test_a_duty_is_handed_to_a_colleague_who_is_no_responder(duty: Duty, visitor: Enter, world: World) -> None:
    publicity, doctor = visitor("publicity"), visitor("doctor")
    to = str(world.staff["doctor"].id)
    bad = publicity.send(f"/duties/{duty.id}/hand-over", {"to": to, "reason": ""})
    assert bad.status_code == 422 and "转交的原因" in bad.text
    given = publicity.send(f"/duties/{duty.id}/hand-over", {"to": to, "reason": "需要专科意见"})
    assert given.status_code == 303 and given.headers["location"].startswith("/events/")
    assert duty.title in doctor.page("/duties") and "请签收" in doctor.page("/notices")
    assert doctor.send(f"/duties/{duty.id}/acknowledge").headers["location"].startswith("/duties")
    assert doctor.send(f"/duties/{duty.id}/finish", {"result": "已写专科意见"}).status_code == 303
    assert now_of(duty).done_by == world.staff["doctor"].id


def test_a_deputy_finds_what_the_absent_person_should_do(duty: Duty, visitor: Enter, world: World) -> None:
    with transaction() as s:
        person, today = s.merge(world.staff["publicity"]), clock.today()
        roster.add_absence(s, person, person, today, today, s.merge(world.staff["doctor"]))
    assert duty.title in visitor("doctor").page("/duties")
    assert visitor("doctor").send(f"/duties/{duty.id}/acknowledge").status_code == 303
    assert now_of(duty).owner_id == world.staff["doctor"].id


def test_somebody_elses_duty_is_refused(duty: Duty, visitor: Enter) -> None:
    answer = visitor("operations").send(f"/duties/{duty.id}/acknowledge")
    assert answer.status_code == 403 and "宣传部" in answer.text
    assert visitor("operations").send("/duties/999999/acknowledge").status_code == 404


def test_today_leads_to_it(duty: Duty, visitor: Enter, staff: dict[str, Staff]) -> None:
    page = visitor("publicity").page("/")
    assert duty.title in page and "待办任务" in page
