"""Uploads go from the network into their seal; what fails loses no text and leaves no file."""

import asyncio
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from console.web import multipart
from console.web.forms import Form
from tests.support.browser_client import Enter, Visitor
from tests.support.console import World, clip
from tests.support.server import Serving
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput
from yiyuan.models import Asset, Item
from yiyuan.settings import settings
from yiyuan.storage import blob_store, media

MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}
MARK = b"PLAIN-PATIENT-VIDEO-"


@pytest.fixture
def served(world: World) -> Iterator[Enter]:
    """People at a real server: the test client hands a body over in one piece."""
    serving = Serving()
    yield lambda role: Visitor(httpx.Client(base_url=serving.url, trust_env=False, timeout=30)).log_in(role)
    serving.stop()


def _fields(visitor: Visitor, world: World, **more: object) -> dict[str, object]:
    fields: dict[str, object] = {"csrf": visitor.csrf, "title": "在家量血压", "summary": "三步", "then": "draft"}
    return fields | {"accounts": [str(number) for number in world.accounts]} | more


def _assets(role: str = "video") -> list[Asset]:
    with transaction(read_only=True) as s:
        return s.query(Asset).filter(Asset.role == role).all()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_video_is_sealed_as_it_arrives_and_no_plain_byte_touches_the_disk(
    served: Enter, world: World, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    content = MARK * 400_000  # 8 MB: far beyond what a form parser keeps in memory
    seen: list[int] = []
    sealed = media.seal_stream

    def watching(source: Iterator[bytes], **more: object) -> Asset:
        def tapped() -> Iterator[bytes]:
            for chunk in source:
                seen.append(len(chunk))
                assert not any(MARK in path.read_bytes() for path in [*_files(temporary), *_files(home)])
                yield chunk

        return sealed(tapped() if more["role"] == "video" else source, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("console.items.submission_upload.media.seal_stream", watching)
    whole = _body(content, {"csrf": (doctor := served("doctor")).csrf, "title": "在家量血压", "then": "draft"})
    pieces = (whole[at : at + 65536] for at in range(0, len(whole), 65536))
    answer = doctor.client.post("/items/new", content=pieces, headers=MULTIPART)
    assert answer.status_code == 303
    assert sum(seen) == len(content) and len(seen) > 20
    asset = _assets()[0]
    assert (asset.kind, asset.size, asset.media_type) == ("original", len(content), "video/mp4")
    with media.open_asset(asset) as stream:
        assert stream.read() == content
    assert not any(MARK in path.read_bytes() for path in [*_files(temporary), *_files(home)])


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "文件是空的"), (b"x" * 3_000_000, "文件超过 2 MB 的上限")], ids=["empty", "too large"]
)
def test_a_bad_file_keeps_the_texts_as_a_draft_and_leaves_nothing_behind(
    visitor: Enter, world: World, home: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, words: str
) -> None:
    monkeypatch.setenv("YIYUAN_UPLOAD_MAX_BYTES", str(2 * 1024**2))
    settings.cache_clear()
    doctor = visitor("doctor")
    files = {"video": ("a.mp4", content, "video/mp4")}
    answer = doctor.client.post("/items/new", data=_fields(doctor, world), files=files)
    assert answer.status_code == 422 and words in answer.text and "三步" in answer.text
    assert _assets() == []
    assert not [path for path in _files(blob_store.folder()) if path.stat().st_size > 100_000]
    with transaction(read_only=True) as s:
        item = s.query(Item).one()
    assert f'action="/items/{item.id}/edit"' in answer.text and f'name="version" value="{item.version}"' in answer.text
    again = doctor.client.post(
        f"/items/{item.id}/edit", data=_fields(doctor, world, version=item.version), files={"video": ("a.mp4", clip())}
    )
    assert again.status_code == 303 and len(_assets()) == 1
    with transaction(read_only=True) as s:
        assert s.query(Item).count() == 1


def test_an_announced_size_over_the_limit_is_refused_before_a_byte_is_read(visitor: Enter, world: World) -> None:
    doctor = visitor("doctor")
    headers = {
        "Content-Length": str(settings().upload_max_bytes + 10**8), "X-CSRF-Token": doctor.csrf, "HX-Request": "true",
        "Content-Type": "multipart/form-data; boundary=b",
    }  # fmt: skip
    answer = doctor.client.post("/items/new", content=b"--b--", headers=headers)
    assert answer.status_code == 422 and "文件超过 2048 MB" in answer.text


def test_script_uploads_are_told_where_to_go_on(visitor: Enter, world: World) -> None:
    doctor = visitor("doctor")
    files = {"video": ("a.mp4", b"", "video/mp4")}
    headers = {"HX-Request": "true", "X-CSRF-Token": doctor.csrf}
    answer = doctor.client.post("/items/new", data=_fields(doctor, world), files=files, headers=headers)
    assert answer.status_code == 422 and "文件是空的" in answer.text and "<" not in answer.text
    assert answer.headers["x-continue"].endswith("/edit") and int(answer.headers["x-version"]) >= 1
    good = doctor.client.post(
        "/items/new", data=_fields(doctor, world), files={"video": ("a.mp4", b"x")}, headers=headers
    )
    assert good.status_code == 204 and good.headers["hx-redirect"].endswith("?done=draft")


