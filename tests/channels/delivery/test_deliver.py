"""The ledger's states, against the sandbox over real HTTP."""

import hashlib
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from channels import article_html
from channels.contract import Step
from channels.delivery import deliver, failpoints, holds, ledger, planning, takedown
from channels.platforms.official_account.adapter import OfficialAccount
from tests.support.channels import SUBMIT, VIDEO, Sandbox, approved, carry, look, moving, picture, planned
from yiyuan import clock
from yiyuan.codes import ParkedAnswer
from yiyuan.db.session import transaction
from yiyuan.errors import Conflict, Refused
from yiyuan.models import Account, Asset, Attempt, AuditEntry, Consent, ManualPosting, Notice, Post, Staff, Variant
from yiyuan.settings import settings
from yiyuan.storage import media

AUTOMATIC = ("official_account", "bilibili")


def steps(post_id: int) -> list[tuple[str, str]]:
    with transaction(read_only=True) as s:
        return [(attempt.step, attempt.outcome) for attempt in ledger.attempts(s, post_id)]


def actions(post_id: int) -> list[str]:
    with transaction(read_only=True) as s:
        return list(
            s.scalars(
                select(AuditEntry.action).where(AuditEntry.subject == f"post:{post_id}").order_by(AuditEntry.number)
            )
        )


