"""Staff members: created, disabled, given roles, a password, a language and addresses for notices."""

import json
import re
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from yiyuan import audit, clock
from yiyuan.codes import AuditAction
from yiyuan.crypto.keyring import keyring
from yiyuan.errors import BadInput, Conflict
from yiyuan.i18n import _, languages
from yiyuan.models import Staff
from yiyuan.staff import departments
from yiyuan.staff.passwords import check_new_password, hasher
from yiyuan.staff.roles import Role
from yiyuan.staff.sessions import end_sessions


def _check_new(s: Session, login: str, name: str, roles: Collection[str], password: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_.@-]{2,64}", login):
        raise BadInput(_("登录名只能用 2 至 64 个字母、数字或 _ . @ -"), field="login")
    if not name.strip():
        raise BadInput(_("请填写姓名"), field="name")
    unknown = [role for role in roles if role not in set(Role)]
    if unknown or not roles:
        raise BadInput(_("请选择至少一个有效角色"), field="roles")
    check_new_password(password)
    if s.scalar(select(Staff.id).where(Staff.login == login)) is not None:
        raise Conflict(_("登录名 {login} 已有人使用").format(login=login), field="login")


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
        department=departments.ensure(s, department),
        title=title,
        password_hash=hasher.hash(password),
        created_at=clock.now(),
    )
    s.add(staff)
    s.flush()
    audit.append(s, actor, AuditAction.STAFF_CREATE, f"staff:{staff.id}", {"roles": staff.roles})
    return staff


def set_password(s: Session, staff: Staff, password: str, *, actor: Staff) -> None:
    """Change a password and end every session of the person."""
    check_new_password(password)
    staff.password_hash = hasher.hash(password)
    end_sessions(s, staff.id)
    audit.append(s, actor, AuditAction.STAFF_PASSWORD, f"staff:{staff.id}")


def change(s: Session, staff_id: int, version: int, *, name: str, department: str, title: str, actor: Staff) -> Staff:
    """Edit name, department and title. Conflict when another person edited since the form was opened."""
    staff = s.scalars(select(Staff).where(Staff.id == staff_id).with_for_update()).one()
    if staff.version != version:
        raise Conflict(_("此人的资料刚被他人修改，请刷新后再改"), field="version")
    if not name.strip():
        raise BadInput(_("请填写姓名"), field="name")
    before = {"name": staff.name, "department": staff.department, "title": staff.title}
    # A department that is out of use may stay until she is given another.
    kept = staff.department if department.strip() == staff.department else departments.check(s, department)
    staff.name, staff.department, staff.title = name.strip()[:64], kept, title.strip()[:64]
    staff.version = version + 1
    after = {"name": staff.name, "department": staff.department, "title": staff.title}
    audit.append(s, actor, AuditAction.STAFF_CHANGE, f"staff:{staff.id}", {"before": before, "after": after})
    return staff


def set_active(s: Session, staff: Staff, active: bool, *, actor: Staff) -> None:
    """Disable or enable a person; a disabled one loses all sessions at once."""
    staff.active = active
    if not active:
        end_sessions(s, staff.id)
    action = AuditAction.STAFF_ENABLE if active else AuditAction.STAFF_DISABLE
    audit.append(s, actor, action, f"staff:{staff.id}")


def set_roles(s: Session, staff: Staff, roles: Sequence[str], *, actor: Staff) -> None:
    """Replace the roles of a person."""
    if not roles or any(role not in set(Role) for role in roles):
        raise BadInput(_("请选择至少一个有效角色"), field="roles")
    staff.roles = [str(role) for role in roles]
    audit.append(s, actor, AuditAction.STAFF_ROLES, f"staff:{staff.id}", {"roles": staff.roles})


def set_language(s: Session, staff: Staff, language: str) -> None:
    """Choose the language a person sees."""
    if language not in languages():
        raise BadInput(_("没有这种语言"), field="language")
    staff.language = language


def holders(s: Session, role: str, department: str = "") -> list[Staff]:
    """Active people with a role, of one department when given."""
    active = s.scalars(select(Staff).where(Staff.active).order_by(Staff.id))
    return [p for p in active if role in p.roles and (not department or p.department == department)]


def notice_urls(staff: Staff) -> list[str]:
    """The person's Apprise addresses, decrypted."""
    return list(json.loads(keyring().open(staff.notice_urls))) if staff.notice_urls else []


def set_notice_urls(s: Session, staff: Staff, urls: Sequence[str], *, actor: Staff) -> None:
    """Replace the person's Apprise addresses; they may hold secrets and are kept encrypted."""
    staff.notice_urls = keyring().seal(json.dumps(list(urls)).encode()) if urls else None
    audit.append(s, actor, AuditAction.STAFF_NOTICE_URLS, f"staff:{staff.id}", {"count": len(urls)})
