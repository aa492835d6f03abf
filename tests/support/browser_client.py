"""Somebody with a browser that runs no scripts."""

import re
from collections.abc import Callable
from typing import Any

from httpx import Client, Response

PASSWORD = "correct-horse-9"


class Visitor:
    """Logs in with the form and sends the token that pages carry."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.csrf = ""

    def log_in(self, login: str, password: str = PASSWORD, next_path: str = "/") -> "Visitor":
        assert self.try_login(login, password, next_path).status_code == 303
        self.csrf = self.token("/")
        return self

    def try_login(self, login: str, password: str = PASSWORD, next_path: str = "/") -> Response:
        token = self.token("/login")
        form = {"csrf": token, "login": login, "password": password, "next": next_path}
        return self.client.post("/login", data=form)

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.client.get(path).text)
        assert found is not None, path
        return found[1]

    def get(self, path: str, **more: Any) -> Response:
        return self.client.get(path, **more)

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
        return answer.text

    def send(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> Response:
        return self.client.post(path, data={"csrf": self.csrf} | (fields or {}), **more)


#: Gives a logged-in person of a role.
Enter = Callable[[str], Visitor]
