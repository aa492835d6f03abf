"""The intake: what it makes of a real clip, what survives a kill, what a re-run does not repeat.

Fixture `recorded.clip` is worked on for real; with `film` the real results of that same clip are replayed.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from privacy.api import video
from release import content
from review.approval import acceptance, reminders
from review.intake import lease, pipeline
from review.items import lookup
from review.redaction import decisions as redaction_decisions
from review.redaction import faces as face_naming
from review.submission import attachments, submission
from yiyuan import clock
from yiyuan.codes import AssetKind, AssetRole, CheckerName, OutboxState
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, Conflict, Failed
from yiyuan.models import Account, Asset, Finding, OutboxRow, Track, Variant, Verdict
from yiyuan.settings import settings
from yiyuan.storage import media

Hospital = Any
REAL_PROBE = video.probe
pytestmark = pytest.mark.usefixtures("plain_checks")


class Killed(BaseException):
    """What a kill leaves behind: no handler runs, the lease stays."""


@pytest.fixture
def bilibili(hospital: Hospital) -> int:
    with transaction() as s:
        account = Account(platform="bilibili", name="示范医院", active=True, sandbox=True, created_at=clock.now())
        s.add(account)
        s.flush()
        return account.id


def submitted(hospital: Hospital, film: Path | None, **more: object) -> int:
    item_id: int = hospital.draft(agreement="李医生，同意出镜", **more)
    with transaction() as s:
        item = lookup.item(s, item_id)
        if film is not None:
            with film.open("rb") as stream:
                attachments.attach_video(s, item, stream, film.name, editor=hospital.doctor)
        submission.submit(s, hospital.doctor, item_id, item.version)
    return item_id


def counts(hospital: Hospital, item_id: int) -> dict[str, int]:
    """Rows of the current revision, by table and role."""
    revision = hospital.revision(item_id)
    with transaction(read_only=True) as s:
        query = select(Asset.role, Asset.kind, func.count()).where(
            Asset.revision_id == revision.id, Asset.erased_at.is_(None)
        )
        found = {f"{role}/{kind}": n for role, kind, n in s.execute(query.group_by(Asset.role, Asset.kind)).tuples()}
        for model in (Track, Finding, Verdict, Variant):
            number = s.scalar(select(func.count()).where(model.revision_id == revision.id))
            found[model.__tablename__] = number or 0
    return found


def expire(hospital: Hospital, item_id: int) -> None:
    """As if the lease's time had passed."""
    with transaction() as s:
        revision = lookup.revision(s, lookup.item(s, item_id))
        assert revision.lease_until is not None
        revision.lease_until = clock.now() - timedelta(seconds=1)


def test_a_clip_comes_out_desensitised_and_is_rendered_again_for_a_named_face(
    hospital: Hospital, recorded: Any, bilibili: int
) -> None:
    caption = "患者王小明，电话13800138000，已好转。"
    item_id = submitted(hospital, recorded.clip, accounts=[hospital.account_id, bilibili], texts={"caption": caption})
    reported: list[tuple[str, float]] = []
    pipeline.run(hospital.revision(item_id).id, 1, lambda stage, share, _eta: reported.append((stage, share)))
    item, revision = hospital.item(item_id), hospital.revision(item_id)
    assert item.state == "naming"
    assert "13800138000" not in str(revision.texts)
    assert "王小明" not in str(revision.texts)
    assert [share for _stage, share in reported] == sorted(share for _stage, share in reported)
    assert {stage for stage, _share in reported} == {"probe", "detect", "text", "render", "check"}
    with transaction(read_only=True) as s:
        tracks = list(s.scalars(select(Track).where(Track.revision_id == revision.id)))
        findings = list(s.scalars(select(Finding).where(Finding.revision_id == revision.id)))
        verdicts = {v.checker: v for v in s.scalars(select(Verdict).where(Verdict.revision_id == revision.id))}
        film, original = lookup.asset(s, revision, AssetRole.VIDEO, AssetKind.DERIVED), lookup.video(s, revision)
        variants = list(s.scalars(select(Variant).where(Variant.revision_id == revision.id)))
        faces = list(s.scalars(select(Asset).where(Asset.role == "face")))
    assert tracks
    assert all(face.kind == "original" and face.key for face in faces)
    assert len(faces) == len(tracks)
    on_screen = [f for f in findings if f.rule.startswith("screen.")]
    assert on_screen
    assert all(f.disposition == "redacted" and f.first_seconds is not None and f.box for f in on_screen)
    in_text = [f for f in findings if f.rule.startswith("text.")]
    assert all(revision.texts[f.field][f.start : f.end] for f in in_text if f.field == "caption")
    assert (verdicts[CheckerName.SPEECH].verdict, verdicts[CheckerName.PRIVACY].verdict) == ("not_checked", "found")
    assert "语音未核验" in verdicts[CheckerName.SPEECH].note
    assert film is not None
    assert original is not None
    assert film.frames == original.frames
    assert film.sha256 != original.sha256
    assert all(v.cover_id and v.video_id == film.id for v in variants)
    assert {v.platform: v.extra.get("tid") for v in variants} == {"xiaohongshu": None, "bilibili": 201}
    _name_and_accept(hospital, item_id, tracks[0], film)


