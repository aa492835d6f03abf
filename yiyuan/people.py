"""Staff, roles, passwords and server-side sessions."""

import hashlib
import json
import re
import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from enum import StrEnum

from pwdlib import PasswordHash
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from yiyuan import audit, clock
from yiyuan.errors import BadInput, Conflict, Refused
from yiyuan.keys import keyring
from yiyuan.models import Login, LoginFailure, Staff
from yiyuan.settings import settings
from yiyuan.texts import _, languages


class Role(StrEnum):
    """What a person may do; one person may hold several."""

    doctor = "doctor"
    reviewer = "reviewer"
    medical_affairs = "medical_affairs"
    publicity = "publicity"
    operations = "operations"
    crisis_lead = "crisis_lead"
    leader = "leader"
    auditor = "auditor"
    administrator = "administrator"


def role_name(role: str) -> str:
    """The Chinese name of a role."""
    names = {
        Role.doctor: _("医生"),
        Role.reviewer: _("科室审核人"),
        Role.medical_affairs: _("医务部"),
        Role.publicity: _("宣传部"),
        Role.operations: _("运营团队"),
        Role.crisis_lead: _("舆情负责人"),
        Role.leader: _("院领导"),
        Role.auditor: _("审计员"),
        Role.administrator: _("管理员"),
    }
    return names[Role(role)]


_hasher = PasswordHash.recommended()
#: Checked when the login does not exist, so that the answer takes as long.
_nobody = _hasher.hash(secrets.token_urlsafe(16))
FAILURES_ALLOWED, FAILURE_MINUTES = 8, 10
PASSWORD_LEAST = 10


def _check_new(s: Session, login: str, name: str, roles: Collection[str], password: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_.@-]{2,64}", login):
        raise BadInput(_("登录名只能用 2 至 64 个字母、数字或 _ . @ -"), field="login")
    if not name.strip():
        raise BadInput(_("请填写姓名"), field="name")
    unknown = [role for role in roles if role not in set(Role)]
    if unknown or not roles:
        raise BadInput(_("请选择至少一个有效角色"), field="roles")
    _check_password(password)
    if s.scalar(select(Staff.id).where(Staff.login == login)) is not None:
        raise Conflict(_("登录名 {login} 已有人使用").format(login=login), field="login")


def _check_password(password: str) -> None:
    if len(password) < PASSWORD_LEAST:
        raise BadInput(_("密码至少 {number} 位").format(number=PASSWORD_LEAST), field="password")


def create_staff(
    s: Session,
    login: str,
    name: str,
    roles: Sequence[str],
    department: str,
    password: str,
    *,
    title: str = "",
    actor: Staff | None = None,
) -> Staff:
    """Add a person; BadInput names the field, Conflict a login that is taken."""
    _check_new(s, login, name, roles, password)
    staff = Staff(
        login=login,
        name=name.strip(),
        roles=[str(role) for role in roles],
        department=department,
        title=title,
        password_hash=_hasher.hash(password),
        created_at=clock.now(),
    )
    s.add(staff)
    s.flush()
    audit.append(s, actor, "staff.create", f"staff:{staff.id}", {"roles": staff.roles})
    return staff


def set_password(s: Session, staff: Staff, password: str, *, actor: Staff) -> None:
    """Change a password and end every session of the person."""
    _check_password(password)
    staff.password_hash = _hasher.hash(password)
    end_sessions(s, staff.id)
    audit.append(s, actor, "staff.password", f"staff:{staff.id}")


def set_active(s: Session, staff: Staff, active: bool, *, actor: Staff) -> None:
    """Disable or enable a person; a disabled one loses all sessions at once."""
    staff.active = active
    if not active:
        end_sessions(s, staff.id)
    audit.append(s, actor, "staff.enable" if active else "staff.disable", f"staff:{staff.id}")


