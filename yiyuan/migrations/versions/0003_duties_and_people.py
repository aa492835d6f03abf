"""Duties of any subject with their clocks kept, work calendars, departments, on-call, absence, delivery per address.

Duties of 0002 belonged to an event, knew no minutes and escalated once. Those still open get the way upwards that the
shipped playbook gave their tier; those of a closed event end with it.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from yiyuan.errors import Failed
from yiyuan.i18n import _
from yiyuan.models.base import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_OFFICE_DAY = "08:00-12:00 14:00-17:30"
_CALENDARS = (
    ("office", "行政办公", [_OFFICE_DAY] * 5 + ["", ""], True),
    ("clinic", "门诊", [_OFFICE_DAY] * 5 + ["08:00-12:00", ""], True),
    ("duty", "总值班", ["00:00-24:00"] * 7, False),
)
#: Whom the shipped playbook reported late duties of a tier to, until now once.
_UPWARDS = {0: ["publicity"], 1: ["publicity"], 2: ["crisis_lead", "leader"], 3: ["leader", "administrator"]}
_MINUTES = 30

_TIME = UTCDateTime(timezone=True)
_work_calendar = sa.table(
    "work_calendar",
    *(sa.column(name, sa.String) for name in ("code", "name")),
    sa.column("week", _JSON),
    sa.column("follows_holidays", sa.Boolean),
    sa.column("days", _JSON),
    sa.column("version", sa.Integer),
    sa.column("changed_at", _TIME),
)
_department = sa.table(
    "department",
    *(sa.column(name, sa.String) for name in ("name", "calendar")),
    sa.column("active", sa.Boolean),
    sa.column("version", sa.Integer),
)
_event = sa.table(
    "event", sa.column("id", sa.Integer), sa.column("state", sa.String), sa.column("closed_at", _TIME)
)
_duty = sa.table(
    "duty",
    *(sa.column(name, sa.Integer) for name in ("id", "event_id", "subject_id", "tier", "minutes", "chase_minutes")),
    *(sa.column(name, sa.Integer) for name in ("chases", "escalations")),
    *(sa.column(name, sa.String) for name in ("subject_kind", "department", "clock", "calendar", "end")),
    *(sa.column(name, _TIME) for name in ("due_at", "acknowledged_at", "done_at", "escalated_at", "ended_at")),
    *(sa.column(name, _TIME) for name in ("next_chase_at", "next_escalation_at")),
    sa.column("urgent", sa.Boolean),
    sa.column("chain", _JSON),
)


def upgrade() -> None:
    """One transaction of `yiyuan.db.upgrade`: whatever fails leaves the database at 0002."""
    _add_calendars()
    _add_people()
    _change_duties()
    op.create_table(
        "notice_delivery",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("address_sha256", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("taken_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_delivery_notice_id_notice")),
        sa.PrimaryKeyConstraint("notice_id", "address_sha256", name=op.f("pk_notice_delivery")),
    )
    op.add_column("stage", sa.Column("remind_at", _JSON, nullable=True))


def downgrade() -> None:
    """Refused: the tables hold more than those of 0002 could, and a backup exists."""
    raise Failed(_("数据库不能退回旧版本：请停止一源，恢复升级前的备份，再用旧版本的程序启动"))


def _add_calendars() -> None:
    op.create_table(
        "work_calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("week", _JSON, nullable=False),
        sa.Column("follows_holidays", sa.Boolean(), nullable=False),
        sa.Column("days", _JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_calendar")),
        sa.UniqueConstraint("code", name=op.f("uq_work_calendar_code")),
    )
    rows = [
        {
            "code": code, "name": name, "week": week, "follows_holidays": follows, "days": {}, "version": 1,
            "changed_at": datetime.now(UTC),
        }
        for code, name, week, follows in _CALENDARS
    ]  # fmt: skip
    op.bulk_insert(_work_calendar, rows)


def _add_people() -> None:
    # In place: SQLite cannot make a table anew that others refer to, and knows constraints only inside the column.
    op.execute("ALTER TABLE staff ADD COLUMN deputy_id INTEGER CONSTRAINT fk_staff_deputy_id_staff REFERENCES staff (id)")
    op.add_column("staff", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "department",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("head_id", sa.Integer(), nullable=True),
        sa.Column("calendar", sa.String(64), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["head_id"], ["staff.id"], name=op.f("fk_department_head_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("name", name=op.f("uq_department_name")),
    )
    named = op.get_bind().execute(
        sa.text("SELECT department FROM staff UNION SELECT department FROM item ORDER BY department")
    )
    names = [name for name in named.scalars() if name]
    op.bulk_insert(
        _department, [{"name": name, "calendar": "clinic", "active": True, "version": 1} for name in names]
    )
    op.create_table(
        "on_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_on_call_created_by_staff")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_on_call_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_call")),
    )
    op.create_index("ix_on_call_role_starts_at", "on_call", ["role", "starts_at"])
    op.create_index(op.f("ix_on_call_staff_id"), "on_call", ["staff_id"])
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("cancelled_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_absence_created_by_staff")),
        sa.ForeignKeyConstraint(["deputy_id"], ["staff.id"], name=op.f("fk_absence_deputy_id_staff")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_absence_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_staff_id"), "absence", ["staff_id"])


def _change_duties() -> None:
    required = [
        ("subject_kind", sa.String(64)), ("subject_id", sa.Integer()), ("department", sa.String(64)),
        ("urgent", sa.Boolean()), ("minutes", sa.Integer()), ("clock", sa.String(64)), ("calendar", sa.String(64)),
        ("chase_minutes", sa.Integer()), ("chases", sa.Integer()), ("chain", _JSON), ("escalations", sa.Integer()),
    ]  # fmt: skip
    with op.batch_alter_table("duty") as table:
        for name, kind in required:
            table.add_column(sa.Column(name, kind, nullable=True))
        for name in ("next_chase_at", "next_escalation_at", "ended_at"):
            table.add_column(sa.Column(name, _TIME, nullable=True))
        table.add_column(sa.Column("end", sa.String(64), nullable=True))
        table.add_column(sa.Column("replaced_by", sa.Integer(), nullable=True))
    _fill_duties()
    with op.batch_alter_table("duty") as table:
        table.drop_index(op.f("ix_duty_event_id"))
        table.drop_constraint(op.f("uq_duty_event_id_tier_key"), type_="unique")
        table.drop_constraint(op.f("fk_duty_event_id_event"), type_="foreignkey")
        table.drop_column("event_id")
        for name, kind in required:
            table.alter_column(name, existing_type=kind, nullable=False)
        table.create_unique_constraint(
            op.f("uq_duty_subject_kind_subject_id_tier_key"), ["subject_kind", "subject_id", "tier", "key"]
        )
        table.create_foreign_key(op.f("fk_duty_replaced_by_duty"), "duty", ["replaced_by"], ["id"])
        table.create_index("ix_duty_subject", ["subject_kind", "subject_id"])
        table.create_index("ix_duty_open", ["ended_at", "next_chase_at", "next_escalation_at"])


def _fill_duties() -> None:
    bind = op.get_bind()
    plain = {
        "subject_kind": "event", "subject_id": _duty.c.event_id, "department": "", "urgent": _duty.c.tier != 1,
        "minutes": 0, "clock": "natural", "calendar": "", "chase_minutes": _MINUTES, "chases": 0, "chain": [],
        "escalations": 0,
    }  # fmt: skip
    bind.execute(_duty.update().values(plain))
    for tier, roles in _UPWARDS.items():
        chain = [{"after": 0, "roles": roles, "repeat": 60}]
        bind.execute(_duty.update().where(_duty.c.tier == tier).values(chain=chain))
    done = _duty.c.done_at.is_not(None)
    bind.execute(_duty.update().where(done).values(ended_at=_duty.c.done_at, end="done"))
    closed_at = sa.select(_event.c.closed_at).where(_event.c.id == _duty.c.event_id).scalar_subquery()
    closed = _duty.c.event_id.in_(sa.select(_event.c.id).where(_event.c.state != "open"))
    bind.execute(_duty.update().where(~done, closed).values(ended_at=closed_at, end="cancelled"))
    still_open = _duty.c.ended_at.is_(None)
    soon = datetime.now(UTC) + timedelta(minutes=_MINUTES)
    bind.execute(
        _duty.update().where(still_open, _duty.c.acknowledged_at.is_(None)).values(next_chase_at=soon)
    )
    late = _duty.c.escalated_at.is_not(None)
    bind.execute(_duty.update().where(late).values(escalations=1))
    bind.execute(_duty.update().where(still_open, ~late).values(next_escalation_at=_duty.c.due_at))
    bind.execute(_duty.update().where(still_open, late).values(next_escalation_at=soon))
