"""A person at a browser, without the browser: pages, their forms, and what the forms already hold.

Only what a page offers can be sent: an unknown form, field or choice is an error that names the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Self
from urllib.parse import urljoin

import httpx

from yiyuan.errors import Failed
from yiyuan.i18n import _

Values = Mapping[str, str | list[str] | Path]


@dataclass
class Form:
    """A form as the page shows it: where it goes, what its fields hold, what they may hold."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, set[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def names(self) -> set[str]:
        """Every name that can be filled in."""
        return set(self.values) | set(self.choices) | self.files | {name for name, _value in self.buttons}


class _Reader(HTMLParser):
    """Collects forms, their fields and the visible text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.loose: dict[str, Form] = {}
        self.text: list[str] = []
        self._form: Form | None = None
        self._select = self._area = ""
        self._chosen: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"script", "style", "template"}:
            self._silent += 1
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
            if "id" in given:
                self.loose[given["id"]] = self._form
        form = self.loose.get(given["form"]) if "form" in given else self._form
        if form is None or "disabled" in given:
            return
        if tag == "input":
            self._input(form, given)
        elif tag == "button" and given.get("name"):
            form.buttons.append((given["name"], given.get("value", "")))
        elif tag == "select" and given.get("name"):
            self._select, self._chosen = given["name"], []
            form.choices[self._select] = set()
        elif tag == "option" and self._select:
            form.choices[self._select].add(given.get("value", ""))
            if "selected" in given or not self._chosen:
                self._chosen = [given.get("value", "")]
                form.values[self._select] = list(self._chosen)
        elif tag == "textarea" and given.get("name"):
            self._area = given["name"]
            form.values[self._area] = [""]

    @staticmethod
    def _input(form: Form, given: dict[str, str]) -> None:
        name, kind, value = given.get("name", ""), given.get("type", "text"), given.get("value", "")
        if not name:
            return
        if kind == "file":
            form.files.add(name)
        elif kind in {"checkbox", "radio"}:
            form.choices.setdefault(name, set()).add(value or "on")
            if "checked" in given:
                form.values.setdefault(name, []).append(value or "on")
        elif kind in {"submit", "image"}:
            form.buttons.append((name, value))
        else:
            form.values.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "template"}:
            self._silent -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.values[self._area][0] += data
        elif not self._silent and data.strip():
            self.text.append(data.strip())


@dataclass
class Page:
    """A page as one person sees it."""

    person: "Person"
    url: str
    status: int
    forms: list[Form]
    text: str
    html: str

    def form(self, action: str = "", *needs: str) -> Form:
        """The first form whose address ends so and that has those fields; Failed when the page has none."""
        for form in self.forms:
            address = (form.action or self.url).split("?")[0]
            if address.endswith(action) and set(needs) <= form.names():
                return form
        message = _("页面 {url} 上没有地址以 {action} 结尾、含 {needs} 的表单")
        raise Failed(message.format(url=self.url, action=action or "…", needs="、".join(needs) or "…"))

    def send(self, values: Values, action: str = "", *needs: str) -> "Page":
        """Fill in that form and send it; Failed when it comes back with an error."""
        return self.person.submit(self, self.form(action, *needs), values)


def _checked(form: Form, values: Values, url: str) -> dict[str, list[str]]:
    filled = {name: list(held) for name, held in form.values.items()}
    for name, given in values.items():
        if name not in form.names():
            raise Failed(_("页面 {url} 的表单没有字段 {name}").format(url=url, name=name))
        if isinstance(given, Path):
            continue
        filled[name] = [given] if isinstance(given, str) else given
        allowed = form.choices.get(name)
        if allowed is not None and not set(filled[name]) <= allowed:
            raise Failed(_("页面 {url} 的字段 {name} 没有选项 {given}").format(url=url, name=name, given=given))
    return filled


class Person:
    """Somebody with a login, at the console."""

    def __init__(self, base: str, login: str, password: str) -> None:
        self.client = httpx.Client(base_url=base, follow_redirects=True, timeout=60.0, trust_env=False)
        self.login, self.password = login, password

    def enter(self) -> Self:
        """Log in; Failed when the console refuses."""
        page = self.get("/login").send({"login": self.login, "password": self.password}, "", "login", "password")
        if page.url.endswith("/login"):
            raise Failed(_("{login} 无法登录").format(login=self.login))
        return self

    def _page(self, answer: httpx.Response) -> Page:
        reader = _Reader()
        reader.feed(answer.text)
        reader.close()
        text = "\n".join(reader.text)
        return Page(self, str(answer.url), answer.status_code, reader.forms, text, answer.text)

    def get(self, path: str) -> Page:
        """Open a page; Failed when it is not to be had."""
        answer = self.client.get(path)
        if not answer.is_success:
            raise Failed(_("打不开 {path}：{status}").format(path=path, status=answer.status_code))
        return self._page(answer)

    def submit(self, page: Page, form: Form, values: Values) -> Page:
        """Send a form as a browser would, hidden fields and session included; files go as multipart."""
        filled, url = _checked(form, values, page.url), urljoin(page.url, form.action)
        paths = {name: given for name, given in values.items() if isinstance(given, Path)}
        opened = {name: path.open("rb") for name, path in paths.items()}
        try:
            files = {name: (paths[name].name, stream) for name, stream in opened.items()}
            answer = self.client.request(
                form.method, url, data=filled, files=files or None, headers={"referer": page.url}
            )
        finally:
            for stream in opened.values():
                stream.close()
        shown = self._page(answer)
        if not answer.is_success:
            lines = " / ".join(shown.text.splitlines()[:40])
            raise Failed(
                _("{url} 拒绝了表单（{status}）：{text}").format(url=url, status=answer.status_code, text=lines)
            )
        return shown
