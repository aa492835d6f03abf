"""Submissions with files, carried through the intake."""

import io
from typing import Any

import PIL.Image
from sqlalchemy import select

from review.approval import acceptance
from review.intake import pipeline
from review.items import lookup
from review.submission import attachments, submission
from tests.support.clips import Clip, drawn
from yiyuan.codes import AssetRole
from yiyuan.db.session import transaction
from yiyuan.models import Finding
from yiyuan.storage import media


def submitted(hospital: Any, *files: tuple[AssetRole, bytes], **more: object) -> int:
    """A submission with files (role, bytes), through the intake."""
    item_id: int = hospital.draft(**more)
    with transaction() as s:
        item = lookup.item(s, item_id)
        for role, content in files:
            asset = media.seal_stream(io.BytesIO(content), role=role, filename=role, media_type="video/mp4")
            attachments.attach(s, item, asset, editor=hospital.doctor)
        submission.submit(s, hospital.doctor, item_id, item.version)
    pipeline.run(hospital.revision(item_id).id)
    return item_id


def again(hospital: Any, item_id: int) -> None:
    with transaction() as s:
        acceptance.recheck(s, hospital.doctor, item_id, lookup.item(s, item_id).version)
    pipeline.run(hospital.revision(item_id).id)


def findings(hospital: Any, item_id: int, prefix: str) -> list[Finding]:
    with transaction(read_only=True) as s:
        query = select(Finding).where(Finding.revision_id == hospital.revision(item_id).id)
        return list(s.scalars(query.where(Finding.rule.startswith(prefix)).order_by(Finding.id)))


def picture() -> bytes:
    target = io.BytesIO()
    image = drawn(Clip(text="姓名：王小明 住院号：20260718", size=(640, 360)), 3)
    exif = PIL.Image.Exif()
    exif[0x010F] = "SecretPhone"
    image.save(target, "JPEG", quality=95, exif=exif)
    return target.getvalue()
