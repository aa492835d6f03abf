"""Notices are acknowledged by their page."""

import re

from tests.support.browser_client import Enter
from tests.support.console import World


def test_notices_are_acknowledged(world: World, visitor: Enter) -> None:
    world.in_review(level=2)
    reviewer = visitor("reviewer")
    number = re.search(r"/notices/(\d+)/acknowledge", reviewer.page("/notices"))
    assert number is not None
    assert reviewer.send(f"/notices/{number[1]}/acknowledge").status_code == 303
    assert "没有待签收的通知" in reviewer.page("/notices")
    assert visitor("doctor").send(f"/notices/{number[1]}/acknowledge").status_code in (403, 404)