def set_roles(s: Session, staff: Staff, roles: Sequence[str], *, actor: Staff) -> None:
    """Replace the roles of a person."""
    if not roles or any(role not in set(Role) for role in roles):
        raise BadInput(_("请选择至少一个有效角色"), field="roles")
    staff.roles = [str(role) for role in roles]
    audit.append(s, actor, "staff.roles", f"staff:{staff.id}", {"roles": staff.roles})


def set_language(s: Session, staff: Staff, language: str) -> None:
    """Choose the language a person sees."""
    if language not in languages():
        raise BadInput(_("没有这种语言"), field="language")
    staff.language = language


def holders(s: Session, role: str, department: str = "") -> list[Staff]:
    """Active people with a role, of one department when given."""
    active = s.scalars(select(Staff).where(Staff.active).order_by(Staff.id))
    return [p for p in active if role in p.roles and (not department or p.department == department)]


def _sha(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _too_many(s: Session, login: str, address: str) -> bool:
    since = clock.now() - timedelta(minutes=FAILURE_MINUTES)
    count = select(func.count()).where(LoginFailure.login == login, LoginFailure.at >= since)
    if address:
        count = count.where(LoginFailure.address == address)
    return (s.scalar(count) or 0) >= FAILURES_ALLOWED


def check_password(s: Session, login: str, password: str, address: str = "") -> Staff | None:
    """The person, or None. A failure is recorded in the caller's transaction, which must commit it.

    Refused after too many failures for this login from this address within ten minutes.
    """
    if _too_many(s, login, address):
        raise Refused(_("登录失败次数过多，请 {minutes} 分钟后再试").format(minutes=FAILURE_MINUTES))
    staff = s.scalar(select(Staff).where(Staff.login == login))
    matches = _hasher.verify(password, staff.password_hash if staff else _nobody)
    if staff is not None and matches and staff.active:
        return staff
    s.add(LoginFailure(login=login[:64], address=address[:64], at=clock.now()))
    audit.append(s, None, "login.refused", f"staff:{staff.id}" if staff else "staff:?")
    return None


def open_session(s: Session, staff: Staff) -> tuple[str, str]:
    """A new session; returns the cookie's secret and the CSRF token."""
    secret, csrf, moment = secrets.token_urlsafe(32), secrets.token_urlsafe(24), clock.now()
    ends = moment + timedelta(hours=settings().session_hours)
    s.add(
        Login(
            token_sha256=_sha(secret), staff_id=staff.id, csrf=csrf, created_at=moment, seen_at=moment, expires_at=ends
        )
    )
    audit.append(s, staff, "login.open", f"staff:{staff.id}")
    return secret, csrf


def session_of(s: Session, secret: str) -> tuple[Staff, Login] | None:
    """Who holds this cookie; None when it is unknown, has ended, or the person is disabled."""
    login = s.get(Login, _sha(secret))
    if login is None or login.expires_at <= clock.now():
        return None
    staff = s.get(Staff, login.staff_id)
    return (staff, login) if staff is not None and staff.active else None


def log_out(s: Session, secret: str) -> None:
    """End one session."""
    s.execute(delete(Login).where(Login.token_sha256 == _sha(secret)))


def end_sessions(s: Session, staff_id: int) -> None:
    """End all sessions of a person."""
    s.execute(delete(Login).where(Login.staff_id == staff_id))


def notice_urls(staff: Staff) -> list[str]:
    """The person's Apprise addresses, decrypted."""
    return list(json.loads(keyring().open(staff.notice_urls))) if staff.notice_urls else []


def set_notice_urls(s: Session, staff: Staff, urls: Sequence[str], *, actor: Staff) -> None:
    """Replace the person's Apprise addresses; they may hold secrets and are kept encrypted."""
    staff.notice_urls = keyring().seal(json.dumps(list(urls)).encode()) if urls else None
    audit.append(s, actor, "staff.notice_urls", f"staff:{staff.id}", {"count": len(urls)})
