"""A real Chromium before a real server. Where it is missing the suite says so, and in CI fails (tests/conftest.py)."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, ViewportSize, sync_playwright

from tests.support.browser_client import PASSWORD
from tests.support.console import World, build
from tests.support.server import Serving
from yiyuan.models import Staff

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
WIDTHS = (390, 1280)
SECONDS = 15_000


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module: while it lives its event loop runs in this thread, and other tests need their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS, timeout=60_000)
        yield browser
        browser.close()


@pytest.fixture
def world(staff: dict[str, Staff]) -> World:
    return build(staff)


@pytest.fixture
def serving(world: World) -> Iterator[Serving]:
    running = Serving()
    yield running
    running.stop()


class Person:
    """Somebody logged in, at one width. `faults` are console errors, exceptions and failed requests."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.context, self.base = context, base
        self.faults: list[str] = []
        context.set_default_timeout(SECONDS)
        self.page: Page = context.new_page()
        self.page.on("console", lambda m: self.faults.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.on("request", self._request)

    def _request(self, request: Request) -> None:
        address = request.url
        if not address.startswith((self.base, "data:", "blob:")):
            self.faults.append(f"left loopback: {address}")

    def log_in(self, login: str) -> "Person":
        self.page.goto(f"{self.base}/login")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button.main")
        self.page.wait_for_url(f"{self.base}/")
        return self

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def overflow(self) -> int:
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


Visit = Callable[..., Person]


@pytest.fixture
def visit(chromium: Browser, serving: Serving) -> Iterator[Visit]:
    """visit(login, width) gives a logged-in person."""
    contexts: list[BrowserContext] = []

    def enter(login: str, width: int = 1280) -> Person:
        size: ViewportSize = {"width": width, "height": 844 if width < 500 else 800}
        context = chromium.new_context(
            viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=width < 500
        )
        contexts.append(context)
        return Person(context, serving.url).log_in(login)

    yield enter
    for context in contexts:
        context.close()
