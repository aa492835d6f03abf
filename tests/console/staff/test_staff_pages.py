"""Staff are added by the form."""

from tests.support.browser_client import Enter
from tests.support.console import World


def test_staff_are_added_and_errors_keep_the_form(world: World, visitor: Enter) -> None:
    admin = visitor("administrator")
    fields = {"name": "新同事", "login": "newcomer", "roles": ["doctor"], "department": "院办", "password": "short"}
    bad = admin.send("/staff", fields)
    assert bad.status_code == 422 and "密码至少 10 位" in bad.text and 'value="新同事"' in bad.text
    unknown = admin.send("/staff", fields | {"department": "儿科"})
    assert unknown.status_code == 422 and "没有“儿科”这个科室" in unknown.text
    assert admin.send("/staff", fields | {"password": "long-enough-9"}).status_code == 303
    assert "newcomer" in admin.page("/staff")