def _name_and_accept(hospital: Hospital, item_id: int, track: Track, first: Asset) -> None:
    revision_id = hospital.revision(item_id).id
    with pytest.raises(BadInput), transaction() as s:
        face_naming.name_track(s, hospital.doctor, track.id, "cousin")
    with transaction() as s:
        named = face_naming.name_track(s, hospital.doctor, track.id, "staff")
        assert named.agreement == "李医生，同意出镜"
        acceptance.accept_redactions(s, hospital.doctor, item_id, lookup.item(s, item_id).version)
    assert (hospital.item(item_id).state, hospital.revision(item_id).digest) == ("intake", None)
    pipeline.run(revision_id)
    item, revision = hospital.item(item_id), hospital.revision(item_id)
    assert (item.state, item.level) == ("review", 1)
    with transaction(read_only=True) as s:
        second = lookup.asset(s, revision, AssetRole.VIDEO, AssetKind.DERIVED)
        assert second is not None
        assert second.sha256 != first.sha256
        assert content.revision_digest(s, revision) == revision.digest
        assert redaction_decisions.kept(s, revision) == [track.number]
        old = s.get_one(Asset, first.id)
    assert old.erased_at is not None
    assert not (settings().home / "media" / old.blob).exists()
    assert media.sha256_now(second) == second.sha256


