"""Writes rows_0001.json: a data folder as the code before revision 0002 filled it, every table, every convention.

The file is made once, by the code of commit 9df6add (`git worktree add ../before 9df6add`, copy this file there, run
`PYTHONPATH=. python tests/yiyuan/data/make_rows_0001.py rows_0001.json` in it), and never again: no later code writes
such rows. It runs the real submission, intake, review and delivery functions; only what decodes media is replaced,
so that the files are a few bytes. test_upgrade.py reads it.
"""

import base64
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

os.environ["YIYUAN_HOME"] = tempfile.mkdtemp(prefix="yiyuan-0001-")
os.environ["YIYUAN_HOSPITAL"] = "示范医院"

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from channels import deliver, holds, ledger, standing
from channels.base import Receipt, Step
from privacy import image, strips, video
from privacy.results import (
    Box,
    Detection,
    FaceTrack,
    Probe,
    SceneHit,
    ScreenHit,
    SpokenHit,
    Verified,
    VideoReport,
)
from privacy.strips import Strip
from review import (
    attachments,
    checks,
    choices,
    consents,
    cover,
    covering,
    gate,
    insets,
    intake,
    items,
    masks,
    picturing,
    redacting,
    rows,
    selfcheck,
    voices,
    waivers,
)
from review.checks import CheckerVerdict, Report
from review.checks.package import Found
from review.choices import Wish
from review.form import parse
from review.masks import Drawn
from sentiment import events
from sentiment.watch import thread_for_post
from yiyuan import audit, blobs, clock, media, people, release, schema, store
from yiyuan.canonical import canonical
from yiyuan.keys import key_path, keyring
from yiyuan.models import (
    Account,
    Asset,
    Attempt,
    Base,
    Crossing,
    Duty,
    EventThread,
    Finding,
    Login,
    LoginFailure,
    Mention,
    Post,
    Rescan,
    RescanHit,
    Revision,
    Staff,
    ThreadCount,
    Track,
    VolumePoint,
)
from yiyuan.settings import settings
from yiyuan.store import transaction

SUBTITLES = "1\n00:00:00,100 --> 00:00:01,100\n病人王小明电话13812345678\n"
FILM, PHOTO, PAPER = b"film as it was uploaded", b"photograph as it was uploaded", b"paper as it was uploaded"
STAFF: dict[str, Staff] = {}
ACCOUNTS: list[int] = []


def _track(number: int, doubt: str) -> FaceTrack:
    boxes = [(frame, Box(10 * number, 20, 40, 50)) for frame in range(0, 40, 10)]
    return FaceTrack(number, 0, 39, 0.0, 3.9, 0.4 if doubt else 0.9, doubt, not doubt, boxes, b"face %d" % number)


def _hit(kind: str, excerpt: str, at: int) -> ScreenHit:
    box = Box(100 + at, 10, 60, 20)
    return ScreenHit(kind, excerpt, float(at), at + 1.0, box, at * 10, at * 10 + 10, [(at * 10, box)])


def _film() -> Detection:
    probe = Probe("mp4", "h264", "aac", 5.0, 50, 320, 180, 10.0, has_audio=True, has_subtitles=False)
    hits = [_hit("name", "王●●", 0), _hit("name", "诊●", 1), _hit("wechat", "wx●●", 2), _hit("name", "李●●", 3)]
    scenes = [SceneHit("nudity", 1.0, 1.4, 0.8, "可能有隐私部位裸露")]
    found = [_track(1, ""), _track(2, "侧脸，请看清"), _track(3, "只出现了很短时间")]
    return Detection(probe, 50, found, hits, [0], False, "strict", {}, scenes, [SpokenHit("name", "王●●", 0.1, 1.1)])


def _picture(kind: str, pages: int) -> Detection:
    probe = Probe(kind, kind, None, 0.0, pages, 320, 180, 0.0, has_audio=False, has_subtitles=False)
    hits = [_hit("mobile", "138●●", 0), _hit("name", "张●●", pages - 1)]
    return Detection(probe, pages, [_track(1, "侧脸，请看清")], hits, [], False, "strict", {}, speech="silent")


def _look(source: Any, **_more: Any) -> Detection:
    with source.open() as file:
        return _picture("pdf", 3) if file.read() == PAPER else _picture("jpeg", 1)


def _render(_source: Any, found: Detection, keep: Any, target: Path, **more: Any) -> VideoReport:
    made = repr([sorted(keep), more.get("extra"), more.get("clear"), more.get("voices")])
    target.write_bytes(f"film without identifiers {made}".encode())
    verified = Verified(50, 50, 5.0, 5.0, 5.0, 5.0, True, "0" * 64)
    return VideoReport(found.probe, found.tracks, found.screen_hits, verified, {}, voices=list(more.get("voices", ())))


