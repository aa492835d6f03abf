"""People, accounts and items for the tests of the gate."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from compliance import runner
from compliance.types import CheckerVerdict, Report
from privacy.api import Detection, Probe, Source, VideoReport, video
from privacy.job import RenderDecisions
from review.approval import acceptance, gate, selfcheck
from review.intake import pipeline
from review.items import lookup
from review.items.form import ItemForm, parse
from review.submission import submission
from tests.support.clips import Clip, make
from yiyuan import clock
from yiyuan.codes import CheckerName, VerdictKind
from yiyuan.db.session import transaction
from yiyuan.models import Account, Decision, Item, Revision, Staff
from yiyuan.settings import settings
from yiyuan.staff import members

TEXTS = {
    "script": "高血压患者应当每天在同一时间测量血压，并把读数记下来，复诊时带给医生看。",
    "caption": "血压怎么量才准？",
    "source": "《中国高血压防治指南（2024年修订版）》",
    "disclaimer": "本内容仅供科普参考，不能替代面诊。",
}


def form(account_id: int, **more: object) -> ItemForm:
    """A submission without faults for a platform that takes articles."""
    plain: dict[str, object] = {
        "title": "在家量血压",
        "texts": dict(TEXTS),
        "tags": ["高血压"],
        "accounts": [account_id],
    }
    return parse(plain | more)


@dataclass
class Hospital:
    """The people and one account. Methods act in their own transaction, as a click does."""

    staff: dict[str, Staff]
    account_id: int

    def __getattr__(self, role: str) -> Staff:
        try:
            return self.staff[role]
        except KeyError:
            raise AttributeError(role) from None

    def item(self, item_id: int) -> Item:
        with transaction(read_only=True) as s:
            return lookup.item(s, item_id)

    def revision(self, item_id: int) -> Revision:
        with transaction(read_only=True) as s:
            return lookup.revision(s, lookup.item(s, item_id))

    def draft(self, author: Staff | None = None, **more: object) -> int:
        with transaction() as s:
            return submission.create(s, author or self.doctor, form(self.account_id, **more)).id

    def submit(self, item_id: int, author: Staff | None = None) -> Item:
        with transaction() as s:
            submission.submit(s, author or self.doctor, item_id, lookup.item(s, item_id).version)
        pipeline.run(self.revision(item_id).id)
        return self.item(item_id)

    def accept(self, item_id: int, author: Staff | None = None) -> Item:
        with transaction() as s:
            return acceptance.accept_redactions(s, author or self.doctor, item_id, lookup.item(s, item_id).version)

    def in_review(self, author: Staff | None = None, **more: object) -> int:
        """An item whose level 1 is open."""
        item_id = self.draft(author, **more)
        self.submit(item_id, author)
        self.accept(item_id, author)
        return item_id

    def answers(self, item_id: int) -> dict[str, str]:
        with transaction(read_only=True) as s:
            asked = selfcheck.questions(s, lookup.item(s, item_id), self.revision(item_id))
        return {ask.key: "yes" if ask.kind != "reply" else "已核对" for ask in asked}

    def decide(self, staff: Staff, item_id: int, verdict: str = "approve", **more: object) -> Decision:
        item, revision = self.item(item_id), self.revision(item_id)
        given: dict[str, Any] = {"version": item.version, "digest": revision.digest, "answers": self.answers(item_id)}
        given |= {"reason": "" if verdict == "approve" else "请补充数据来源"}
        with transaction() as s:
            return gate.decide(s, staff, item_id, verdict=verdict, **(given | more))

    def approved(self, **more: Any) -> int:
        """An item with all three signatures."""
        item_id = self.in_review(**more)
        for role in ("doctor", "reviewer", "publicity"):
            self.decide(self.staff[role], item_id)
        return item_id

    def person(self, login: str, roles: list[str], department: str = "心内科") -> Staff:
        with transaction() as s:
            return members.create_staff(
                s, login, f"人员{login}", roles, department, "correct-horse-9", title="主治医师"
            )


@pytest.fixture
def hospital(staff: dict[str, Staff]) -> Hospital:
    """People with titles and an active account."""
    with transaction() as s:
        for person in s.scalars(select(Staff)):
            person.title = "主任医师"
        account = Account(
            platform="xiaohongshu", name="示范医院", active=True, sandbox=True, created_at=clock.now(), credentials=None
        )
        s.add(account)
        s.flush()
        return Hospital(staff, account.id)


@dataclass
class Recorded:
    """What the real privacy package made of one clip."""

    clip: Path
    probe: Probe
    detection: Detection
    film: bytes
    report: VideoReport


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    """A small clip with a real face and a burnt-in name, taken through the real steps once for all tests."""
    folder = tmp_path_factory.mktemp("recorded")
    before = os.environ.get("YIYUAN_HOME")
    os.environ["YIYUAN_HOME"] = str(folder)
    settings.cache_clear()
    clip = make(folder / "clip.mp4", Clip(seconds=1.2, text="姓名：王小明 住院号：20260718"))
    source, target = Source.of_path(clip), folder / "out.mp4"
    detection = video.detect(source)
    report = video.render(source, detection, RenderDecisions(), target)
    yield Recorded(clip, detection.probe, detection, target.read_bytes(), report)
    os.environ.pop("YIYUAN_HOME")
    if before is not None:
        os.environ["YIYUAN_HOME"] = before
    settings.cache_clear()


@pytest.fixture
def film(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The clip, with the real results replayed: for tests whose point is not the media work."""

    def render(_source: Source, _detection: Detection, _keep: object, target: Path, **_more: object) -> VideoReport:
        target.write_bytes(recorded.film)
        return recorded.report

    monkeypatch.setattr(video, "probe", lambda _source: recorded.probe)
    monkeypatch.setattr(video, "detect", lambda _source, **_more: recorded.detection)
    monkeypatch.setattr(video, "render", render)
    return recorded.clip


@pytest.fixture
def plain_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkers that find nothing: where the gate is the point, a new rule must not change what the test means."""
    names = (CheckerName.ADVERTISING, CheckerName.COMPLETENESS, CheckerName.CONSENT, CheckerName.LIMITS)
    report = Report((), tuple(CheckerVerdict(name, VerdictKind.CLEAN) for name in names))
    monkeypatch.setattr(runner, "run", lambda _package: report)
