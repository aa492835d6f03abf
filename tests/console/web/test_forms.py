"""Numbers and texts that no column holds are refused with the field, or are no page; NUL is left out."""

import pytest

from console.web.forms import Form
from tests.support.browser_client import Enter
from tests.support.console import World
from yiyuan.errors import BadInput

HUGE = "9" * 30


@pytest.mark.parametrize("value", [HUGE, "3000000000", "1.5", "一", "-", "9" * 5000])
def test_a_number_nobody_means_is_refused(value: str) -> None:
    with pytest.raises(BadInput) as refused:
        Form([("id", value)]).number("id")
    assert refused.value.field == "id"


def test_nul_is_left_out() -> None:
    assert Form([("name", "王\0敏")]).text("name") == "王敏"


@pytest.mark.parametrize("path", ["/items/{n}", "/posts/{n}", "/events/{n}", "/departments/{n}", "/media/{n}"])
def test_an_address_no_column_holds_is_no_page(world: World, visitor: Enter, path: str) -> None:
    person = visitor("administrator" if "departments" in path else "publicity")
    assert person.get(path.format(n=HUGE)).status_code in (403, 404)


def test_a_link_of_another_scheme_is_no_link(world: World, visitor: Enter) -> None:
    fields = {"title": "x", "platform": "weibo", "url": "javascript:alert(1)", "text": "抄录"}
    answer = visitor("operations").send("/events", fields)
    assert answer.status_code == 422 and "http" in answer.text