def _copy(_source: Any, _found: Detection, keep: Any, target: Path, **more: Any) -> None:
    target.write_bytes(f"picture without identifiers {sorted(keep)} {more}".encode())


def _check(package: Any) -> Report:
    """Two red lines of the real kind, so that findings do not change with the rule pack."""
    found = []
    for rule, word in (("MA05", "最先进"), ("MA06", "第一")):
        at = package.texts.get("script", "").find(word)
        if at >= 0:
            found.append(
                Found(
                    "advertising", rule, "must_fix", f"绝对化用语“{word}”", "script", at, at + len(word), word,
                    "《广告法》第九条第三项", suggestion="改为“常用”",
                )
            )  # fmt: skip
    names = ("advertising", "completeness", "consent", "limits")
    return Report(
        tuple(found), tuple(CheckerVerdict(n, "found" if n == names[0] and found else "clean") for n in names)
    )


def _replaced() -> Iterator[Any]:
    yield patch.object(video, "probe", lambda _source: _film().probe)
    yield patch.object(video, "detect", lambda _source, **_more: _film())
    yield patch.object(video, "render", _render)
    yield patch.object(image, "detect", _look)
    yield patch.object(image, "render", _copy)
    yield patch.object(insets, "keep", lambda _held, _original, _made: None)
    yield patch.object(cover, "pick", lambda path: b"cover of " + path.read_bytes())
    yield patch.object(
        strips, "strips", lambda _s, found: [Strip(t.number, [0, 20], b"strip %d" % t.number) for t in found.tracks]
    )
    yield patch.object(checks, "run", _check)


def prepare() -> None:
    """People, accounts, a session and a refused login."""
    schema.upgrade()
    moment = clock.now()
    with transaction() as s:
        for role in people.Role:
            clinical = role in (people.Role.doctor, people.Role.reviewer)
            place = "心内科" if clinical else "院办"
            STAFF[str(role)] = people.create_staff(s, str(role), f"测试{role}", [role], place, "correct-horse-9")
            STAFF[str(role)].title = "主任医师"
        STAFF["publicity"].notice_urls = keyring().seal(b'["json://notice.example.org"]')
        names = ("official_account", "bilibili", "xiaohongshu", "bilibili", "official_account")
        for number, platform in enumerate(names):
            row = Account(
                platform=platform, name=f"示范医院{number}", sandbox=True, holder="王敏", holder_id=STAFF["doctor"].id,
                reported_on=date(2026, 1, 5), credentials=keyring().seal(b"{}"), created_at=moment, checked_at=moment,
            )  # fmt: skip
            s.add(row)
            s.flush()
            ACCOUNTS.append(row.id)
        s.add(
            Login(
                token_sha256="a" * 64, staff_id=STAFF["doctor"].id, csrf="csrf", created_at=moment, seen_at=moment,
                expires_at=moment + timedelta(hours=8),
            )
        )  # fmt: skip
        s.add(LoginFailure(login="doctor", address="127.0.0.1", at=moment))


def _submitted(title: str, script: str, **more: Any) -> int:
    caption = "血压怎么量才准？电话13912345678"
    data = {"title": title, "texts": {"script": script, "caption": caption}, "tags": ["高血压", "患者李小红"]}
    with transaction() as s:
        item = items.create(s, STAFF["doctor"], parse(data | {"accounts": ACCOUNTS, "surgical": "no"} | more))
        files = (("video", FILM), ("subtitles", SUBTITLES.encode()), ("attachment", PHOTO), ("attachment", PAPER))
        for role, content in files:
            asset = media.seal_stream(content, role=role, filename=role, media_type="application/octet-stream")
            attachments.attach(s, item, asset, editor=STAFF["doctor"])
        items.submit(s, STAFF["doctor"], item.id, item.version)
        number = item.id
    _work(number)
    return number


def _now(s: Session, item_id: int) -> Revision:
    return rows.revision(s, rows.item(s, item_id))


def _work(item_id: int) -> None:
    with transaction(read_only=True) as s:
        number = _now(s, item_id).id
    intake.run(number)


def _again(item_id: int) -> None:
    with transaction() as s:
        items.recheck(s, STAFF["doctor"], item_id, rows.item(s, item_id).version)
    _work(item_id)


