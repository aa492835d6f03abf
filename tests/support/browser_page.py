"""What every test with a real browser needs of a page."""

from playwright.sync_api import Page


def wait_until(page: Page, condition: str) -> None:
    """Wait for a condition of the page; the page's own rules forbid Playwright's way of doing so."""
    for _try in range(150):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)