def test_a_missing_title_names_the_field_and_keeps_what_was_typed(visitor: Enter, world: World) -> None:
    doctor = visitor("doctor")
    answer = doctor.client.post("/items/new", data=_fields(doctor, world, title=" "))
    assert answer.status_code == 422 and 'id="fault-title"' in answer.text and "三步" in answer.text


def _request(parts: list[bytes], boundary: str = "b") -> Request:
    pending = [{"type": "http.request", "body": part, "more_body": True} for part in parts]

    async def receive() -> dict[str, object]:
        return pending.pop(0) if pending else {"type": "http.disconnect"}

    headers = [(b"content-type", f"multipart/form-data; boundary={boundary}".encode())]
    request = Request({"type": "http", "method": "POST", "path": "/", "headers": headers, "state": {}}, receive)
    request.state.visit, request.state.csrf_checked = None, True
    return request


def _body(content: bytes, fields: dict[str, str], boundary: str = "b") -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="video"; filename="a.mp4"\r\n\r\n'.encode()
    return b"".join(parts) + head + content + f"\r\n--{boundary}--\r\n".encode()


class _Taken:
    """Takes a file the way the store does, and notes how it ended."""

    def __init__(self) -> None:
        self.content, self.broken, self.fields = b"", False, Form()

    def __call__(self, form: Form, _name: str, _filename: str, chunks: multipart.Chunks) -> None:
        self.fields = form
        try:
            for chunk in chunks:
                self.content += chunk
        except multipart.Broken:
            self.broken = True
            raise


def test_a_sender_that_breaks_off_is_noticed_on_both_sides() -> None:
    whole = _body(b"x" * 5000, {"title": "标题"})
    taken = _Taken()
    with pytest.raises(BadInput, match="上传中断"):
        asyncio.run(multipart.receive(_request([whole[:900], whole[900:2000]]), taken))
    assert taken.broken


def test_a_body_that_only_stops_is_not_a_whole_file() -> None:
    whole = _body(b"x" * 5000, {})
    taken = _Taken()
    request = _request([])
    pending = [{"type": "http.request", "body": whole[:3000], "more_body": False}]

    async def receive() -> dict[str, object]:
        return pending.pop(0)

    request._receive = receive
    with pytest.raises(BadInput, match="上传中断"):
        asyncio.run(multipart.receive(request, taken))
    assert taken.broken


@given(st.binary(max_size=4000), st.lists(st.integers(1, 300), max_size=40), st.text(max_size=50))
def test_any_cut_of_the_body_gives_the_same_fields_and_bytes(content: bytes, cuts: list[int], text: str) -> None:
    plain = text.replace("\r", "").replace("\n", "").replace("--b", "")
    whole, parts, at = _body(content.replace(b"\r\n--b", b""), {"title": plain}), [], 0
    for cut in cuts:
        parts.append(whole[at : at + cut])
        at += cut
    pending = [{"type": "http.request", "body": p, "more_body": True} for p in [*parts, whole[at:]] if p]
    pending.append({"type": "http.request", "body": b"", "more_body": False})
    request = _request([])

    async def receive() -> dict[str, object]:
        return pending.pop(0)

    request._receive = receive
    taken = _Taken()
    form = asyncio.run(multipart.receive(request, taken))
    assert form.text("title") == plain.strip()
    assert taken.content == content.replace(b"\r\n--b", b"")


def test_other_pages_answer_while_an_upload_runs(served: Enter, world: World) -> None:
    """Nothing is locked while bytes arrive: the database has one writer and an upload takes minutes."""
    doctor, other = served("doctor"), served("reviewer")
    started, proceed = threading.Event(), threading.Event()

    def slow() -> Iterator[bytes]:
        whole = _body(b"x" * 100_000, {"csrf": doctor.csrf, "title": "慢慢传", "then": "draft"})
        yield whole[:2000]
        started.set()
        assert proceed.wait(20)
        yield whole[2000:]

    answers: list[int] = []
    sender = threading.Thread(
        target=lambda: answers.append(doctor.client.post("/items/new", content=slow(), headers=MULTIPART).status_code)
    )
    sender.start()
    assert started.wait(20)
    assert other.send("/me/notices", {"urls": ""}).status_code == 303  # a write
    assert other.get("/inbox").status_code == 200
    proceed.set()
    sender.join(20)
    assert answers == [303]


def test_nothing_of_a_form_is_read_beyond_the_limit(visitor: Enter) -> None:
    doctor = visitor("doctor")
    answer = doctor.client.post("/me/notices", data={"csrf": doctor.csrf, "urls": "x" * 1_200_000})
    assert answer.status_code == 422 and "过长" in answer.text


def test_starlette_never_parses_multipart_for_us() -> None:
    source = "".join(path.read_text() for path in Path(multipart.__file__).parent.rglob("*.py"))
    assert ".form()" not in source and "UploadFile" not in source and "Form(" in source
