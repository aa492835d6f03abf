"""The contract every platform adapter fulfils, and what it takes and gives.

An adapter translates: one call of ours into the platform's calls, its answers into the types below. It never
retries, never catches and never touches the database; what to do after an error is the ledger's business.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from channels.capabilities import Capabilities
from channels.http import ApiProfile, PlatformClient
from channels.media_file import Media
from yiyuan.codes import AttemptStep, ReceiptState
from yiyuan.comment import Comment
from yiyuan.errors import Refused
from yiyuan.i18n import _

#: What the platform gave so far (upload token, draft id ...); plain JSON values, kept in `Post.progress`.
Progress = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One credential a person types in. `once`: used to connect and then forgotten (an authorisation code)."""

    name: str
    label: str
    help: str = ""
    secret: bool = True
    required: bool = True
    once: bool = False


@dataclass(frozen=True)
class Token:
    """What the platform gave for the credentials. `refresh` may be usable only once."""

    access: str
    expires_at: datetime
    refresh: str = ""


@dataclass(frozen=True, kw_only=True)
class Payload:
    """What goes out: an approved variant with its files. `images` maps an <img> address in `body` to its file."""

    title: str
    body: str
    tags: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    marker: str
    video: Media | None = None
    cover: Media | None = None
    images: Mapping[str, Media] = field(default_factory=dict)
    #: Address of the post in the console, for people who finish it by hand.
    link: str = ""

    def files(self) -> list[Media]:
        """Everything of it that lies on the disk."""
        return [file for file in (self.video, self.cover, *self.images.values()) if file is not None]


@dataclass(frozen=True)
class Step:
    """One call on the way. After a lost answer only the step named submit needs looking up; others are repeated."""

    name: str

    @property
    def submits(self) -> bool:
        """Whether this call makes the post public, or hands it to the platform's check."""
        return self.name == AttemptStep.SUBMIT


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Where a post stands on the platform.

    external_id: the platform's name for the post, as soon as it has one. progress: more to remember.
    message: Chinese, why it was refused or is gone. pack: the publish pack of an assisted channel.
    """

    state: ReceiptState
    external_id: str | None = None
    url: str = ""
    progress: Progress = field(default_factory=dict)
    message: str = ""
    pack: Path | None = None


@dataclass(frozen=True)
class Absent:
    """A lost submit was not found. `resend`: certainly not taken, may be sent again; else taken but not listed yet."""

    resend: bool


@dataclass(frozen=True)
class Comments:
    """Comments, oldest first, and the platform's own count; None: unknown, which is not 0."""

    comments: tuple[Comment, ...] = ()
    count: int | None = None


@dataclass(frozen=True)
class Counts:
    """The platform's numbers; an absent one is unknown. comments: its own comment count."""

    comments: int | None = None
    metrics: Mapping[str, int] = field(default_factory=dict)


class Channel(ABC):
    """One account on one platform, for the length of a few calls. Every method may raise a ChannelError."""

    can: ClassVar[Capabilities]
    dialect: ClassVar[ApiProfile]
    fields: ClassVar[tuple[Field, ...]] = ()
    #: Whether there is an access token to fetch.
    signs_in: ClassVar[bool] = True
    #: Chinese labels (marked) of the adapter's own steps; AttemptStep has those that every channel knows.
    step_labels: ClassVar[Mapping[str, str]] = {}
    #: Keys of the progress that are worthless once a call raised Spent.
    spendable: ClassVar[tuple[str, ...]] = ()

    def __init__(self, client: PlatformClient, credentials: Mapping[str, str], token: Token | None = None) -> None:
        self.client = client
        self.credentials = credentials
        self.token = token

    @classmethod
    def external_id(cls, url: str, *, sandbox_host: str = "") -> str:
        """The platform's id in a link that proves a post made by hand; BadInput when it cannot be one.

        sandbox_host: host:port of the sandbox, for accounts that live there.
        """
        raise Refused(_("{name}由系统自动发布，不接受人工回填").format(name=_(cls.can.name)))

    @abstractmethod
    async def sign_in(self) -> Token | None:
        """A new access token, from the refresh token or the credentials; None: the channel needs none."""

    @abstractmethod
    async def check(self) -> None:
        """A cheap call that fails unless the account is really usable."""

    @abstractmethod
    def next_step(self, parcel: Payload, progress: Progress) -> Step:
        """The call to make next, given what is already there."""

    @abstractmethod
    async def take(self, step: Step, parcel: Payload, progress: Progress) -> Progress | Receipt:
        """Make that call: new progress to remember, or where the post now stands."""

    @abstractmethod
    async def find(self, parcel: Payload, progress: Progress, since: datetime) -> Receipt | Absent:
        """Look up a submit whose answer was lost. since: when it was first sent."""

    @abstractmethod
    async def status(self, external_id: str | None, progress: Progress) -> Receipt:
        """Where an accepted or live post stands now."""

    @abstractmethod
    async def withdraw(self, external_id: str | None, progress: Progress) -> Receipt:
        """Take a post down: gone, or awaiting_person. Harmless when repeated; NotThere: it is gone already."""

    @abstractmethod
    async def comments(self, external_id: str, progress: Progress, stored: int, since: datetime | None) -> Comments:
        """What is new after `stored` comments and the look at `since` (None: the first); known ones may come again."""

    @abstractmethod
    async def counts(self, external_id: str, progress: Progress) -> Counts:
        """The platform's own numbers."""
