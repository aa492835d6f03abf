"""A file that goes out gives its signed bytes or none, also when it is written to while it is read."""

import asyncio
import hashlib
import time
from pathlib import Path

import pytest

from channels import media_file
from channels.errors import ContentChanged
from channels.media_file import Media
from yiyuan.storage import file_digest

CONTENT = bytes(range(256)) * 40


@pytest.fixture(params=[0, file_digest.REMEMBERED], ids=["large", "small"])
def media(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Media:
    monkeypatch.setattr(file_digest, "REMEMBERED", request.param)
    monkeypatch.setattr(media_file, "PIECE", 1000)
    path = tmp_path / "video.mp4"
    path.write_bytes(CONTENT)
    time.sleep(0.02)  # a change within one tick of the file system's clock has no date of its own
    return Media(path, hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), "video/mp4")


async def streamed(media: Media, offset: int, size: int, *, changing: bool = False) -> bytes:
    got = b""
    async for piece in media.stream(offset, size):
        got += piece
        if changing:
            media.path.write_bytes(CONTENT[::-1])
    return got


def test_the_signed_bytes_are_given(media: Media) -> None:
    media.check()
    assert asyncio.run(media.read()) == CONTENT
    with media.opened() as file:
        assert file.read() == CONTENT
    assert asyncio.run(streamed(media, 0, len(CONTENT))) == CONTENT
    assert asyncio.run(streamed(media, 1500, 3000)) == CONTENT[1500:4500]
    assert asyncio.run(streamed(media, 10_000, 9000)) == CONTENT[10_000:]


def test_others_are_not(media: Media) -> None:
    media.check()
    media.path.write_bytes(CONTENT[::-1])
    with pytest.raises(ContentChanged):
        media.check()
    with pytest.raises(ContentChanged):
        asyncio.run(media.read())
    with pytest.raises(ContentChanged), media.opened():
        pass
    with pytest.raises(ContentChanged):
        asyncio.run(streamed(media, 0, 1000))


def test_a_file_written_to_meanwhile_is_not_given_to_its_end(media: Media) -> None:
    with pytest.raises(ContentChanged):
        asyncio.run(streamed(media, 0, len(CONTENT), changing=True))
    media.path.write_bytes(CONTENT)
    with pytest.raises(ContentChanged), media.opened():
        media.path.write_bytes(CONTENT[::-1])
