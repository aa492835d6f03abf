"""A sandbox in a process of its own, accounts connected to it, and an approved revision with a variant for each."""

import asyncio
import io
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from sqlalchemy.orm import Session

from channels import registry
from channels.accounts import accounts
from channels.accounts.accounts import AccountForm
from channels.delivery import deliver, planning
from release import content
from tests.support.platform_fixture import PlatformFixture
from yiyuan import clock
from yiyuan.codes import AssetRole, PostState
from yiyuan.db.session import transaction
from yiyuan.models import Account, Consent, Decision, Item, Post, Revision, Staff, Variant
from yiyuan.storage import media

#: What each platform's folder of tests says about its sandbox; adding a platform adds a file there.
FIXTURES: dict[str, PlatformFixture] = {
    code: import_module(f"tests.channels.platforms.{code}.fixtures").FIXTURE for code in registry.platforms()
}
APPS = {code: dict(fixture.credentials) for code, fixture in FIXTURES.items()}
SUBMIT = {code: fixture.submit_path for code, fixture in FIXTURES.items() if fixture.submit_path}
VIDEO = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 400


class Sandbox:
    """The sandbox platforms under an address of their own; `kill` is kill -9."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "channels.sandbox", "--port", str(port), "--folder", str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        # The server drops a connection that was idle for its five seconds, at worst as the next call is written to it.
        limits = httpx.Limits(max_keepalive_connections=0)
        self.http = httpx.Client(base_url=self.url, trust_env=False, limits=limits)

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self.http.post(path, json=dict(body or {})).raise_for_status().json()

    def get(self, path: str) -> Any:
        return self.http.get(path).raise_for_status().json()

    def fault(self, path: str, kind: str, times: int = 1, code: int = 0, seconds: float = 0) -> None:
        self.post("/admin/faults", {"path": path, "kind": kind, "times": times, "code": code, "seconds": seconds})

    def posts(self, platform: str = "") -> list[dict[str, Any]]:
        return [row for row in self.get("/admin/posts") if not platform or row["platform"] == platform]

    def calls(self, path: str) -> int:
        return len(self.http.get("/admin/calls", params={"path": path}).json())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        self.http.close()
        self.kill()
        assert self.process.stdout is not None
        self.process.stdout.close()


def credentials(sandbox: Sandbox, platform: str) -> dict[str, str]:
    fixture = FIXTURES[platform]
    once = {fixture.code_field: sandbox.post("/admin/codes")["code"]} if fixture.code_field else {}
    return {**fixture.credentials, **once}


def connect(sandbox: Sandbox, staff: Staff, platform: str, name: str = "示范医院") -> int:
    form = AccountForm(platform=platform, name=name, credentials=credentials(sandbox, platform), sandbox=True)
    return asyncio.run(accounts.connect(staff, form))


def picture(color: str = "teal", side: int = 64) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (side, side), color).save(target, "JPEG")
    return target.getvalue()


def _sign(s: Session, revision: Revision, level: int, person: Staff) -> None:
    decision = Decision(
        revision_id=revision.id, level=level, staff_id=person.id, verdict="approve", digest=revision.digest,
        findings_digest=content.findings_digest(s, revision), signed_at=clock.now(), reason="", answers={}, mac="",
    )  # fmt: skip
    decision.mac = content.decision_mac(decision)
    s.add(decision)


def _item(s: Session, staff: Mapping[str, Staff]) -> tuple[Item, Revision]:
    moment, author = clock.now(), staff["doctor"].id
    item = Item(
        title="春季护心", author_id=author, department="心内科", content_class="kepu", policy="short_video",
        state="approved", created_at=moment, updated_at=moment,
    )  # fmt: skip
    s.add(item)
    s.flush()
    revision = Revision(item_id=item.id, number=1, editors=[author], texts={"title": "春季护心"}, created_at=moment)
    s.add(revision)
    s.flush()
    return item, revision


def moving() -> bytes:
    """A gif of three frames."""
    target = io.BytesIO()
    first, *rest = (Image.new("RGB", (48, 48), color) for color in ("teal", "red", "white"))
    first.save(target, "GIF", save_all=True, append_images=rest, duration=100)
    return target.getvalue()


def approved(
    staff: Mapping[str, Staff],
    account_ids: list[int],
    consent: Consent | None = None,
    insets: Sequence[tuple[bytes, str]] = (),
) -> int:
    """A revision signed three times, with one variant per account; returns its id.

    insets: content and media type of further pictures in the article.
    """
    with transaction() as s:
        item, revision = _item(s, staff)
        owner: dict[str, Any] = {"item_id": item.id, "revision_id": revision.id}
        sealed = media.store_sealed(s, b"raw " + VIDEO, role=AssetRole.VIDEO, **owner)
        video = media.store_derived(
            s, VIDEO, role=AssetRole.VIDEO, media_type="video/mp4", source_id=sealed.id, **owner
        )
        cover = media.store_derived(s, picture(), role=AssetRole.COVER, media_type="image/jpeg", **owner)
        inside = media.store_derived(s, picture("red"), role=AssetRole.ATTACHMENT, media_type="image/jpeg", **owner)
        more = [media.store_derived(s, image, role=AssetRole.INSET, media_type=form, **owner) for image, form in insets]
        for account_id in account_ids:
            platform = s.get_one(Account, account_id).platform
            html = f'<p>每天走一走</p><p><img alt="图" src="/media/{inside.id}"></p>'
            html += "".join(f'<p><img src="asset:{asset.id}" alt="图：{asset.id}"></p>' for asset in more)
            body = html if platform == "official_account" else "每天走一走，心脏更健康。"
            s.add(
                Variant(
                    revision_id=revision.id,
                    account_id=account_id,
                    platform=platform,
                    title="春季护心",
                    body=body,
                    tags=["心脏", "科普"],
                    cover_id=cover.id,
                    video_id=video.id,
                )
            )
        if consent is not None:
            consent.item_id, consent.recorded_by, consent.recorded_at = item.id, staff["doctor"].id, clock.now()
            s.add(consent)
        revision.digest = content.revision_digest(s, revision)
        for level, role in enumerate(("doctor", "reviewer", "publicity"), 1):
            _sign(s, revision, level, staff[role])
        return revision.id


def planned(
    staff: Mapping[str, Staff],
    account_ids: list[int],
    consent: Consent | None = None,
    insets: Sequence[tuple[bytes, str]] = (),
) -> list[int]:
    """Ids of the planned posts of a new approved revision, in the order of the accounts."""
    revision_id = approved(staff, account_ids, consent, insets)
    with transaction() as s:
        by_account = {post.account_id: post.id for post in planning.plan(s, revision_id)}
    return [by_account[account_id] for account_id in account_ids]


def look(post_id: int) -> Post:
    with transaction(read_only=True) as s:
        return s.get_one(Post, post_id)


def carry(post_ids: list[int], *, seconds: float = 20) -> list[PostState]:
    """Do what the worker does, tick after tick, until nothing moves by itself any more; the states then."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        deliver.reconcile()
        for post_id in deliver.due():
            deliver.deliver(post_id)
        states = [look(post_id).state for post_id in post_ids]
        if all(state in ("live", "awaiting_person", "refused", "parked", "withdrawn") for state in states):
            return states
        time.sleep(0.02)
    raise AssertionError([(look(post_id).state, look(post_id).message) for post_id in post_ids])
