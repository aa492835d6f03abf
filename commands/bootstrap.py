"""What an empty data folder needs before the first start: tables, keys, one administrator."""

import secrets

from sqlalchemy import func, select

from yiyuan.crypto.keyring import keyring
from yiyuan.db import upgrade
from yiyuan.db.session import transaction
from yiyuan.i18n import _
from yiyuan.models import Staff
from yiyuan.settings import Settings
from yiyuan.staff import members, roles

ADMINISTRATOR = "admin"


def password() -> str:
    """A random password that can be typed from paper."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _n in range(4)) for _group in range(4))


def prepare(own: Settings) -> str:
    """Bring the folder to this version; returns the administrator's new password, or "" when there are people."""
    upgrade.upgrade()
    keyring()
    with transaction() as s:
        if s.scalar(select(func.count()).select_from(Staff)):
            return ""
        chosen = own.admin_password.get_secret_value() if own.admin_password else password()
        members.create_staff(s, ADMINISTRATOR, _("管理员"), [roles.Role.administrator], "", chosen)
        return chosen
