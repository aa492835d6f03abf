"""Platforms without a publishing API: a person posts from a pack that we make, and proves it afterwards.

A sub-class gives the row of capabilities, the checklist and the patterns of a valid link.
"""

import asyncio
import re
from abc import abstractmethod
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from channels.assisted import publish_pack
from channels.contract import Absent, Channel, Comments, Counts, Field, Payload, Progress, Receipt, Step, Token
from channels.http import ApiProfile
from yiyuan.codes import ReceiptState
from yiyuan.errors import BadInput
from yiyuan.i18n import N_, _


class Assisted(Channel):
    """The whole way of a hand-off; makes no call to anybody."""

    dialect = ApiProfile()
    step_labels: ClassVar[dict[str, str]] = {"pack": N_("制作发布包")}
    signs_in = False
    fields: ClassVar[tuple[Field, ...]] = (
        Field("home_url", N_("账号主页"), N_("账号主页链接，用于核对发布结果"), secret=False, required=False),
    )
    #: (host, pattern of the path); its first group is the external id.
    links: ClassVar[tuple[tuple[str, re.Pattern[str]], ...]]
    example: ClassVar[str]

    @abstractmethod
    def checklist(self, parcel: Payload) -> list[str]:
        """What the operator ticks off, in order, Chinese."""

    async def sign_in(self) -> Token | None:
        """Nobody to sign in with."""
        return None

    async def check(self) -> None:
        """Nothing to check: a person has the account on the phone."""

    def next_step(self, parcel: Payload, progress: Progress) -> Step:
        """Making the pack is all we do."""
        return Step("pack")

    async def take(self, step: Step, parcel: Payload, progress: Progress) -> Progress | Receipt:
        """Make the pack and wait for a person."""
        path = await asyncio.to_thread(publish_pack.build, parcel, self.checklist(parcel))
        return Receipt(state=ReceiptState.AWAITING_PERSON, pack=path)

    async def find(self, parcel: Payload, progress: Progress, since: datetime) -> Receipt | Absent:
        """We never submit, so nothing of ours can be lost."""
        return Absent(resend=True)

    async def status(self, external_id: str | None, progress: Progress) -> Receipt:
        """A person said that it is live."""
        return Receipt(state=ReceiptState.LIVE, external_id=external_id)

    async def withdraw(self, external_id: str | None, progress: Progress) -> Receipt:
        """A person has to delete it on the phone."""
        return Receipt(
            state=ReceiptState.AWAITING_PERSON,
            message=_("请在{name}中删除该内容，然后确认").format(name=_(self.can.name)),
        )

    async def comments(self, external_id: str, progress: Progress, stored: int, since: datetime | None) -> Comments:
        """Come by export file or by hand."""
        return Comments()

    async def counts(self, external_id: str, progress: Progress) -> Counts:
        """Unknown, which is not 0."""
        return Counts()

    @classmethod
    def external_id(cls, url: str, *, sandbox_host: str = "") -> str:
        """The first group of the pattern that fits."""
        parts = urlsplit(url.strip())
        for host, pattern in cls.links:
            path = parts.path
            if sandbox_host and parts.netloc == sandbox_host and path.startswith(f"/{host}/"):
                path = path.removeprefix(f"/{host}")
            elif parts.scheme != "https" or parts.hostname != host or parts.username is not None:
                continue
            match = pattern.fullmatch(path)
            if match:
                return match[1]
        raise BadInput(
            _("这不是{name}的作品链接，应类似 {example}").format(name=_(cls.can.name), example=cls.example), field="url"
        )
