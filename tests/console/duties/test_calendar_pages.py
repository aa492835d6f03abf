"""工作日历 by its pages."""

import pytest

from duties import work_calendars
from tests.support.browser_client import Enter
from tests.support.console import World
from yiyuan.db.session import transaction
from yiyuan.models import WorkCalendar

WEEK = {f"day-{number}": "09:00-12:00，14:00-18:00" if number < 5 else "" for number in range(7)}
FORM = {"code": "pediatrics", "name": "儿科门诊", "follows_holidays": "1", "days": "2026-12-31 09:00-11:00"} | WEEK


def calendar(code: str) -> WorkCalendar:
    with transaction(read_only=True) as s:
        return work_calendars.find(s, code)


def test_a_calendar_is_added_and_changed(world: World, visitor: Enter) -> None:
    admin = visitor("administrator")
    assert "总值班" in admin.page("/calendars")
    assert admin.send("/calendars", FORM).status_code == 303
    saved = calendar("pediatrics")
    assert (saved.week[0], saved.days) == ("09:00-12:00 14:00-18:00", {"2026-12-31": "09:00-11:00"})
    assert "2026-12-31 09:00-11:00" in admin.page("/calendars/pediatrics")
    changed = FORM | {"version": "1", "day-5": "08:00-12:00"}
    assert admin.send("/calendars/pediatrics", changed).status_code == 303
    stale = admin.send("/calendars/pediatrics", changed)
    assert stale.status_code == 409 and "刚被他人修改" in stale.text
    assert admin.send("/calendars/pediatrics/recompute").status_code == 303


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"day-0": "08:00-12:00 11:00-13:00"}, "周一：时段 08:00-12:00 与 11:00-13:00 重叠"),
        ({"day-0": "22:00-06:00"}, "跨夜的时段请拆成两天"),
        ({f"day-{n}": "" for n in range(7)}, "至少要有一个工作时段"),
        ({"days": "12-31 休息"}, "应写作 2026-10-05"),
        ({"days": "2026-12-31\n2026-12-31"}, "写了两次"),
        ({"code": "儿科"}, "代号只能用字母"),
        ({"code": "office"}, "已有日历使用"),
        ({"name": " "}, "请填写日历的名称"),
    ],
)
def test_what_cannot_be_is_refused_and_the_form_kept(
    world: World, visitor: Enter, wrong: dict[str, str], words: str
) -> None:
    answer = visitor("administrator").send("/calendars", FORM | wrong)
    assert answer.status_code in (409, 422) and words in answer.text
    assert (FORM | wrong)["days"].splitlines()[0] in answer.text


def test_an_unknown_calendar_is_named(world: World, visitor: Enter) -> None:
    answer = visitor("administrator").get("/calendars/moon")
    assert answer.status_code == 404 and "office" in answer.text
