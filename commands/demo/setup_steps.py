"""Setting up: people and accounts, as an administrator and the publicity department do it."""

from commands import bootstrap
from commands.demo.browser import Values
from commands.demo.context import Stage
from commands.demo.people import PARTS
from yiyuan.i18n import _

#: What the sandbox platforms take as credentials (channels/sandbox).
SECRET = "sandbox-secret"  # noqa: S105 - opens nothing but the sandbox


def hire(stage: Stage) -> None:
    """Add every department and person through their pages."""
    admin = stage.person(bootstrap.ADMINISTRATOR)
    for department in dict.fromkeys(part.department for part in PARTS):
        admin.get("/departments").send({"name": department}, "/departments", "name")
    for part in PARTS:
        values: Values = {
            "login": part.login, "name": part.name, "department": part.department, "title": part.title,
            "password": stage.logins[part.login], "roles": list(part.roles),
        }  # fmt: skip
        admin.get("/staff").send(values, "/staff", "login", "roles")


def connect(stage: Stage) -> None:
    """Connect one account on each platform; the console tests the credentials before it keeps them."""
    code = stage.sandbox("POST", "/admin/codes", {"client_id": "sandbox-client"}).json()["code"]
    wanted: dict[str, dict[str, str]] = {
        "official_account": {
            "credential-appid": "wx0000000000sandbox", "credential-secret": SECRET,
            "credential-home_url": f"{stage.own.sandbox_url}/",
        },
        "bilibili": {
            "credential-client_id": "sandbox-client", "credential-client_secret": SECRET, "credential-code": code,
        },
        "xiaohongshu": {"credential-home_url": f"{stage.own.sandbox_url}/www.xiaohongshu.com/user/profile/demo"},
    }  # fmt: skip
    publicity = stage.person("fang")
    for platform, credentials in wanted.items():
        path = f"/accounts/new/{platform}"
        name = _("{hospital}官方账号").format(hospital=stage.own.hospital)
        publicity.get(path).send({"name": name, "tier": "official", "sandbox": "1", **credentials}, path, "name")
