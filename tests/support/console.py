"""Items, posts and an event in every state the console shows, made through the domain packages where that matters."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

import av
import numpy as np
from PIL import Image, ImageDraw
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels.delivery import planning
from channels.delivery.transitions import keep_pack
from review.approval import acceptance, gate, selfcheck, sheet
from review.items import lookup, moves
from review.items.form import parse
from review.redaction import faces as face_naming
from review.submission import submission
from sentiment.events import events
from sentiment.mentions.queue import thread_for_post
from yiyuan import clock
from yiyuan.codes import AssetRole, IntakeStage, ItemState, PostState, SubjectKind
from yiyuan.db.session import transaction
from yiyuan.models import (
    Account,
    Asset,
    AuditEntry,
    Duty,
    Event,
    EventThread,
    Finding,
    Item,
    Mention,
    Post,
    ReleaseHold,
    Revision,
    Staff,
    Thread,
    TierCrossing,
    TimelineEntry,
    Track,
    Variant,
    Verdict,
    VolumePoint,
)
from yiyuan.storage import media

SECONDS, RATE, WIDTH, HEIGHT = 6, 12, 320, 180
NAMES = {
    "doctor": ("王敏", "主任医师"),
    "reviewer": ("李国强", "科主任"),
    "medical_affairs": ("周岚", "医务部副主任"),
    "publicity": ("陈晓", "宣传部部长"),
    "operations": ("赵一凡", "运营专员"),
    "crisis_lead": ("孙磊", "舆情负责人"),
    "leader": ("何院长", "副院长"),
    "auditor": ("吴静", "审计员"),
    "administrator": ("管理员", ""),
}
TEXTS = {
    "title": "在家量血压，这三步最容易做错",
    "summary": "血压量得准不准，和姿势、时间、袖带都有关系。心内科医生演示正确的三步。",
    "caption": "血压怎么量才准？坐稳五分钟、袖带与心脏同高、连测两次取平均。住院号●●●●●●的患者也这样测。",
    "script": "大家好，我是心内科王敏。今天说说在家量血压。第一步，坐稳五分钟。"
    "第二步，袖带与心脏同高。第三步，连测两次取平均。",
    "source": "《中国高血压防治指南（2024年修订版）》",
    "author_line": "王敏 主任医师",
    "department_line": "心内科",
    "disclaimer": "本内容仅供健康科普，不能代替医生面诊。",
}


@lru_cache
def clip() -> bytes:
    """A small H.264 mp4 with a moving box, as a browser plays it."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = Fraction(1, RATE)
        for number in range(SECONDS * RATE):
            frame = av.VideoFrame.from_ndarray(_frame(number), format="rgb24")
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return target.getvalue()


def _frame(number: int) -> np.ndarray:
    image = Image.new("RGB", (WIDTH, HEIGHT), (222, 238, 236))
    draw = ImageDraw.Draw(image)
    x = 20 + (WIDTH - 110) * number // (SECONDS * RATE)
    draw.rounded_rectangle((x, 40, x + 70, 150), 12, fill=(10, 106, 103))
    for row in range(4):
        for column in range(4):
            shade = 90 + 37 * ((row * 7 + column * 3) % 4)
            draw.rectangle((230 + 16 * column, 50 + 16 * row, 245 + 16 * column, 65 + 16 * row), fill=(shade,) * 3)
    return np.asarray(image)


