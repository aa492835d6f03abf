"""Staff and their logins."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.models.base import Base, Id, Line, Short


class Staff(Base):
    """A person who may log in. `roles` holds values of `yiyuan.staff.members.Role`."""

    __tablename__ = "staff"

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Short]
    department: Mapped[Short] = mapped_column(default="")
    title: Mapped[Short] = mapped_column(default="")
    roles: Mapped[list[str]] = mapped_column(default=list)
    password_hash: Mapped[Line]
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[Short] = mapped_column(default="zh_CN")
    notice_urls: Mapped[bytes | None] = mapped_column(doc="Encrypted JSON list of Apprise addresses.")
    deputy_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff.id"), doc="Standing deputy: reminded with the person, and in her place while she is away."
    )
    version: Mapped[int] = mapped_column(default=1, doc="Counted up by each edit of the person.")
    created_at: Mapped[datetime]


class Department(Base):
    """A department (科室). `Staff.department` and `Item.department` hold its name."""

    __tablename__ = "department"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(64), unique=True)
    head_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    calendar: Mapped[Short] = mapped_column(default="clinic", doc="Code of its work calendar.")
    active: Mapped[bool] = mapped_column(default=True, doc="Whether people and items can be given to it.")
    version: Mapped[int] = mapped_column(default=1)


class WebSession(Base):
    """A server-side session; the cookie holds the secret, this row only its sha256."""

    __tablename__ = "login"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    csrf: Mapped[Short]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class LoginFailure(Base):
    """A refused login, counted to slow down guessing."""

    __tablename__ = "login_failure"

    id: Mapped[Id]
    login: Mapped[Short] = mapped_column(index=True)
    address: Mapped[Short] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)
