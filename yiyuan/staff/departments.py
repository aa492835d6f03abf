"""Departments (科室): the list that people and items are given from, each with its head and work calendar."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from yiyuan import audit
from yiyuan.codes import AuditAction
from yiyuan.errors import BadInput, Conflict, Missing
from yiyuan.i18n import _
from yiyuan.models import Department, Staff


def every(s: Session) -> list[Department]:
    """All departments, active ones first."""
    return list(s.scalars(select(Department).order_by(Department.active.desc(), Department.name)))


def names(s: Session) -> list[str]:
    """The names that can be chosen."""
    return list(s.scalars(select(Department.name).where(Department.active).order_by(Department.name)))


def head_of(s: Session, name: str) -> Staff | None:
    """The active head of a department; None without one."""
    query = select(Staff).join(Department, Department.head_id == Staff.id).where(Department.name == name, Staff.active)
    return s.scalar(query) if name else None


def find(s: Session, department_id: int) -> Department:
    """The department of this id; Missing when there is none."""
    found = s.get(Department, department_id)
    if found is None:
        raise Missing(_("没有这个科室"))
    return found


def ensure(s: Session, name: str) -> str:
    """The name as it is kept, the department added when it is new (imports, the demo); "" stays ""."""
    name = name.strip()
    if name and s.scalar(select(Department.id).where(Department.name == name)) is None:
        create(s, None, name)
    return name


def check(s: Session, name: str) -> str:
    """The name as it is kept; "" stays "". BadInput for a name that is not in the list, or not in use any more."""
    name = name.strip()
    if name and name not in names(s):
        raise BadInput(_("没有“{name}”这个科室或已停用，请先在科室页添加").format(name=name), field="department")
    return name


def create(
    s: Session, staff: Staff | None, name: str, calendar: str = "clinic", head: Staff | None = None
) -> Department:
    """Add a department; BadInput without a name, Conflict when there is one."""
    name = _checked(s, name, None)
    _check_head(head)
    department = Department(name=name, calendar=calendar, head_id=head.id if head else None)
    s.add(department)
    s.flush()
    audit.append(
        s, staff, AuditAction.DEPARTMENT_CREATE, f"department:{department.id}", {"name": name, "calendar": calendar}
    )
    return department


def change(
    s: Session,
    staff: Staff,
    department_id: int,
    version: int,
    *,
    name: str,
    calendar: str,
    head: Staff | None,
    active: bool,
) -> Department:
    """Edit a department. A new name goes to its people; items keep the name they were written under.

    Conflict when another person changed it since the form was opened.
    """
    department = s.scalar(select(Department).where(Department.id == department_id).with_for_update())
    if department is None:
        raise Missing(_("没有这个科室"))
    if department.version != version:
        raise Conflict(_("这个科室刚被他人修改，请刷新后再改"), field="version")
    before, name = department.name, _checked(s, name, department)
    _check_head(head)
    if name != before:
        s.execute(update(Staff).where(Staff.department == before).values(department=name))
    department.name, department.calendar, department.active = name, calendar, active
    department.head_id, department.version = head.id if head else None, version + 1
    detail = {"before": before, "name": name, "calendar": calendar, "head": department.head_id, "active": active}
    audit.append(s, staff, AuditAction.DEPARTMENT_CHANGE, f"department:{department.id}", detail)
    return department


def _checked(s: Session, name: str, known: Department | None) -> str:
    name = name.strip()
    if not name or len(name) > 64:
        raise BadInput(_("请填写科室名称，最多 64 字"), field="name")
    other = s.scalar(select(Department.id).where(Department.name == name))
    if other is not None and (known is None or other != known.id):
        raise Conflict(_("已有名为“{name}”的科室").format(name=name), field="name")
    return name


def _check_head(head: Staff | None) -> None:
    if head is not None and not head.active:
        raise BadInput(_("{name}已停用，不能任负责人").format(name=head.name), field="head")