def test_one_theme_goes_out_as_three_variants(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    posts = planned(staff, list(accounts.values()))
    assert carry(posts) == ["live", "live", "awaiting_person"]
    assert {row["platform"] for row in sandbox.posts()} == set(AUTOMATIC)
    article, video = sandbox.posts("official_account")[0], sandbox.posts("bilibili")[0]
    assert f"{sandbox.url}/mmbiz.qpic.cn/" in article["content"]
    assert look(posts[0]).marker in article["content_source_url"]
    assert sandbox.http.get(f"/files/{video['video']}").content == VIDEO
    for post_id in posts[:2]:
        assert look(post_id).sandbox
        assert "沙箱" in sandbox.http.get(look(post_id).url).text
    assert steps(posts[0]) == [("cover", "ok"), ("image", "ok"), ("draft", "ok"), ("submit", "ok")]
    assert steps(posts[1]) == [("init", "ok"), ("part", "ok"), ("complete", "ok"), ("cover", "ok"), ("submit", "ok")]
    assert actions(posts[1]) == ["post.plan", "post.accepted", "post.live"]


def test_planning_twice_makes_one_post(staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    revision = approved(staff, [accounts["bilibili"]])
    with transaction() as s:
        first = [post.id for post in planning.plan(s, revision)]
    with transaction() as s:
        assert [post.id for post in planning.plan(s, revision)] == first


@pytest.mark.parametrize("platform", AUTOMATIC)
@pytest.mark.parametrize(("kind", "resent"), [("drop_before", 2), ("drop_after", 1), ("fail_after", 1)])
def test_a_lost_answer_is_looked_up_and_never_doubled(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str, kind: str, resent: int
) -> None:
    sandbox.fault(SUBMIT[platform], kind)
    (post_id,) = planned(staff, [accounts[platform]])
    assert deliver.deliver(post_id) == "unsure"
    assert deliver.deliver(post_id) == "unsure", "not before the grace is over"
    assert carry([post_id]) == ["live"]
    assert len(sandbox.posts(platform)) == 1
    assert [step for step, _outcome in steps(post_id)].count("submit") == resent


@pytest.mark.parametrize("platform", AUTOMATIC)
def test_a_commit_behind_the_lost_connection_is_found(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.http.TIMEOUT", httpx.Timeout(5, read=0.1))
    (post_id,) = planned(staff, [accounts[platform]])
    sandbox.fault(SUBMIT[platform], "delay", seconds=0.4)
    assert deliver.deliver(post_id) == "unsure"
    assert sandbox.posts(platform) == [], "the platform has not even begun"
    monkeypatch.setattr("channels.http.TIMEOUT", httpx.Timeout(5))
    assert carry([post_id]) == ["live"]
    assert len(sandbox.posts(platform)) == 1


def test_bilibili_sends_again_with_the_same_upload_token(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    sandbox.fault(SUBMIT["bilibili"], "drop_before")
    (post_id,) = planned(staff, [accounts["bilibili"]])
    deliver.deliver(post_id)
    token = look(post_id).progress["upload_token"]
    carry([post_id])
    assert look(post_id).progress["upload_token"] == token
    assert sandbox.calls("/member.bilibili.com/arcopen/fn/archive/video/init") == 1


def test_a_consumed_draft_that_is_not_listed_yet_is_waited_for(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.post("/admin/settings", {"polls": 100, "seconds": 2.5})
    sandbox.fault(SUBMIT["official_account"], "drop_after")
    (post_id,) = planned(staff, [accounts["official_account"]])
    assert carry([post_id]) == ["live"]
    finds = [outcome for step, outcome in steps(post_id) if step == "find"]
    assert len(finds) >= 2
    assert len(sandbox.posts()) == 1
    assert look(post_id).progress["msg_data_id"], "from the article's address"


def test_a_platform_without_look_up_parks_the_post(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    (post_id,) = planned(staff, [accounts["xiaohongshu"]])
    with transaction() as s:
        s.execute(update(Post).where(Post.id == post_id).values(state="unsure"))
    assert deliver.deliver(post_id) == "parked"
    with transaction(read_only=True) as s:
        assert s.scalar(select(Notice.id).where(Notice.link == f"/posts/{post_id}", Notice.urgent))


def test_a_person_resolves_a_parked_post(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    posts = planned(staff, [accounts["bilibili"], accounts["official_account"]])
    with transaction() as s:
        s.execute(update(Post).values(state="parked"))
        with pytest.raises(Refused):
            takedown.resolve(s, staff["doctor"], posts[0], ParkedAnswer.RESEND)
        assert takedown.resolve(s, staff["publicity"], posts[0], ParkedAnswer.RESEND) == "planned"
        assert (
            takedown.resolve(s, staff["publicity"], posts[1], ParkedAnswer.LIVE, url="https://mp.weixin.qq.com/s/x")
            == "live"
        )
    assert carry(posts) == ["live", "live"]
    assert len(sandbox.posts()) == 1


def test_a_refusal_is_final_and_told(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    sandbox.fault(SUBMIT["official_account"], "error", code=53503)
    (post_id,) = planned(staff, [accounts["official_account"]])
    assert carry([post_id]) == ["refused"]
    assert "53503" in look(post_id).message
    with transaction(read_only=True) as s:
        assert s.scalar(select(Notice.role).where(Notice.link == f"/posts/{post_id}")) == "publicity"


@pytest.mark.parametrize(("platform", "outcome"), [("official_account", 4), ("bilibili", -4)])
def test_the_platform_may_refuse_after_taking_it(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str, outcome: int
) -> None:
    sandbox.post("/admin/settings", {"outcome": outcome})
    (post_id,) = planned(staff, [accounts[platform]])
    assert carry([post_id]) == ["refused"]
    assert "不通过" in look(post_id).message


@pytest.mark.parametrize("platform", AUTOMATIC)
def test_an_expired_token_is_replaced_once(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str
) -> None:
    sandbox.post("/admin/expire", {"platform": platform})
    (post_id,) = planned(staff, [accounts[platform]])
    assert carry([post_id]) == ["live"]
    assert [outcome for _step, outcome in steps(post_id)].count("retry") == 1


def test_a_rate_limit_slows_the_whole_account(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    sandbox.fault("/member.bilibili.com/arcopen/fn/archive/video/init", "429", seconds=77)
    first, second = [planned(staff, [accounts["bilibili"]])[0] for _ in range(2)]
    before = clock.now()
    assert deliver.deliver(first) == "planned"
    for post_id in (first, second):
        wait = look(post_id).not_before
        assert wait is not None
        assert timedelta(seconds=76) < wait - before < timedelta(seconds=90)
    assert deliver.due() == []
    assert sandbox.posts() == []


def test_a_hold_keeps_everything_back(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    posts = planned(staff, [accounts["bilibili"], accounts["xiaohongshu"]])
    with transaction() as s:
        holds.set_hold(s, staff["operations"], "舆情")
        assert [post.id for post in holds.waiting(s)] == posts
    assert deliver.due() == []
    assert [deliver.deliver(post_id) for post_id in posts] == ["planned", "planned"]
    with transaction() as s:
        with pytest.raises(Refused):
            holds.lift(s, staff["operations"])
        holds.lift(s, staff["publicity"])
    assert carry(posts) == ["live", "awaiting_person"]


def test_a_hold_during_the_upload_stops_the_submit(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    def hold_after_upload(name: str) -> None:
        if name == "complete:after_save":
            with transaction() as s:
                holds.set_hold(s, None, "一键暂停")

    (post_id,) = planned(staff, [accounts["bilibili"]])
    failpoints.arm(hold_after_upload)
    try:
        assert deliver.deliver(post_id) == "planned"
    finally:
        failpoints.arm(None)
    assert sandbox.posts() == []
    with transaction() as s:
        holds.lift(s, staff["leader"])
    assert carry([post_id]) == ["live"]
    assert sandbox.calls("/member.bilibili.com/arcopen/fn/archive/video/init") == 1, "the upload is not repeated"


@pytest.mark.parametrize("column", ["title", "body", "tags", "extra"])
def test_a_changed_row_does_not_go_out(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], column: str
) -> None:
    changed = {"title": "神药", "body": "包治百病", "tags": ["神医"], "extra": {"tid": 124}}
    (post_id,) = planned(staff, [accounts["bilibili"]])
    with transaction() as s:
        s.execute(update(Variant).values({column: changed[column]}))
    assert deliver.deliver(post_id) == "refused"
    assert sandbox.posts() == []
    assert sandbox.calls("/member.bilibili.com/arcopen/fn/archive/video/init") == 0
    assert "post.refused" in actions(post_id)


@pytest.mark.parametrize("missing", [False, True], ids=["changed", "missing"])
@pytest.mark.parametrize("role", ["video", "cover", "attachment", "inset"])
def test_changed_media_bytes_do_not_go_out(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], role: str, missing: bool
) -> None:
    """Whichever file of the revision it is, and on every platform: one byte is enough."""
    posts = planned(staff, list(accounts.values()), insets=[(picture("white"), "image/jpeg")])
    with transaction(read_only=True) as s:
        asset = s.scalars(select(Asset).where(Asset.role == role, Asset.kind == "derived")).one()
    path = media.derived_path(asset)
    content = path.read_bytes()
    if missing:
        path.unlink()
    else:
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    state, why = ("parked", "备份") if missing else ("refused", "不一致")
    assert [deliver.deliver(post_id) for post_id in posts] == [state] * len(posts)
    assert all(why in look(post_id).message for post_id in posts)
    assert sandbox.posts() == []
    assert sandbox.calls("/api.weixin.qq.com/cgi-bin/material/add_material") == 0


def test_a_file_changed_between_the_check_and_the_upload_does_not_go_out(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    (post_id,) = planned(staff, [accounts["official_account"]])
    with transaction(read_only=True) as s:
        asset = s.scalars(select(Asset).where(Asset.role == "cover")).one()
    real = OfficialAccount.take

    async def take(self: OfficialAccount, *given: Any) -> Any:
        media.derived_path(asset).write_bytes(b"\xff\xd8 slipped in")
        return await real(self, *given)

    monkeypatch.setattr(OfficialAccount, "take", take)
    assert deliver.deliver(post_id) == "refused"
    assert sandbox.calls("/api.weixin.qq.com/cgi-bin/material/add_material") == 0


def test_the_pictures_of_an_article_are_uploaded_and_stand_in_their_order(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    pictures = [(moving(), "image/gif"), (picture("white"), "image/jpeg")]
    (post_id,) = planned(staff, [accounts["official_account"]], insets=pictures)
    assert carry([post_id]) == ["live"]
    assert [step for step, _outcome in steps(post_id)] == ["cover", "image", "image", "image", "draft", "submit"]
    content = sandbox.posts("official_account")[0]["content"]
    shown = article_html.sources(content)
    wanted = [hashlib.sha256(content).hexdigest() for content in (picture("red"), moving(), picture("white"))]
    assert [source.rsplit("/", 1)[1] for source in shown] == wanted
    assert "asset:" not in content and "/media/" not in content
    assert content.count('alt="图') == 3
    for source, sha in zip(shown, wanted, strict=True):
        assert hashlib.sha256(sandbox.http.get(source).content).hexdigest() == sha


def test_consent_is_asked_for_the_day_it_goes_out(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    consent = Consent(
        subject="患者A", uses=["publish"], channels=["bilibili"], from_day=date(2020, 1, 1), guardian="", note=""
    )
    posts = planned(staff, [accounts["bilibili"], accounts["official_account"]], consent)
    assert carry(posts) == ["live", "refused"]
    assert "患者A" in look(posts[1]).message
    assert len(sandbox.posts()) == 1


def test_a_withdrawn_consent_takes_the_post_down(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    consent = Consent(
        subject="患者A", uses=["publish"], channels=["*"], from_day=date(2020, 1, 1), guardian="", note=""
    )
    (post_id,) = planned(staff, [accounts["bilibili"]], consent)
    carry([post_id])
    with transaction() as s:
        s.execute(update(Consent).values(withdrawn_at=clock.now()))
        s.execute(update(Post).values(not_before=clock.now()))
    assert deliver.deliver(post_id) == "withdrawn"
    assert sandbox.posts()[0]["deleted"]


@pytest.mark.parametrize("platform", AUTOMATIC)
def test_taking_down(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], platform: str) -> None:
    (post_id,) = planned(staff, [accounts[platform]])
    carry([post_id])
    with transaction() as s:
        with pytest.raises(Refused):
            takedown.withdraw(s, staff["doctor"], post_id, "不想发了")
        assert takedown.withdraw(s, staff["publicity"], post_id, "内容有误") == "live"
    assert deliver.due() == [post_id]
    assert deliver.deliver(post_id) == "withdrawn"
    assert sandbox.posts()[0]["deleted"]
    assert look(post_id).message == "内容有误"


def test_the_shelf_life_takes_a_post_down(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    (post_id,) = planned(staff, [accounts["bilibili"]])
    carry([post_id])
    expires = look(post_id).expires_at
    assert expires is not None
    assert expires - clock.now() > timedelta(days=729)
    with transaction() as s:
        s.execute(update(Post).values(expires_at=clock.now(), not_before=clock.now()))
    assert deliver.deliver(post_id) == "withdrawn"


def test_the_platform_taking_a_post_down_is_noticed(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    posts = planned(staff, [accounts["official_account"], accounts["bilibili"]])
    carry(posts)
    for post_id in posts:
        sandbox.post("/admin/delete", {"platform": look(post_id).platform, "id": look(post_id).external_id})
    with transaction() as s:
        s.execute(update(Post).values(not_before=clock.now()))
    assert [deliver.deliver(post_id) for post_id in posts] == ["withdrawn", "withdrawn"]
    assert all("平台已下架" in look(post_id).message for post_id in posts)


def test_two_workers_at_once_send_once(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    sandbox.fault(SUBMIT["bilibili"], "slow", seconds=0.2)
    (post_id,) = planned(staff, [accounts["bilibili"]])
    with ThreadPoolExecutor(4) as pool:
        states = list(pool.map(deliver.deliver, [post_id] * 4))
    assert "accepted" in states
    assert carry([post_id]) == ["live"]
    assert len(sandbox.posts()) == 1


def test_an_upload_longer_than_the_lease_keeps_it(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIYUAN_DELIVERY_LEASE_SECONDS", "1")
    settings.cache_clear()
    sandbox.fault("/openupos.bilivideo.com/video/v2/part/upload", "slow", seconds=2)
    (post_id,) = planned(staff, [accounts["bilibili"]])
    assert deliver.deliver(post_id) == "accepted"
    post = look(post_id)
    assert post.accepted_at is not None and "accepted_at" not in post.progress
    assert all(outcome == "ok" for _step, outcome in steps(post_id))


def test_moving_a_post_issues_a_new_token(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    (post_id,) = planned(staff, [accounts["bilibili"]])
    with transaction() as s:
        with pytest.raises(Refused):
            planning.reschedule(s, staff["doctor"], post_id, clock.now() + timedelta(hours=1))
        planning.reschedule(s, staff["publicity"], post_id, clock.now() + timedelta(seconds=1))
    assert deliver.deliver(post_id) == "planned", "not due yet"
    assert carry([post_id]) == ["live"]
    with transaction() as s, pytest.raises(Conflict):
        planning.reschedule(s, staff["publicity"], post_id, clock.now() + timedelta(hours=1))


def test_a_moved_row_without_a_new_token_does_not_go_out(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    (post_id,) = planned(staff, [accounts["bilibili"]])
    with transaction() as s:
        s.execute(update(Post).values(due_at=clock.now() - timedelta(days=1)))
    assert deliver.deliver(post_id) == "refused"


def test_the_pack_holds_exactly_what_was_approved(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    (post_id,) = planned(staff, [accounts["xiaohongshu"]])
    assert carry([post_id]) == ["awaiting_person"]
    with transaction(read_only=True) as s:
        handoff = s.scalars(select(ManualPosting).where(ManualPosting.post_id == post_id)).one()
        pack = s.get_one(Asset, handoff.pack_id)
        assert pack.revision_id is None, "it must not change the signed digest"
        assert s.scalar(select(Notice.role).where(Notice.kind == "handoff")) == "operations"
        with zipfile.ZipFile(media.open_asset(pack)) as archive:
            names = {"video.mp4", "cover.jpg", "caption.txt", "tags.txt", "checklist.txt", "manifest.json", "qr.png"}
            assert set(archive.namelist()) == names
            assert archive.read("video.mp4") == VIDEO
            assert "春季护心" in archive.read("caption.txt").decode("utf-8-sig")


def test_every_call_has_its_row_before_it(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    seen: list[tuple[str, bool]] = []

    def record(name: str) -> None:
        step, point = name.split(":")
        if point == "after_row":
            with transaction(read_only=True) as s:
                last = s.scalars(select(Attempt).order_by(Attempt.id.desc()).limit(1)).one()
                seen.append((step, last.step == step and last.ended_at is None))

    (post_id,) = planned(staff, [accounts["official_account"]])
    failpoints.arm(record)
    try:
        deliver.deliver(post_id)
    finally:
        failpoints.arm(None)
    assert seen == [("cover", True), ("image", True), ("draft", True), ("submit", True)]


def test_a_full_disk_is_said_and_tried_again(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    (post_id,) = planned(staff, [accounts["xiaohongshu"]])
    with monkeypatch.context() as patch:
        patch.setattr("channels.assisted.publish_pack._add", full)
        assert deliver.deliver(post_id) == "planned"
    assert "磁盘已满" in look(post_id).message
    assert list((settings().home / "media" / "partial").iterdir()) == [], "no half pack is left behind"
    with transaction() as s:
        s.execute(update(Post).values(not_before=None))
    assert carry([post_id]) == ["awaiting_person"]


def test_a_missing_file_parks_the_post(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    (post_id,) = planned(staff, [accounts["bilibili"]])
    with transaction(read_only=True) as s:
        video = s.scalars(select(Asset).where(Asset.role == "video", Asset.kind == "derived")).one()
        media.derived_path(video).unlink()
    assert deliver.deliver(post_id) == "parked"
    assert "备份" in look(post_id).message


def test_withdrawn_while_its_fate_is_unknown(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    posts = []
    for kind in ("drop_before", "drop_after"):
        sandbox.fault(SUBMIT["bilibili"], kind)
        (post_id,) = planned(staff, [accounts["bilibili"]])
        assert deliver.deliver(post_id) == "unsure"
        posts.append(post_id)
    with transaction() as s:
        assert [takedown.withdraw(s, staff["publicity"], post_id, "不发了") for post_id in posts] == [
            "unsure",
            "unsure",
        ]
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and {look(post_id).state for post_id in posts} != {"withdrawn"}:
        for post_id in deliver.due():
            deliver.deliver(post_id)
    assert [look(post_id).state for post_id in posts] == ["withdrawn", "withdrawn"]
    assert all(row["deleted"] for row in sandbox.posts())


def test_calling_off_before_it_begins(sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]) -> None:
    posts = planned(staff, [accounts["bilibili"], accounts["xiaohongshu"]])
    with transaction() as s:
        item_id = s.get_one(Post, posts[0]).item_id
        assert takedown.withdraw_item(s, None, item_id, "知情同意已撤回") == posts
    assert [look(post_id).state for post_id in posts] == ["withdrawn", "withdrawn"]
    assert deliver.due() == []
    assert sandbox.posts() == []


def test_only_large_files_deserve_their_own_process(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = planned(staff, [accounts["bilibili"], accounts["official_account"]])
    assert not deliver.carries_upload(posts[0])
    monkeypatch.setattr("channels.delivery.deliver.LARGE", 1000)
    assert deliver.carries_upload(posts[0])


def test_an_account_keeps_its_gap_between_two_posts(staff: dict[str, Staff], home: Path) -> None:
    """On the real platform; the sandbox has no pace. No call is made: the ledger says not yet before one."""
    with transaction() as s:
        account = Account(platform="bilibili", name="医院", created_at=clock.now())
        s.add(account)
        s.flush()
        account_id = account.id
    first, second = [planned(staff, [account_id])[0] for _ in range(2)]
    with transaction() as s:
        claims = [ledger.claim(s, post_id) for post_id in (first, second)]
        assert claims[0] is not None
        assert claims[1] is not None
        assert ledger.open_attempt(s, claims[0], Step("submit")) is not None
        assert ledger.open_attempt(s, claims[1], Step("cover")) is not None, "an upload does not count"
        assert ledger.open_attempt(s, claims[1], Step("submit")) is None
    waits = look(second).not_before
    assert look(second).state == "planned"
    assert waits is not None
    assert timedelta(seconds=25) < waits - clock.now() <= timedelta(seconds=30)


def test_a_lease_that_was_taken_over_writes_nothing(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    """A process that was frozen past its lease wakes up: what it still knows is no longer its to write."""

    def taken_over(name: str) -> None:
        if name == "part:before_row":
            with transaction() as s:
                s.execute(update(Post).values(version=Post.version + 1, state="planned", lease_until=None))

    (post_id,) = planned(staff, [accounts["bilibili"]])
    failpoints.arm(taken_over)
    try:
        assert deliver.deliver(post_id) == "planned"
    finally:
        failpoints.arm(None)
    assert sandbox.calls("/openupos.bilivideo.com/video/v2/part/upload") == 0
    assert carry([post_id]) == ["live"]
    assert len(sandbox.posts()) == 1


def test_a_renewal_in_the_moment_after_the_end_holds_nothing(
    sandbox: Sandbox, staff: dict[str, Staff], accounts: dict[str, int]
) -> None:
    """The thread that renews may be in the middle of it when the work gives the post back."""
    (post_id,) = planned(staff, [accounts["bilibili"]])
    with transaction() as s:
        claim = ledger.claim(s, post_id)
        assert claim is not None
    for work, held in ((ledger.renew, True), (ledger.release, False), (ledger.renew, False)):
        with transaction() as s:
            work(s, claim)
        assert (look(post_id).lease_until is not None) == held
    assert carry([post_id]) == ["live"]
