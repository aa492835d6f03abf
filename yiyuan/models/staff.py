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
    created_at: Mapped[datetime]


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
