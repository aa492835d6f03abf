"""What every channel of the registry has to fulfil, whatever the platform."""

import ast
import asyncio
import hashlib
import inspect
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels import capability_matrix, registry
from channels.accounts import credentials
from channels.capabilities import Can
from channels.contract import Absent, Channel, Payload, Progress, Receipt
from channels.delivery import deliver, payload
from channels.errors import ChannelError, ContentChanged, OutcomeUnknown
from channels.media_file import Media
from channels.registry import channel, step_label
from tests.support.channels import APPS, VIDEO, Sandbox, look, picture, planned
from tests.support.channels import SUBMIT as SUBMIT_PATHS
from yiyuan.codes import AssetKind, AttemptStep
from yiyuan.db.session import transaction
from yiyuan.errors import Missing
from yiyuan.models import Asset, Post, Staff
from yiyuan.storage import file_digest
from yiyuan.storage import media as storage
from yiyuan.storage.file_digest import FileDigests

every = pytest.mark.parametrize("platform", list(registry.platforms()))
automatic = pytest.mark.parametrize(
    "platform", [name for name, row in registry.all_capabilities().items() if Can.YES in (row.video, row.article)]
)


def media(folder: Path, name: str, content: bytes, media_type: str) -> Media:
    path = folder / name
    path.write_bytes(content)
    return Media(path, hashlib.sha256(content).hexdigest(), len(content), media_type)


@pytest.fixture
def parcel(tmp_path: Path) -> Payload:
    cover = media(tmp_path, "cover.jpg", picture(), "image/jpeg")
    return Payload(
        title="春季护心", body="每天走一走", tags=("心脏", "科普"), marker="yy1abcdef", cover=cover,
        video=media(tmp_path, "video.mp4", VIDEO, "video/mp4"), link="http://127.0.0.1:8000/posts/1",
    )  # fmt: skip