def _screen(s: Session, revision: Revision, prefix: str) -> list[Finding]:
    mine = select(Finding).where(Finding.revision_id == revision.id, Finding.rule.startswith("screen."))
    return [f for f in s.scalars(mine.order_by(Finding.id)) if f.field.startswith(prefix)]


def decide_redactions(item_id: int) -> None:
    """A choice of every kind on every kind of place, stretches of voice, boxes, faces and a consent."""
    doctor = STAFF["doctor"]
    with transaction() as s:
        item, revision = rows.item(s, item_id), _now(s, item_id)
        places = {hit.place: hit for hit in redacting.redact_form(s, item, revision).hits}
        wanted = {"title": "keep", "tags.1": "remove", "subtitles": "label"}
        wanted |= {f"variant.{ACCOUNTS[1]}.title": "remove", f"variant.{ACCOUNTS[1]}.body": "label"}
        wanted |= {f"variant.{ACCOUNTS[1]}.tags.0": "keep"}
        for part, choice in wanted.items():
            place = next(name for name in places if name.rsplit(":", 1)[0] == part)
            choices.choose(s, doctor, item_id, Wish(place, choice, "科普漫画里的人物"))
        film = _screen(s, revision, "video")
        for at, choice in ((1, "keep"), (2, "label"), (3, "keep")):
            choices.choose_screen(s, doctor, item_id, Wish(f"screen:{at}", choice, "这是诊室门牌"), film[at])
        for original in picturing.attached(s, revision):
            field = f"attachment.{original.sha256[:16]}"
            place = f"screen:{original.sha256[:16]}:1"
            choices.choose_screen(
                s, doctor, item_id, Wish(place, "keep", "教材上的姓名"), _screen(s, revision, field)[1]
            )
        voices.change(s, doctor, item_id, 3.0, 4.25)
        voices.change(s, doctor, item_id, 0.5, 2.0)
        masks.draw(s, doctor, item_id, Drawn(5, 5, 40, 30, 0.5, 1.5, "门牌"))
        gone = masks.draw(s, doctor, item_id, Drawn(50, 5, 40, 30, 0.5, 1.5, "腕带"))
        masks.remove(s, doctor, gone.id)
        paper = picturing.attached(s, revision)[1]
        masks.draw(s, doctor, item_id, Drawn(5, 5, 40, 30, 1, 2, "印章"), asset_id=paper.id)
        scan = media.store_sealed(s, b"signed paper", role="scan", item_id=item_id)
        consent = consents.record(
            s, STAFF["doctor"], item, subject="患者A", uses=["publish"], channels=["*"], from_day=date(2026, 1, 1),
            scan=scan,
        )  # fmt: skip
        for track in s.scalars(select(Track).where(Track.revision_id == revision.id).order_by(Track.number)):
            naming = {1: "staff", 2: "patient", 4: "object"}.get(track.number, "other")
            words = {"staff": "王敏本人，同意", "object": "墙上的挂图"}.get(naming, "")
            link = consent.id if naming == "patient" else None
            items.name_track(s, doctor, track.id, naming, words, consent_id=link)


def _clear(item_id: int) -> None:
    """Ask for a waiver of everything that stops the item, and give it."""
    with transaction() as s:
        for finding in waivers.stopping(s, _now(s, item_id)):
            if finding.checker == "advertising":
                waivers.ask(s, STAFF["doctor"], finding.id, "引用的是设备铭牌原文")
            waivers.waive(s, STAFF["publicity"], finding.id, "已核对，可以保留", disposition="waived")


def _accept(item_id: int) -> None:
    with transaction() as s:
        items.accept_redactions(s, STAFF["doctor"], item_id, rows.item(s, item_id).version)
    if _state(item_id) == "intake":
        _work(item_id)


def _state(item_id: int) -> str:
    with transaction(read_only=True) as s:
        return rows.item(s, item_id).state


def _sign(item_id: int, role: str, verdict: str = "approve") -> None:
    with transaction() as s:
        item, revision = rows.item(s, item_id), _now(s, item_id)
        asked = selfcheck.questions(s, item, revision)
        gate.decide(
            s, STAFF[role], item_id, version=item.version, verdict=verdict, digest=revision.digest or "",
            reason="" if verdict == "approve" else "请补充数据来源",
            answers={ask.key: "yes" if ask.kind != "reply" else "已核对" for ask in asked},
        )  # fmt: skip


