"""The menu: what each role finds there, in the order of a working day."""

from dataclasses import dataclass

from console.guard import AUTHORS, EVERYBODY, RELEASERS, SIGNERS, WATCHERS, may
from yiyuan.models import Staff
from yiyuan.people import Role
from yiyuan.texts import _

#: Roles that look after what is out already.
KEEPERS = frozenset({Role.publicity, Role.medical_affairs, Role.leader, Role.auditor})


@dataclass(frozen=True)
class Entry:
    """One line of the menu; `phone` entries also stand in the bar at the bottom of a phone."""

    path: str
    title: str
    icon: str
    allowed: frozenset[Role]
    phone: bool = False


def entries() -> list[Entry]:
    """Every entry there is."""
    return [
        Entry("/", _("今日工作"), "home", EVERYBODY, phone=True),
        Entry("/items/new", _("投稿"), "plus", AUTHORS, phone=True),
        Entry("/items", _("稿件"), "file", EVERYBODY - {Role.administrator}, phone=True),
        Entry("/trial", _("试查文案"), "pen", AUTHORS),
        Entry("/inbox", _("待我审"), "check", SIGNERS, phone=True),
        Entry("/posts", _("发布单"), "send", RELEASERS | {Role.auditor, Role.leader, Role.doctor, Role.reviewer}),
        Entry("/events", _("舆情事件"), "pulse", WATCHERS, phone=True),
        Entry("/notices", _("通知"), "bell", EVERYBODY),
        Entry("/holds", _("暂停发布"), "pause", RELEASERS | {Role.leader, Role.auditor}),
        Entry("/consents", _("知情同意"), "lock", KEEPERS),
        Entry("/rescan", _("规则复查"), "archive", KEEPERS),
        Entry("/reports/exceptions", _("例外报告"), "clock", KEEPERS | {Role.operations}),
        Entry("/accounts", _("平台账号"), "key", frozenset({Role.administrator, Role.publicity})),
        Entry("/audit", _("审计记录"), "list", frozenset({Role.auditor, Role.administrator})),
        Entry("/staff", _("人员与角色"), "people", frozenset({Role.administrator})),
    ]


def menu(staff: Staff) -> list[Entry]:
    """The entries a person may open."""
    return [entry for entry in entries() if may(staff, entry.allowed)]
