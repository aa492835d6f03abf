"""Passwords: hashed with argon2, refused when short, guessing slowed down per login and address."""

import secrets
from datetime import timedelta

from pwdlib import PasswordHash
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from yiyuan import audit, clock
from yiyuan.codes import AuditAction
from yiyuan.errors import BadInput, Refused
from yiyuan.i18n import _
from yiyuan.models import LoginFailure, Staff

hasher = PasswordHash.recommended()
#: Checked when the login does not exist, so that the answer takes as long.
_nobody = hasher.hash(secrets.token_urlsafe(16))
FAILURES_ALLOWED, FAILURE_MINUTES = 8, 10
PASSWORD_LEAST = 10


def check_new_password(password: str) -> None:
    """BadInput when a new password is too short."""
    if len(password) < PASSWORD_LEAST:
        raise BadInput(_("密码至少 {number} 位").format(number=PASSWORD_LEAST), field="password")


def check_password(s: Session, login: str, password: str, address: str = "") -> Staff | None:
    """The person, or None. A failure is recorded in the caller's transaction, which must commit it.

    Refused after too many failures for this login from this address within ten minutes.
    """
    since = clock.now() - timedelta(minutes=FAILURE_MINUTES)
    count = select(func.count()).where(LoginFailure.login == login, LoginFailure.at >= since)
    if address:
        count = count.where(LoginFailure.address == address)
    if (s.scalar(count) or 0) >= FAILURES_ALLOWED:
        raise Refused(_("登录失败次数过多，请 {minutes} 分钟后再试").format(minutes=FAILURE_MINUTES))
    staff = s.scalar(select(Staff).where(Staff.login == login))
    matches = hasher.verify(password, staff.password_hash if staff else _nobody)
    if staff is not None and matches and staff.active:
        return staff
    s.add(LoginFailure(login=login[:64], address=address[:64], at=clock.now()))
    audit.append(s, None, AuditAction.LOGIN_REFUSED, f"staff:{staff.id}" if staff else "staff:?")
    return None