def picture(kind: str = "JPEG", size: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
    target = io.BytesIO()
    Image.fromarray(_frame(30)).resize(size).save(target, kind)
    return target.getvalue()


@dataclass
class World:
    """People, accounts, and makers of things; each maker acts in transactions of its own, as clicks do."""

    staff: dict[str, Staff]
    accounts: list[int] = field(default_factory=list)

    def item(self, item_id: int) -> Item:
        with transaction(read_only=True) as s:
            return lookup.item(s, item_id)

    def revision(self, item_id: int) -> Revision:
        with transaction(read_only=True) as s:
            return lookup.revision(s, lookup.item(s, item_id))

    def draft(self, title: str = TEXTS["title"], author: str = "doctor", **other: str) -> int:
        """A draft without a file; `other`: texts instead of the usual ones."""
        texts = {name: text for name, text in TEXTS.items() if name != "title"} | other
        form = parse({"title": title, "texts": texts, "tags": ["高血压", "家庭护理"], "accounts": self.accounts})
        with transaction() as s:
            return submission.create(s, self.staff[author], form).id

    def processing(self, title: str = "糖尿病足的日常护理", share: float = 0.42) -> int:
        item_id = self.draft(title)
        with transaction() as s:
            submission.submit(s, self.staff["doctor"], item_id, lookup.item(s, item_id).version)
            revision = lookup.revision(s, lookup.item(s, item_id))
            revision.stage, revision.progress, revision.eta_seconds = IntakeStage.DETECT, share, 95.0
        return item_id

    def failed(self, title: str = "儿童发热怎么办") -> int:
        item_id = self.processing(title)
        with transaction() as s:
            item = lookup.item(s, item_id)
            lookup.revision(s, item).failure = "视频已损坏或没有传完，请重新导出后上传"
            moves.moved(item, ItemState.INTAKE_FAILED)
        return item_id

    def naming(self, title: str = TEXTS["title"], *, clean: bool = False) -> int:
        """An item whose intake has just ended: video, cover, texts, findings, verdicts, two faces."""
        item_id = self.processing(title)
        with transaction() as s:
            item = lookup.item(s, item_id)
            revision = lookup.revision(s, item)
            revision.texts, revision.tags = TEXTS | {"title": title}, ["高血压", "家庭护理"]
            revision.progress, revision.stage, revision.eta_seconds = 1.0, IntakeStage.CHECK, None
            owner: dict[str, Any] = {"item_id": item.id, "revision_id": revision.id}
            video = media.store_derived(
                s,
                clip(),
                role=AssetRole.VIDEO,
                media_type="video/mp4",
                seconds=float(SECONDS),
                width=WIDTH,
                height=HEIGHT,
                **owner,
            )
            cover = media.store_derived(s, picture(), role=AssetRole.COVER, media_type="image/jpeg", **owner)
            for variant in s.scalars(select(Variant).where(Variant.revision_id == revision.id)):
                article = variant.platform == "official_account"
                variant.title, variant.tags = title[:20], ["高血压", "家庭护理"]
                variant.body = f"<p>{TEXTS['summary']}</p><p>{TEXTS['script']}</p>" if article else TEXTS["caption"]
                variant.cover_id, variant.video_id = cover.id, None if article else video.id
            for number, (first, last, doubt) in enumerate(((0.0, 5.5, ""), (1.5, 3.0, "侧脸，请看清")), 1):
                face = media.store_sealed(
                    s, picture("PNG", (96, 96)), role=AssetRole.FACE, media_type="image/png", **owner
                )
                box = {"f": int(first * RATE), "x": 230 if number == 2 else 30, "y": 45, "w": 66, "h": 70}
                s.add(
                    Track(
                        revision_id=revision.id,
                        asset_id=video.id,
                        number=number,
                        first_frame=int(first * RATE),
                        last_frame=int(last * RATE),
                        first_seconds=first,
                        last_seconds=last,
                        score=0.93,
                        doubt=doubt,
                        proposed=number == 1,
                        boxes=[box],
                        face_id=face.id,
                    )
                )
            self._findings(s, revision, clean=clean)
            moves.moved(item, ItemState.NAMING)
        return item_id

    def _findings(self, s: Session, revision: Revision, *, clean: bool) -> None:
        start = TEXTS["caption"].index("住院号")
        shared = {"revision_id": revision.id}
        found = [
            Finding(
                **shared,
                checker="privacy",
                rule="PV01",
                severity="block",
                title="文字中有住院号，已遮盖",
                field="caption",
                start=start,
                end=start + 9,
                excerpt="住院号●●●●",
                basis="民法典 第一千二百二十六条",
                disposition="redacted",
            ),
            Finding(
                **shared,
                checker="privacy",
                rule="PV05",
                severity="block",
                title="画面文字含患者姓名，已打码",
                field="video",
                first_seconds=1.5,
                last_seconds=3.5,
                box={"x": 228, "y": 48, "w": 68, "h": 66},
                excerpt="张●● 住院号●●●",
                basis="个人信息保护法 第二十八条",
                disposition="redacted",
            ),
        ]
        if not clean:
            found.append(
                Finding(
                    **shared,
                    checker="advertising",
                    rule="MA15",
                    severity="warn",
                    title="数据未注明来源",
                    field="script",
                    start=16,
                    end=24,
                    excerpt="今天说说在家量血压",
                    basis="互联网广告管理办法 第八条",
                    basis_status="unverified",
                    suggestion="补充指南或文献出处",
                )
            )
        s.add_all(found)
        notes = {"speech": ("not_checked", "语音没有字幕可核对，请人工听一遍")}
        for checker in ("privacy", "advertising", "completeness", "consent", "limits", "speech"):
            verdict, note = notes.get(checker, ("found" if checker == "privacy" else "clean", ""))
            s.add(Verdict(**shared, checker=checker, verdict=verdict, note=note))

    def in_review(self, title: str = TEXTS["title"], *, level: int = 1, clean: bool = False) -> int:
        """An item that waits at this level."""
        item_id = self.naming(title, clean=clean)
        with transaction() as s:
            for track in s.scalars(
                select(Track).where(Track.revision_id == lookup.revision(s, lookup.item(s, item_id)).id)
            ):
                naming, agreement = ("staff", "王敏本人，同意公开发布") if track.number == 1 else ("patient", "")
                face_naming.name_track(s, self.staff["doctor"], track.id, naming, agreement)
            acceptance.accept_redactions(s, self.staff["doctor"], item_id, lookup.item(s, item_id).version)
        for role in ("doctor", "reviewer")[: level - 1]:
            self.decide(role, item_id)
        return item_id

    def answers(self, item_id: int) -> dict[str, str]:
        with transaction(read_only=True) as s:
            asked = selfcheck.questions(s, lookup.item(s, item_id), lookup.revision(s, lookup.item(s, item_id)))
        return {ask.key: "yes" if ask.kind != "reply" else "已补充指南出处" for ask in asked}

    def decide(self, role: str, item_id: int, verdict: str = "approve", reason: str = "") -> None:
        item, revision = self.item(item_id), self.revision(item_id)
        with transaction() as s:
            gate.decide(
                s,
                self.staff[role],
                item_id,
                version=item.version,
                verdict=verdict,
                digest=revision.digest or "",
                reason=reason,
                answers=self.answers(item_id),
            )

    def returned(self, title: str = "孕期用药那些事") -> int:
        item_id = self.in_review(title, level=2)
        self.decide("reviewer", item_id, "return", "“最有效”属于绝对化用语，请改为“常用”，并补充来源。")
        return item_id

    def approved(self, title: str = TEXTS["title"], *, platforms: Sequence[str] = ()) -> int:
        """An item with all signatures, its posts planned and its sheet made."""
        item_id = self.in_review(title, level=3)
        self.decide("publicity", item_id)
        with transaction() as s:
            planning.plan(s, lookup.revision(s, lookup.item(s, item_id)).id)
            sheet.make(s, lookup.revision(s, lookup.item(s, item_id)).id)
        return item_id

    def posts(self, item_id: int) -> dict[str, int]:
        with transaction(read_only=True) as s:
            return {post.platform: post.id for post in s.scalars(select(Post).where(Post.item_id == item_id))}

    def awaiting_person(self, post_id: int) -> None:
        """Make the post wait for an operator, with a pack."""
        with transaction() as s:
            post = s.get_one(Post, post_id)
            sha, blob, size = media.keep_derived(b"PK\x05\x06" + b"\0" * 18)
            pack = Asset(
                kind="derived",
                role="pack",
                sha256=sha,
                blob=blob,
                size=size,
                filename="publish-pack.zip",
                media_type="application/zip",
                item_id=post.item_id,
                created_at=clock.now(),
            )
            keep_pack(s, post, pack)
            post.state, post.message = PostState.AWAITING_PERSON, "发布包已备好，请在手机上发布后回填链接和截图"

    def live(self, post_id: int, external_id: str = "BV1xx411c7mD") -> None:
        with transaction() as s:
            post = s.get_one(Post, post_id)
            post.state, post.external_id, post.url = (
                PostState.LIVE,
                external_id,
                f"https://www.bilibili.com/video/{external_id}",
            )
            post.live_at, post.metrics = clock.now() - timedelta(hours=7), {"views": 182_340, "likes": 5_210}

    def event(self, post_id: int, volume: int = 1_240, tier: int = 2) -> int:
        """An open event over a post of ours, seven hours old, with its curve, duties and comments."""
        start = clock.now() - timedelta(hours=7)
        with transaction() as s:
            post = s.get_one(Post, post_id)
            thread = thread_for_post(s, post)
            event = events.open_by_hand(
                s,
                self.staff["operations"],
                title="网传“三步法”误导患者停药",
                url="",
                platform="bilibili",
                text="评论区质疑",
            )
            event.opened_at = event.known_at = start
            event.tier, event.volume = tier, volume
            thread.platform_count, thread.turned_at = volume, start
            s.add(EventThread(event_id=event.id, thread_id=thread.id, whole=True))
            self._mentions(s, thread)
            for index in range(85):
                share = (index / 84) ** 1.7
                s.add(
                    VolumePoint(
                        event_id=event.id,
                        at=start + timedelta(minutes=5 * index),
                        volume=round(volume * share),
                        negative=round(volume * 0.6 * share),
                    )
                )
            for number, minutes in ((1, 4), (2, 300))[:tier]:
                crossed = start + timedelta(minutes=minutes)
                s.add(
                    TierCrossing(
                        event_id=event.id,
                        tier=number,
                        volume=(1, 1000)[number - 1],
                        crossed_at=crossed,
                        raised_at=crossed + timedelta(seconds=3),
                        noticed_at=crossed + timedelta(seconds=8),
                    )
                )
            self._duties(s, event)
            s.add(
                TimelineEntry(
                    event_id=event.id, at=start + timedelta(hours=5), kind="tier", text="声量达到 1,000，升为较大"
                )
            )
            return event.id

    def _mentions(self, s: Session, thread: Thread) -> None:
        mentions: tuple[tuple[str, str, float, list[str]], ...] = (
            ("讲得太随便了，我爸照着做把药停了，出事谁负责？", "negative", 0.97, ["rights"]),
            ("这不是误导人吗？主任医师就这水平", "negative", 0.93, []),
            ("谢谢医生，讲得很清楚", "positive", 0.04, []),
            ("袖带到底绑左手还是右手", "neutral", 0.22, []),
        )
        for number, (text, label, share, signals) in enumerate(mentions):
            s.add(
                Mention(
                    thread_id=thread.id,
                    platform="bilibili",
                    external_id=f"c{number}",
                    author=f"用户{number}",
                    text=text,
                    written_at=clock.now(),
                    seen_at=clock.now(),
                    scored_at=clock.now(),
                    p_negative=share,
                    label=label,
                    signals=signals,
                )
            )

    def _duties(self, s: Session, event: Event) -> None:
        given = (("核实事实，形成事实清单第一版", "medical_affairs", 40), ("起草首份回应并送审", "publicity", -10))
        for number, (title, role, minutes) in enumerate(given):
            s.add(
                Duty(
                    subject_kind=SubjectKind.EVENT,
                    subject_id=event.id,
                    tier=2,
                    key=f"duty{number}",
                    title=title,
                    role=role,
                    started_at=event.opened_at,
                    due_at=clock.now() + timedelta(minutes=minutes),
                )
            )

    def hold(self) -> None:
        with transaction() as s:
            s.add(ReleaseHold(reason="突发舆情，待核实", set_by=self.staff["publicity"].id, set_at=clock.now()))


def build(staff: Mapping[str, Staff]) -> World:
    """People with proper names and one sandbox account per platform."""
    names = {"official_account": "示范医院", "bilibili": "示范医院心内科", "xiaohongshu": "王敏医生"}
    tiers = dict(zip(names, ("official", "department", "expert"), strict=True))
    with transaction() as s:
        for role, (name, title) in NAMES.items():
            person = s.get_one(Staff, staff[role].id)
            person.name, person.title = name, title
        accounts = [
            Account(
                platform=platform,
                name=name,
                tier=tiers[platform],
                active=True,
                sandbox=True,
                created_at=clock.now(),
                checked_at=clock.now(),
                credentials=None,
            )
            for platform, name in names.items()
        ]
        s.add_all(accounts)
        s.flush()
        people = {role: s.get_one(Staff, staff[role].id) for role in NAMES}
        return World(people, [account.id for account in accounts])


def audit_entries(action: str) -> int:
    """How many entries the audit log has of one action."""
    with transaction(read_only=True) as s:
        return s.scalar(select(func.count()).where(AuditEntry.action == action)) or 0
