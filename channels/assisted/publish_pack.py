"""The publish pack of an assisted channel: everything a person needs to post by hand, in one zip.

The same parcel gives the same bytes, so a pack made again after a crash is the same asset.
"""

import hashlib
import io
import json
import os
import tempfile
import zipfile
from pathlib import Path

import segno

from channels.contract import Payload
from channels.media_file import Media
from yiyuan.storage import blob_store

#: No clock in the archive.
_MOMENT = (2020, 1, 1, 0, 0, 0)
_SUFFIX = {"image/png": ".png", "video/mp4": ".mp4"}


def caption(parcel: Payload) -> str:
    """What to paste: title, text and tags."""
    tags = " ".join(f"#{tag}" for tag in parcel.tags)
    return "\n\n".join(part for part in (parcel.title, parcel.body, tags) if part)


def qr(link: str) -> bytes:
    """A PNG with the address, to open it on the phone."""
    image = io.BytesIO()
    segno.make(link, error="m").save(image, kind="png", scale=8, border=3)
    return image.getvalue()


def build(parcel: Payload, checklist: list[str]) -> Path:
    """Write the pack to a temporary file and return its path; the caller removes it.

    ContentChanged when a file is not what was signed; then nothing is left behind.
    """
    lines = "".join(f"[ ] {number}. {line}\n" for number, line in enumerate(checklist, 1))
    # With a byte order mark Windows' own editor shows the Chinese as Chinese.
    texts = {"caption.txt": caption(parcel), "tags.txt": "\n".join(parcel.tags), "checklist.txt": lines}
    small = {name: text.encode("utf-8-sig") for name, text in texts.items()} | {"qr.png": qr(parcel.link)}
    manifest = {name: hashlib.sha256(content).hexdigest() for name, content in small.items()}
    files = {"video": parcel.video, "cover": parcel.cover}
    media = {
        f"{name}{_SUFFIX.get(asset.media_type, '.jpg')}": asset for name, asset in files.items() if asset is not None
    }
    manifest |= {name: asset.sha256 for name, asset in media.items()}
    small["manifest.json"] = json.dumps({"sha256": manifest}, indent=2, sort_keys=True).encode()
    handle, name = tempfile.mkstemp(suffix=".zip", dir=blob_store.work_folder())
    try:
        with os.fdopen(handle, "wb") as target, zipfile.ZipFile(target, "w") as archive:
            for entry in sorted(small):
                archive.writestr(zipfile.ZipInfo(entry, _MOMENT), small[entry])
            for entry, asset in sorted(media.items()):
                _add(archive, entry, asset)
    except BaseException:
        Path(name).unlink()
        raise
    return Path(name)


def _add(archive: zipfile.ZipFile, name: str, media: Media) -> None:
    # Media are compressed already; stored they can be opened from inside the zip.
    info = zipfile.ZipInfo(name, _MOMENT)
    with media.opened() as source, archive.open(info, "w", force_zip64=True) as target:
        while piece := source.read(1024 * 1024):
            target.write(piece)
