"""Accounts (账号) on platforms. Owned by `channels`."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.models.base import Base, Id, Line, Long, Short


class Account(Base):
    """One login on one platform. Credentials are kept only after the platform accepted them, and only encrypted."""

    __tablename__ = "account"

    id: Mapped[Id]
    platform: Mapped[Short] = mapped_column(index=True)
    name: Mapped[Line]
    tier: Mapped[Short] = mapped_column(default="official", doc="official, department or expert.")
    department: Mapped[Short] = mapped_column(default="")
    credentials: Mapped[bytes | None] = mapped_column(doc="Encrypted JSON.")
    token: Mapped[bytes | None] = mapped_column(
        doc="Encrypted JSON of the current access token, refreshed by `channels`."
    )
    sandbox: Mapped[bool] = mapped_column(default=False, doc="Talks to the sandbox; its posts say 沙箱.")
    active: Mapped[bool] = mapped_column(default=True)
    checked_at: Mapped[datetime | None]
    check_message: Mapped[Long] = mapped_column(default="")
    created_at: Mapped[datetime]
