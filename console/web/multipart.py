"""Multipart uploads read as they arrive: fields are kept, file bytes go on chunk by chunk and touch no disk here."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream
from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from console.web.authorization import same, wanted_token, wrong_token
from console.web.forms import FIELDS_BYTES, FIELDS_COUNT, MULTIPART, Form, form_of, too_much
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.settings import settings

#: Chunks that may wait between the network and the sealed store; the sender is slowed down beyond that.
WAITING_CHUNKS = 8
#: Multipart headers and text fields beside the file.
OVERHEAD_BYTES = 2_000_000
DRAIN_BYTES = 32 * 1024**2

Chunks = Iterator[bytes]
#: Called in a worker thread with the fields so far, the file's field, its name and its bytes.
TakeFile = Callable[[Form, str, str, Chunks], None]


class Broken(Exception):
    """The sender stopped before the file was complete; raised out of the iterator of bytes."""


@dataclass
class _Part:
    name: str = ""
    filename: str | None = None
    value: bytearray = field(default_factory=bytearray)


class _Events:
    """Collects what the push parser finds in one chunk of the body, in order: ("part" | "data" | "end", payload)."""

    def __init__(self) -> None:
        self.found: list[tuple[str, _Part | bytes]] = []
        self._part, self._header, self._value = _Part(), b"", b""

    def part_begin(self) -> None:
        self._part = _Part()

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            options = parse_options_header(self._value)[1]
            self._part.name = options.get(b"name", b"").decode(errors="replace")
            raw = options.get(b"filename")
            self._part.filename = None if raw is None else raw.decode(errors="replace")
        self._header, self._value = b"", b""

    def headers_finished(self) -> None:
        self.found.append(("part", self._part))

    def part_data(self, data: bytes, start: int, end: int) -> None:
        self.found.append(("data", data[start:end]))

    def part_end(self) -> None:
        self.found.append(("end", b""))

    def take(self) -> list[tuple[str, _Part | bytes]]:
        found, self.found = self.found, []
        return found


def check_length(request: Request) -> None:
    """Refuse by the announced length, before a byte is read; the store counts the real one."""
    announced = request.headers.get("content-length", "")
    limit = settings().upload_max_bytes
    if announced.isdigit() and int(announced) > limit + OVERHEAD_BYTES:
        raise BadInput(_("文件超过 {limit} MB，请压缩或剪短后重试").format(limit=limit // 1024**2), field="file")


async def _events(request: Request) -> AsyncIterator[tuple[str, _Part | bytes]]:
    events = _Events()
    boundary = parse_options_header(request.headers.get("content-type", ""))[1].get(b"boundary", b"")
    if not boundary:
        raise BadInput(_("上传的数据不完整，请重新选择文件"))
    names = ("part_begin", "header_field", "header_value", "header_end", "headers_finished", "part_data", "part_end")
    parser = MultipartParser(boundary, {f"on_{name}": getattr(events, name) for name in names})  # type: ignore[arg-type]
    try:
        async for chunk in request.stream():
            parser.write(chunk)
            for event in events.take():
                yield event
    except (FormParserError, ClientDisconnect):
        raise BadInput(_("上传中断，请检查网络后重新上传"), field="file") from None
    if parser.state.name != "END":
        raise BadInput(_("上传中断，请检查网络后重新上传"), field="file")


def _pull(chunks: MemoryObjectReceiveStream[bytes | None]) -> Chunks:
    while True:
        try:
            chunk = anyio.from_thread.run(chunks.receive)
        except anyio.EndOfStream:
            raise Broken from None
        if chunk is None:
            return
        yield chunk


class _Receiver:
    """Walks through the events; hands each file to `take` in a thread."""

    def __init__(self, request: Request, take: TakeFile, form: Form) -> None:
        self.request, self.take, self.form, self.size = request, take, form, 0
        self.events = _events(request)

    async def run(self) -> Form:
        async for kind, payload in self.events:
            if kind == "part":
                assert isinstance(payload, _Part)
                await (self._field(payload) if payload.filename is None else self._file(payload))
        self._check_token()
        return self.form

    def _check_token(self) -> None:
        if not self.request.state.csrf_checked and not same(self.form.text("csrf"), wanted_token(self.request)):
            raise wrong_token()

    async def _field(self, part: _Part) -> None:
        async for data in self._data():
            part.value += data
            self.size += len(data)
            if self.size > FIELDS_BYTES or len(self.form) >= FIELDS_COUNT:
                raise too_much()
        self.form.add(part.name, part.value.decode(errors="replace"))

    async def _data(self) -> AsyncIterator[bytes]:
        async for kind, payload in self.events:
            if kind == "end":
                return
            assert isinstance(payload, bytes)
            yield payload

    async def _file(self, part: _Part) -> None:
        self._check_token()
        if not part.filename:  # a file field left empty
            async for _data in self._data():
                pass
            return
        await self._hand_over(part.name, part.filename)

    async def _hand_over(self, name: str, filename: str) -> None:
        send, receive = anyio.create_memory_object_stream[bytes | None](WAITING_CHUNKS)
        failure: list[Exception] = []

        async def consume() -> None:
            with receive:
                try:
                    await anyio.to_thread.run_sync(self.take, self.form, name, filename, _pull(receive))
                except Exception as error:
                    failure.append(error)

        async def feed() -> None:
            with send:
                try:
                    async for data in self._data():
                        await send.send(data)
                    await send.send(None)
                except anyio.BrokenResourceError:
                    pass  # the consumer gave up; its reason is in `failure`
                except BadInput as error:
                    failure.append(error)

        async with anyio.create_task_group() as group:
            group.start_soon(consume)
            group.start_soon(feed)
        if failure:
            await self._drain()
            raise failure[0] if not isinstance(failure[0], Broken) else failure[-1]

    async def _drain(self) -> None:
        """Read a short rest, else browsers report a broken connection instead of our answer."""
        left = DRAIN_BYTES
        try:
            async for _kind, payload in self.events:
                left -= len(payload) if isinstance(payload, bytes) else 0
                if left < 0:
                    return
        except BadInput:
            return


async def receive(request: Request, take: TakeFile, form: Form | None = None) -> Form:
    """Read a multipart request. `take` runs once per non-empty file, in a thread, while its bytes arrive.

    `form` is filled as fields arrive, so that the caller has them when the rest fails.

    The CSRF token must come before the first file, in the header or as an earlier field; Refused otherwise, with
    nothing handed on. When the sender breaks off, the iterator raises Broken and BadInput is raised here.
    """
    check_length(request)
    return await _Receiver(request, take, Form() if form is None else form).run()


async def form_with_files(request: Request, take: TakeFile, form: Form | None = None) -> Form:
    """The fields of a request that may carry files: as `receive` for a multipart one, else the form as it was read."""
    if request.headers.get("content-type", "").startswith(MULTIPART):
        return await receive(request, take, form)
    return form_of(request)