def approved() -> int:
    """An item whose first revision was returned and whose second one is signed, planned and recorded."""
    own = {"account_id": ACCOUNTS[1], "title": "患者赵小兰量血压", "body": "患者钱小芳也这样测", "tags": ["患者孙小军"]}
    item_id = _submitted("患者王小明的故事", "我院有最先进的袖带。患者王小明来院复查。", variants=[own])
    decide_redactions(item_id)
    _again(item_id)
    _clear(item_id)
    _accept(item_id)
    _sign(item_id, "doctor")
    _sign(item_id, "reviewer", "return")
    with transaction() as s:
        items.submit(s, STAFF["doctor"], item_id, rows.item(s, item_id).version)
    _work(item_id)
    _clear(item_id)
    _accept(item_id)
    for role in ("doctor", "reviewer", "publicity"):
        _sign(item_id, role)
    with transaction(read_only=True) as s:
        number = _now(s, item_id).id
    gate.after_decision(number)
    return item_id


def asked() -> int:
    """An item that waits for its author: a waiting request, words left over from an earlier one, an old revision."""
    item_id = _submitted("在家量血压", "我院有最先进的袖带，测量结果全市第一。")
    with transaction() as s:
        for finding in waivers.stopping(s, _now(s, item_id)):
            if finding.checker == "advertising":
                waivers.ask(s, STAFF["doctor"], finding.id, f"{finding.excerpt}是铭牌原文")
        item = rows.item(s, item_id)
        items.new_revision(s, STAFF["doctor"], item_id, item.version)
        items.submit(s, STAFF["doctor"], item_id, item.version)
    _work(item_id)
    with transaction() as s:
        first = next(f for f in waivers.stopping(s, _now(s, item_id)) if f.rule == "MA05")
        waivers.ask(s, STAFF["operations"], first.id, "铭牌照片已附，是产品名称")
        revision = _now(s, item_id)
        paper = picturing.attached(s, revision)[1]
        place = f"screen:{paper.sha256[:16]}:1"
        finding = _screen(s, revision, f"attachment.{paper.sha256[:16]}")[1]
        choices.choose_screen(s, STAFF["doctor"], item_id, Wish(place, "keep", "教材上的姓名"), finding)
    return item_id


def draft() -> None:
    """A draft from which an attachment was taken out again: the choice on its identifier stays."""
    item_id = _submitted("孕期用药", "请遵医嘱用药。患者周小燕来信。")
    with transaction() as s:
        item, revision = rows.item(s, item_id), _now(s, item_id)
        photo = picturing.attached(s, revision)[0]
        finding = _screen(s, revision, f"attachment.{photo.sha256[:16]}")[1]
        wish = Wish(f"screen:{photo.sha256[:16]}:1", "keep", "教材上的姓名")
        choices.choose_screen(s, STAFF["doctor"], item_id, wish, finding)
        items.new_revision(s, STAFF["doctor"], item_id, item.version)
        new = picturing.attached(s, _now(s, item_id))[0]
        attachments.detach(s, STAFF["doctor"], item_id, new.id)


def deliver_posts(item_id: int) -> None:
    """Posts in every standing: planned, accepted, live, live and to go, with a person, withdrawn."""
    with transaction() as s:
        ids = list(s.scalars(select(Post.id).where(Post.item_id == item_id).order_by(Post.account_id)))
        first, second, third, fourth, fifth = (s.get_one(Post, number) for number in ids)
        claim = ledger.claim(s, first.id)
        assert claim is not None
        attempt = ledger.open_attempt(s, claim, Step("submit"))
        assert attempt is not None
        ledger.save(s, claim, attempt, Receipt(state="accepted", external_id="p1", progress={"publish_id": "p1"}))
        standing.enter(s, second, Receipt(state="accepted", external_id="BV1", progress={"upload_token": "t1"}))
        url = "https://www.bilibili.com/video/BV1"
        standing.enter(s, second, Receipt(state="live", external_id="BV1", url=url))
        pack = media.store_derived(s, b"PK pack", role="pack", media_type="application/zip", item_id=item_id)
        standing.keep_pack(s, third, pack)
        standing.enter(s, third, Receipt(state="awaiting_person"))
        standing.enter(s, fourth, Receipt(state="accepted", progress={"upload_token": "t2", "resource_id": "BV2"}))
        standing.enter(s, fourth, Receipt(state="live", external_id="BV2", progress={"cover": "c"}))
        fourth.metrics = {"views": 1200, "likes": 30}
        deliver.withdraw(s, STAFF["publicity"], fourth.id, "患者撤回同意")
        deliver.withdraw(s, STAFF["publicity"], fifth.id, "改到下周发布")
        s.add(Attempt(post_id=second.id, number=1, step="submit", started_at=clock.now(), outcome="ok"))