def test_a_killed_run_goes_on_and_repeats_nothing(
    hospital: Hospital, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = submitted(hospital, film)
    revision_id = hospital.revision(item_id).id
    seen: list[str] = []
    real = {name: getattr(video, name) for name in ("probe", "detect", "render")}

    def watched(name: str, dies: bool) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            if dies:
                raise Killed
            seen.append(name)
            return real[name](*args, **more)

        return call

    for stage in ("probe", "detect", "render"):
        for name in real:
            monkeypatch.setattr(video, name, watched(name, name == stage))
        # Three kills use up the attempts; what is proven here is that finished stages are kept.
        monkeypatch.setattr(lease, "ATTEMPTS", 9)
        with pytest.raises(Killed):
            pipeline.run(revision_id)
        with pytest.raises(Conflict):
            pipeline.run(revision_id)
        expire(hospital, item_id)
    for name in real:
        monkeypatch.setattr(video, name, watched(name, False))
    pipeline.run(revision_id)
    assert hospital.item(item_id).state == "naming"
    assert seen == ["probe", "detect", "render"]
    before = counts(hospital, item_id)
    assert before["detection/original"] == before["video/derived"] == before["cover/derived"] == 1
    with transaction() as s:
        acceptance.recheck(s, hospital.doctor, item_id, lookup.item(s, item_id).version)
    pipeline.run(revision_id)
    assert counts(hospital, item_id) == before
    assert seen == ["probe", "detect", "render"]


def test_a_returned_item_keeps_namings_and_renders_nothing_again(
    hospital: Hospital, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = submitted(hospital, film)
    pipeline.run(hospital.revision(item_id).id)
    hospital.accept(item_id)
    hospital.decide(hospital.doctor, item_id)
    hospital.decide(hospital.reviewer, item_id, "return")
    old = hospital.revision(item_id)
    before = counts(hospital, item_id)
    for name in ("detect", "render"):
        monkeypatch.setattr(video, name, pytest.fail)
    with transaction() as s:
        form = submission.form_of(s, lookup.item(s, item_id), hospital.doctor)
        submission.edit(
            s, hospital.doctor, item_id, lookup.item(s, item_id).version, form.model_copy(update={"title": "新标题"})
        )
    hospital.submit(item_id)
    item, revision = hospital.item(item_id), hospital.revision(item_id)
    assert (item.state, revision.number) == ("naming", 2)
    with transaction(read_only=True) as s:
        variant = s.scalar(select(Variant).where(Variant.revision_id == revision.id))
        unticked = s.scalar(select(Verdict).where(Verdict.revision_id == revision.id, Verdict.checker == "speech"))
    assert unticked is not None
    assert unticked.ticked_by is None
    assert variant is not None
    assert variant.cover_id
    assert variant.video_id
    assert counts(hospital, item_id) == before
    assert old.digest is not None


def test_what_is_no_video_comes_back_with_a_sentence(
    hospital: Hospital, tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "slides.mp4"
    wrong.write_bytes(b"PK\x03\x04" + b"not a film" * 100)
    item_id = submitted(hospital, wrong)
    replayed = video.probe
    monkeypatch.setattr(video, "probe", REAL_PROBE)
    revision_id = hospital.revision(item_id).id
    pipeline.run(revision_id)
    assert hospital.item(item_id).state == "intake_failed"
    assert hospital.revision(item_id).failure
    monkeypatch.setattr(video, "probe", replayed)
    with transaction() as s:
        item = lookup.item(s, item_id)
        with film.open("rb") as stream:
            attachments.attach_video(s, item, stream, "right.mp4", editor=hospital.doctor)
        submission.submit(s, hospital.doctor, item_id, item.version)
    pipeline.run(revision_id)
    assert hospital.item(item_id).state == "naming"
    assert hospital.revision(item_id).failure == ""


def test_three_failures_leave_it_to_the_author(hospital: Hospital, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    item_id = submitted(hospital, film)
    revision_id = hospital.revision(item_id).id

    def full(*_args: Any, **_more: Any) -> None:
        raise Failed("磁盘已满")

    monkeypatch.setattr(video, "probe", full)
    for _ in range(2):
        with pytest.raises(Failed):
            pipeline.run(revision_id)
        assert hospital.item(item_id).state == "intake"
    pipeline.run(revision_id)
    assert hospital.item(item_id).state == "intake_failed"
    assert hospital.revision(item_id).failure == "磁盘已满"


def test_a_run_that_was_believed_dead_changes_nothing(
    hospital: Hospital, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = submitted(hospital, film)
    revision_id = hospital.revision(item_id).id
    real = video.probe

    def slow(*args: Any, **more: Any) -> Any:
        expire(hospital, item_id)
        monkeypatch.setattr(video, "probe", real)
        pipeline.run(revision_id)  # the other run, from beginning to end
        return real(*args, **more)

    monkeypatch.setattr(video, "probe", slow)
    pipeline.run(revision_id)
    assert hospital.item(item_id).state == "naming"
    assert hospital.revision(item_id).attempt == 2
    assert counts(hospital, item_id)["detection/original"] == 1


def test_a_withdrawn_item_ends_its_intake(hospital: Hospital, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    item_id = submitted(hospital, film)
    real = video.probe

    def meanwhile(*args: Any, **more: Any) -> Any:
        with transaction() as s:
            submission.withdraw(s, hospital.doctor, item_id, lookup.item(s, item_id).version, "不发了")
        return real(*args, **more)

    monkeypatch.setattr(video, "probe", meanwhile)
    pipeline.run(hospital.revision(item_id).id)
    assert hospital.item(item_id).state == "withdrawn"
    pipeline.run(hospital.revision(item_id).id)
    assert hospital.item(item_id).state == "withdrawn"


def test_the_lease_is_renewed_while_the_work_lasts(
    hospital: Hospital, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIYUAN_INTAKE_LEASE_SECONDS", "1")
    settings.cache_clear()
    item_id = submitted(hospital, film)
    held = lease.take(hospital.revision(item_id).id)
    assert held is not None
    first = hospital.revision(item_id).lease_until
    with held.kept():
        waited = clock.now() + timedelta(seconds=10)
        while hospital.revision(item_id).lease_until == first and clock.now() < waited:
            pass
    assert hospital.revision(item_id).lease_until > first


def test_stuck_intakes_are_asked_for_again(hospital: Hospital) -> None:
    item_id = submitted(hospital, None)
    with transaction() as s:
        assert len(list(s.scalars(select(OutboxRow).where(OutboxRow.step == "intake")))) == 1
        for row in s.scalars(select(OutboxRow)):
            row.state = OutboxState.FAILED

    assert reminders.sweep() == 1
    assert reminders.sweep() == 0
    with transaction(read_only=True) as s:
        ready = [r.args for r in s.scalars(select(OutboxRow).where(OutboxRow.state == "ready"))]
    assert ready == [{"revision_id": hospital.revision(item_id).id}]
