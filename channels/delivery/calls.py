"""One call to an adapter, with everything that can go wrong named as a ChannelError."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from channels.contract import Channel, Payload, Progress, Receipt, Step
from channels.errors import NotSent, OutcomeUnknown
from yiyuan import clock
from yiyuan.codes import AssetKind, AssetRole
from yiyuan.errors import Failed
from yiyuan.i18n import _
from yiyuan.models import Asset
from yiyuan.storage import blob_store, media

T = TypeVar("T")


async def understood(call: Awaitable[T]) -> T:
    """Await a call; an answer that the adapter cannot read may hide a success."""
    try:
        return await call
    except (LookupError, TypeError, ValueError) as error:
        raise OutcomeUnknown(_("平台的答复无法识别")) from error


async def called(
    channel: Channel, step: Step, parcel: Payload, progress: Progress
) -> tuple[Progress | Receipt, Asset | None]:
    """Make the call of a step; a publish pack it made is stored as an asset without a row yet."""
    try:
        result = await understood(channel.take(step, parcel, progress))
        pack = result.pack if isinstance(result, Receipt) else None
        return result, await asyncio.to_thread(_stored, pack) if pack else None
    except (OSError, Failed) as error:
        # Our own disk failed: before a submit nothing has happened, during one nobody knows.
        shown = error if isinstance(error, Failed) else blob_store.full_disk(error)
        reason = shown.message if isinstance(shown, Failed) else _("本机文件读写失败")
        raise OutcomeUnknown(reason) if step.submits else NotSent(reason) from error


def _stored(path: Path) -> Asset:
    try:
        sha256, blob, size = media.keep_derived(path)
    finally:
        path.unlink()
    return Asset(
        kind=AssetKind.DERIVED,
        role=AssetRole.PACK,
        sha256=sha256,
        blob=blob,
        size=size,
        filename="publish-pack.zip",
        media_type="application/zip",
        created_at=clock.now(),
    )
