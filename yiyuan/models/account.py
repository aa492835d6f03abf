"""Accounts (账号) on platforms. Owned by `channels`."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from yiyuan.codes import AccountStatus, AccountTier
from yiyuan.models.base import Base, Id, Line, Long, Short


class Account(Base):
    """One login on one platform. Credentials are kept only after the platform accepted them, and only encrypted."""

    __tablename__ = "account"

    id: Mapped[Id]
    platform: Mapped[Short] = mapped_column(index=True)
    name: Mapped[Line]
    tier: Mapped[AccountTier] = mapped_column(default=AccountTier.OFFICIAL)
    department: Mapped[Short] = mapped_column(default="")
    status: Mapped[AccountStatus] = mapped_column(default=AccountStatus.ACTIVE, doc="In the hospital's register.")
    holder: Mapped[Line] = mapped_column(default="", doc="Who answers for it.")
    holder_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff.id"), doc="The same as a member of staff: the account ends with their employment."
    )
    reported_on: Mapped[date | None] = mapped_column(doc="Day on which it was reported to the hospital.")
    certified_until: Mapped[date | None] = mapped_column(doc="Last day of the platform's certification; None: no end.")
    credentials: Mapped[bytes | None] = mapped_column(doc="Encrypted JSON.")
    token: Mapped[bytes | None] = mapped_column(
        doc="Encrypted JSON of the current access token, refreshed by `channels`."
    )
    sandbox: Mapped[bool] = mapped_column(default=False, doc="Talks to the sandbox; its posts say 沙箱.")
    active: Mapped[bool] = mapped_column(default=True)
    checked_at: Mapped[datetime | None]
    check_message: Mapped[Long] = mapped_column(default="")
    created_at: Mapped[datetime]