def respond(item_id: int) -> None:
    """An event over a live post, a re-scan and a hold."""
    moment = clock.now()
    with transaction() as s:
        post = s.scalars(select(Post).where(Post.item_id == item_id, Post.external_id == "BV1")).one()
        thread = thread_for_post(s, post)
        event = events.open_by_hand(
            s, STAFF["operations"], title="网传误导患者", url="", platform="bilibili", text="评论区质疑"
        )
        s.add(EventThread(event_id=event.id, thread_id=thread.id, whole=True))
        for number, (text, share) in enumerate((("照着做出事谁负责？", 0.97), ("谢谢医生", 0.04))):
            s.add(
                Mention(
                    thread_id=thread.id, platform="bilibili", external_id=f"c{number}", author=f"用户{number}",
                    text=text, written_at=moment, seen_at=moment, scored_at=moment, p_negative=share,
                    label="negative" if share > 0.5 else "positive", event_id=event.id,
                )
            )  # fmt: skip
        s.add(ThreadCount(thread_id=thread.id, at=moment, count=2))
        s.add(VolumePoint(event_id=event.id, at=moment, volume=2, negative=1))
        s.add(Crossing(event_id=event.id, tier=1, volume=1, crossed_at=moment, raised_at=moment))
        s.add(
            Duty(
                event_id=event.id, tier=1, key="verify", title="核实事实", role="medical_affairs", started_at=moment,
                due_at=moment + timedelta(minutes=30),
            )
        )  # fmt: skip
        holds.set_hold(s, STAFF["publicity"], "突发舆情，待核实", event.id)
        holds.lift(s, STAFF["publicity"])
        rescan = Rescan(version="2026.1", checked=1, started_at=moment, finished_at=moment)
        s.add(rescan)
        s.flush()
        s.add(
            RescanHit(
                rescan_id=rescan.id, item_id=item_id, revision_id=post.revision_id,
                found=[{"rule": "MA05", "severity": "block", "title": "绝对化用语", "field": "script"}],
            )
        )  # fmt: skip
        audit.write_head(s)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date | datetime) else value


def _tables(s: Session) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in Base.metadata.sorted_tables:
        order = list(table.primary_key.columns)
        read = s.execute(select(table).order_by(*order)).mappings()
        found[table.name] = [{name: _plain(value) for name, value in row.items()} for row in read]
    empty = [name for name, lines in found.items() if not lines]
    if empty:
        raise SystemExit(f"no rows in {', '.join(empty)}")
    return found


def _expected(s: Session) -> dict[str, Any]:
    """What the code that signed says of it: whatever comes after has to say the same."""
    signed: dict[str, Any] = {"content": {}, "findings": {}, "profiles": {}, "tokens": [], "covering": {}}
    for revision in s.scalars(select(Revision).order_by(Revision.id)):
        signed["content"][revision.id] = canonical(release.revision_content(s, revision)).decode()
        signed["findings"][revision.id] = release.findings_digest(s, revision)
        originals = [*picturing.attached(s, revision), *filter(None, [rows.video(s, revision)])]
        for original in originals:
            of = covering.of(s, revision, original)
            signed["covering"][original.id] = [list(of.clear), [list(span) for span in of.voices]]
            found = select(Asset).where(Asset.revision_id == revision.id, Asset.source_id == original.id)
            sealed = s.scalar(found.where(Asset.role.in_(("detection", "looked"))))
            assert sealed is not None
            signed["profiles"][original.id] = of.profile(sealed)
    for post in s.scalars(select(Post).order_by(Post.id)):
        release.check_token(s, post)
        signed["tokens"].append(post.id)
    return signed


def main(target: Path) -> None:
    """Fill a data folder and write it down."""
    with ExitStack() as stack:
        for replaced in _replaced():
            stack.enter_context(replaced)
        prepare()
        item_id = approved()
        deliver_posts(item_id)
        respond(item_id)
        asked()
        draft()
    with transaction(read_only=True) as s:
        heads = (settings().home / "audit-heads.jsonl").read_text()
        body = {"keys": json.loads(key_path().read_text()), "heads": heads, "tables": _tables(s)}
        body["expected"] = _expected(s)
    files = (path for path in blobs.folder().rglob("*") if path.is_file())
    named = {str(path.relative_to(blobs.folder())): path.read_bytes() for path in files}
    body["blobs"] = {name: base64.b64encode(content).decode() for name, content in sorted(named.items())}
    tables = inspect(store.engine(settings().sqlalchemy_url)).get_table_names()
    assert set(tables) - {"alembic_version"} == set(body["tables"])
    lines = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in body.items()]
    target.write_text("{" + ",\n".join(lines) + "}\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