def use(account_id: int, work: Callable[[Channel], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with credentials.opened(account_id) as adapter:
            return await work(adapter)

    return asyncio.run(run())


async def published(
    adapter: Channel, parcel: Payload, *, until: str = ""
) -> tuple[Receipt | None, Progress, list[str]]:
    """Step after step, as the ledger does; stops before the step `until`."""
    progress: Progress = {}
    names: list[str] = []
    while len(names) < 50:
        step = adapter.next_step(parcel, progress)
        if step.name == until:
            return None, progress, names
        names.append(step.name)
        result = await adapter.take(step, parcel, dict(progress))
        if isinstance(result, Receipt):
            return result, progress | result.progress, names
        assert result, "a step that leaves no trace would be made for ever"
        progress |= result
    raise AssertionError(names)


async def settled(adapter: Channel, receipt: Receipt, progress: Progress) -> Receipt:
    for _turn in range(20):
        if receipt.state != "accepted":
            break
        found = await adapter.status(receipt.external_id, progress)
        receipt = Receipt(
            state=found.state,
            external_id=found.external_id or receipt.external_id,
            url=found.url,
            message=found.message,
        )
    return receipt


@every
def test_the_row_is_complete(platform: str) -> None:
    row, kind = registry.capabilities(platform), channel(platform)
    assert kind.can is row
    assert row.platform == platform
    assert date(2025, 1, 1) < row.verified
    assert re.search(r"[\u4e00-\u9fff]", row.name)
    assert row.source
    assert all(re.search(r"[\u4e00-\u9fffA-Z]", field.label) for field in kind.fields)
    assert row.grace_seconds > 0
    assert set(kind.spendable).isdisjoint({"thumb_media_id", "cover_url"}), "what is not used up is kept"


def test_an_unknown_platform_is_missing() -> None:
    with pytest.raises(Missing):
        channel("douyin_web_cookie")


@every
def test_adapters_do_not_catch_retry_sleep_or_store(platform: str) -> None:
    for kind in channel(platform).__mro__:
        if not kind.__module__.startswith("channels."):
            continue
        tree = ast.parse(inspect.getsource(inspect.getmodule(kind)))  # type: ignore[arg-type]
        imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any(isinstance(node, ast.Try | ast.ExceptHandler) for node in ast.walk(tree)), kind
        assert not imported & {
            "tenacity",
            "sqlalchemy",
            "sqlalchemy.orm",
            "yiyuan.db.session",
            "yiyuan.models",
            "time",
        }, kind


@every
def test_only_https_hosts_of_the_platform(platform: str) -> None:
    assert all("." in host and ":" not in host for host in channel(platform).dialect.hosts)


@every
def test_it_publishes_step_by_step(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str, parcel: Payload
) -> None:
    async def work(adapter: Channel) -> None:
        receipt, progress, names = await published(adapter, parcel)
        assert receipt is not None
        assert names.count(AttemptStep.SUBMIT) == (platform in SUBMIT_PATHS)
        assert set(names) - set(AttemptStep) <= adapter.step_labels.keys()
        if receipt.pack is not None:
            receipt.pack.unlink()
            assert receipt.state == "awaiting_person"
            return
        end = await settled(adapter, receipt, progress)
        assert (end.state, bool(end.external_id), bool(end.url)) == ("live", True, True)

    use(accounts[platform], work)


def _steps_in(kind: type[Channel]) -> set[str]:
    """Names that an adapter's modules give to Step(...), also in a choice between two."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(kind)))  # type: ignore[arg-type]
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    arguments = (arg for call in calls if call.func.id == "Step" for arg in call.args)  # type: ignore[attr-defined]
    choices = (part for arg in arguments for part in ([arg.body, arg.orelse] if isinstance(arg, ast.IfExp) else [arg]))
    return {str(part.value) for part in choices if isinstance(part, ast.Constant)}


@every
def test_every_step_it_writes_has_a_chinese_label_and_no_label_is_dead(platform: str) -> None:
    kind = channel(platform)
    written = set().union(*map(_steps_in, [k for k in kind.__mro__ if k.__module__.startswith("channels.")]))
    assert written == kind.step_labels.keys()
    for step in (*written, *AttemptStep):
        label = step_label(platform, step)
        assert re.search(r"[\u4e00-\u9fff]", label) and not re.search("[a-z]", label)
    assert step_label(platform, "something_of_yore") == "其他步骤"


@automatic
def test_each_step_depends_on_the_progress_only(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str, parcel: Payload
) -> None:
    """A new process must go on where the old one stopped."""

    async def work(adapter: Channel) -> None:
        _receipt, progress, names = await published(adapter, parcel, until=AttemptStep.SUBMIT)
        assert adapter.next_step(parcel, dict(progress)).submits
        assert adapter.next_step(parcel, {}).name == names[0]

    use(accounts[platform], work)


@automatic
def test_the_look_up_tells_absent_from_found(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str, parcel: Payload
) -> None:
    since = datetime.now(UTC)

    async def work(adapter: Channel) -> None:
        _nothing, progress, _names = await published(adapter, parcel, until=AttemptStep.SUBMIT)
        assert await adapter.find(parcel, progress, since) == Absent(resend=True)
        step = adapter.next_step(parcel, progress)
        sandbox.fault(SUBMIT_PATHS[platform], "drop_after")
        with pytest.raises(OutcomeUnknown):
            await adapter.take(step, parcel, progress)
        found = await adapter.find(parcel, progress, since)
        assert found != Absent(resend=True), "it is there: sending again would double it"
        await asyncio.sleep(0.4)
        found = await adapter.find(parcel, progress, since)
        assert isinstance(found, Receipt)
        assert found.external_id == sandbox.posts(platform)[0]["id"]

    use(accounts[platform], work)


@automatic
def test_the_look_up_finds_its_own_among_many(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str, parcel: Payload
) -> None:
    """Same title, other marker: somebody else's post is never taken for ours, not even on a later page."""
    since = datetime.now(UTC) - timedelta(seconds=1)

    async def work(adapter: Channel) -> None:
        _receipt, progress, _names = await published(adapter, parcel)
        for number in range(21):
            await published(adapter, replace(parcel, marker=f"other{number}"))
        await asyncio.sleep(0.4)
        found = await adapter.find(parcel, progress, since)
        assert isinstance(found, Receipt)
        shown = next(row for row in sandbox.posts(platform) if row["id"] == found.external_id)
        assert parcel.marker in shown.get("content_source_url", "") + shown.get("desc", "")

    use(accounts[platform], work)


@automatic
def test_taking_down_twice_is_harmless(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str, parcel: Payload
) -> None:
    from channels.errors import NotFoundOnPlatform

    async def work(adapter: Channel) -> None:
        receipt, progress, _names = await published(adapter, parcel)
        assert receipt is not None
        end = await settled(adapter, receipt, progress)
        assert (await adapter.withdraw(end.external_id, progress)).state == "gone"
        with pytest.raises(NotFoundOnPlatform):
            await adapter.withdraw(end.external_id, progress)

    use(accounts[platform], work)


@automatic
def test_a_used_up_upload_is_said_so(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str, parcel: Payload
) -> None:
    from channels.errors import HandleExpired

    async def work(adapter: Channel) -> None:
        _receipt, progress, _names = await published(adapter, parcel)
        step = adapter.next_step(parcel, progress)
        assert step.submits
        with pytest.raises(HandleExpired):
            await adapter.take(step, parcel, progress)
        assert len(sandbox.posts(platform)) == 1

    use(accounts[platform], work)


@automatic
@pytest.mark.parametrize(("kind", "seconds"), [("drop_before", 0.0), ("fail_after", 0.0), ("429", 5.0)])
def test_faults_come_out_as_their_class(
    sandbox: Sandbox,
    staff: dict[str, Staff],
    accounts: dict[str, int],
    platform: str,
    parcel: Payload,
    kind: str,
    seconds: float,
) -> None:
    async def work(adapter: Channel) -> None:
        _nothing, progress, _names = await published(adapter, parcel, until=AttemptStep.SUBMIT)
        sandbox.fault(SUBMIT_PATHS[platform], kind, seconds=seconds)
        with pytest.raises(ChannelError) as caught:
            await adapter.take(adapter.next_step(parcel, progress), parcel, progress)
        assert type(caught.value).__name__ == ("RateLimited" if kind == "429" else "OutcomeUnknown")

    use(accounts[platform], work)


def _changed(post_id: int, role: str) -> None:
    """One byte of a file of the post, the length as before."""
    with transaction(read_only=True) as s:
        post = s.get_one(Post, post_id)
        asset = s.scalars(
            select(Asset).where(
                Asset.revision_id == post.revision_id, Asset.role == role, Asset.kind == AssetKind.DERIVED
            )
        ).one()
        path = storage.derived_path(asset)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def _files_that_go_out(platform: str) -> list[str]:
    return ["video", "cover", "attachment"] if registry.capabilities(platform).article_only else ["video", "cover"]


FILES = [(platform, role) for platform in registry.platforms() for role in _files_that_go_out(platform)]


@pytest.mark.parametrize("remembered_from", [0, file_digest.REMEMBERED], ids=["large", "small"])
@pytest.mark.parametrize(("platform", "role"), FILES)
def test_a_file_changed_after_the_token_was_checked_is_refused_and_nothing_is_sent(
    sandbox: Sandbox,
    staff: dict[str, Staff],
    accounts: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    role: str,
    remembered_from: int,
) -> None:
    monkeypatch.setattr(file_digest, "REMEMBERED", remembered_from)
    (post_id,) = planned(staff, [accounts[platform]])
    build, before = payload.build, len(sandbox.get("/admin/calls"))

    def built(s: Session, post_id: int, digests: FileDigests) -> Payload:
        parcel = build(s, post_id, digests)
        time.sleep(0.02)  # a change within one tick of the file system's clock has no date of its own
        _changed(post_id, role)
        return parcel

    monkeypatch.setattr(payload, "build", built)
    assert deliver.deliver(post_id) == "refused"
    assert "不一致" in look(post_id).message
    assert sandbox.posts() == []
    assert look(post_id).progress == {}
    assert len(sandbox.get("/admin/calls")) == before
    with transaction(read_only=True) as s:
        assert s.scalars(select(Asset.id).where(Asset.role == "pack")).all() == []


@pytest.mark.parametrize(("platform", "role"), [pair for pair in FILES if pair != ("official_account", "video")])
def test_an_adapter_is_given_no_bytes_but_those_that_were_signed(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], parcel: Payload, platform: str, role: str
) -> None:
    """Changed at the very last moment, inside the step, when every check before it has passed."""
    files = {"/media/1": media(parcel.cover.path.parent, "1.jpg", picture("red"), "image/jpeg")} if parcel.cover else {}
    whole = replace(parcel, body='<p><img src="/media/1"></p>', images=files if role == "attachment" else {})
    changed = {"video": whole.video, "cover": whole.cover, "attachment": files["/media/1"]}[role]
    assert changed is not None
    changed.path.write_bytes(bytes(changed.size))

    async def work(adapter: Channel) -> None:
        with pytest.raises(ContentChanged, match="不一致"):
            await published(adapter, whole)

    use(accounts[platform], work)
    assert sandbox.posts() == []


@every
def test_numbers_it_does_not_know_are_unknown(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str
) -> None:
    async def work(adapter: Channel) -> None:
        if adapter.can.metrics in (Can.NO, Can.ASSISTED):
            assert (await adapter.counts("x", {})).comments is None
        if adapter.can.comments in (Can.NO, Can.ASSISTED):
            assert (await adapter.comments("x", {}, 0, None)).count is None

    use(accounts[platform], work)


@every
def test_the_tests_know_its_credentials(platform: str) -> None:
    wanted = {field.name for field in channel(platform).fields if not field.once}
    assert set(APPS[platform]) == wanted


def test_the_page_is_generated() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "channels.md"
    assert page.read_text() == capability_matrix.page(), (
        "run: python -m channels.capability_matrix > docs/reference/channels.md"
    )
