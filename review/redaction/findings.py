"""What privacy found, as findings with their place, and what a person decided of each."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from privacy.api import Detection, FaceTrack, SceneHit, ScreenHit, SpokenHit, kind_name
from release.identifier_place import DIGITS, IdentifierPlace
from review.items import attached_files
from review.redaction import decisions as redaction_decisions
from review.redaction import doubts, sensitive_scenes
from review.redaction.text import Hit, Redacted
from yiyuan.codes import CheckerName, Disposition, FieldName, IdentifierDecision, Severity, SpeechCheck, VerdictKind
from yiyuan.i18n import _
from yiyuan.models import Asset, Finding, IdentifierChoice, Item, Revision, Track, Verdict, VoiceChange

#: The articles are quoted by number; both texts were read.
BASIS = "《民法典》第一千二百二十六条；《个人信息保护法》第二十八条"
_ATTACHMENT = "attachment."


def of(s: Session, item: Item, revision: Revision, redacted: Redacted, found: Detection | None) -> list[Finding]:
    """Findings in the texts and, when there is a film, in its picture and sound."""
    shown = [*(_text(hit) for hit in redacted.hits), *in_pictures(s, revision)]
    if found is None:
        return shown
    return [*shown, *in_film(s, revision, found), *sensitive_scenes.declared(s, item, revision)]


def in_pictures(s: Session, revision: Revision) -> Iterator[Finding]:
    """Findings of the attached pictures and PDF; the title says where, they have no place in the film."""
    named = {t.number: t for t in s.scalars(select(Track).where(Track.revision_id == revision.id))}
    chosen = redaction_decisions.choices(s, revision)
    for number, original in enumerate(attached_files.attached(s, revision), 1):
        found, field = attached_files.found_in(s, original), attachment_field(original)
        for at, hit in enumerate(found.screen_hits if found else ()):
            finding = screen(at, hit, chosen.get(redaction_decisions.screen_place(at, original)), field)
            yield _placed(finding, number, hit.first_frame)
        for track in (t for t in (found.tracks if found else ()) if t.doubt):
            yield _placed(face(track, named, field), number, track.first_frame)
        for at, found_scene in enumerate(found.scenes if found else ()):
            yield _placed(scene(at, found_scene, field), number, round(found_scene.first_seconds))


def attachment_field(original: Asset) -> str:
    """Finding.field of what was found in an attached file."""
    return f"{_ATTACHMENT}{original.sha256[:DIGITS]}"


def place_of(finding: Finding) -> IdentifierPlace | None:
    """Where the identifier in a picture stands that a finding stands for; None: the finding stands for none."""
    if finding.detection_index is None or not finding.rule.startswith("screen."):
        return None
    if finding.field.startswith(_ATTACHMENT):
        return IdentifierPlace.in_attachment(finding.field.removeprefix(_ATTACHMENT), finding.detection_index)
    return IdentifierPlace.on_screen(finding.detection_index)


def _placed(finding: Finding, number: int, page: int) -> Finding:
    """page: page or frame from 0."""
    where = _("附件 {number} 第 {page} 页（帧）").format(number=number, page=page + 1)
    finding.suggestion = "；".join(part for part in (where, finding.suggestion) if part)
    finding.first_seconds = finding.last_seconds = finding.box = None
    return finding


def in_film(s: Session, revision: Revision, found: Detection) -> Iterator[Finding]:
    """Findings of a film."""
    named = {t.number: t for t in s.scalars(select(Track).where(Track.revision_id == revision.id))}
    chosen = redaction_decisions.choices(s, revision)
    yield from (screen(at, hit, chosen.get(IdentifierPlace.on_screen(at))) for at, hit in enumerate(found.screen_hits))
    yield from (face(track, named) for track in found.tracks if track.doubt)
    yield from (_spoken(at, hit) for at, hit in enumerate(found.spoken))
    yield from (_changed(row) for row in redaction_decisions.voices(s, revision) if found.probe.has_audio)
    yield from (scene(at, hit) for at, hit in enumerate(found.scenes))


def _text(each: Hit) -> Finding:
    words = {"name": FieldName.label_of(each.field), "kind": kind_name(each.hit.kind)}
    finding = Finding(
        checker=CheckerName.PRIVACY,
        rule=f"text.{each.hit.kind}",
        # A doubtful one was masked as well; the author says whether it should have been.
        severity=Severity.WARN if each.hit.doubt else Severity.INFO,
        title=_("{name}中的{kind}已遮盖").format(**words),
        field=each.field,
        start=each.start,
        end=each.end,
        excerpt=each.hit.excerpt,
        basis=BASIS,
        suggestion=each.hit.doubt,
        disposition=Disposition.OPEN if each.hit.doubt else Disposition.REDACTED,
    )
    if each.choice is not None:
        _as_chosen(finding, each.choice)
        title = {
            IdentifierDecision.KEEP: _("{name}中的{kind}由作者确认不是患者信息，未遮盖"),
            IdentifierDecision.REMOVE: _("{name}中的{kind}已删除"),
        }
        finding.title = title.get(each.choice.choice, _("{name}中的{kind}已遮盖")).format(**words)
    return finding


def _as_chosen(finding: Finding, choice: IdentifierChoice) -> None:
    kept = choice.choice == IdentifierDecision.KEEP
    finding.severity = Severity.WARN if kept else finding.severity
    finding.disposition = Disposition.FALSE_ALARM if kept else Disposition.REDACTED
    finding.disposed_by, finding.disposed_at, finding.reason = choice.chosen_by, choice.chosen_at, choice.reason


def screen(index: int, hit: ScreenHit, choice: IdentifierChoice | None, field: str = "video") -> Finding:
    """An identifier in a picture: covered, or kept by a person. index: its position in the detection."""
    finding = Finding(
        checker=CheckerName.PRIVACY,
        rule=f"screen.{hit.kind}",
        severity=Severity.INFO,
        title=_("画面中的{kind}已遮盖").format(kind=kind_name(hit.kind)),
        field=field,
        detection_index=index,
        first_seconds=hit.first_seconds,
        last_seconds=hit.last_seconds,
        box={"x": hit.box.x, "y": hit.box.y, "w": hit.box.w, "h": hit.box.h},
        excerpt=hit.text_excerpt,
        basis=BASIS,
        disposition=Disposition.REDACTED,
    )
    if choice is not None:
        on_screen(finding, choice)
    return finding


def on_screen(finding: Finding, choice: IdentifierChoice) -> None:
    """Carry a choice over to the finding of an identifier on screen."""
    kind = kind_name(finding.rule.removeprefix("screen."))
    finding.severity = Severity.INFO
    _as_chosen(finding, choice)
    kept = choice.choice == IdentifierDecision.KEEP
    title = _("画面中的{kind}由作者确认不是患者信息，未遮盖") if kept else _("画面中的{kind}已遮盖")
    finding.title = title.format(kind=kind)


def face(track: FaceTrack, named: Mapping[int, Track], field: str = "video") -> Finding:
    """A track with a doubt, with what a person decided of it."""
    _frame, box = track.boxes[len(track.boxes) // 2]
    finding = Finding(
        checker=CheckerName.PRIVACY,
        rule=doubts.RULE,
        severity=Severity.WARN,
        title=doubts.title(track),
        field=field,
        detection_index=track.number,
        first_seconds=track.first_seconds,
        last_seconds=track.last_seconds,
        box={"x": box.x, "y": box.y, "w": box.w, "h": box.h},
        basis=BASIS,
        disposition=Disposition.OPEN,
    )
    if track.number in named:
        doubts.decide(finding, named[track.number])
    return finding


def _spoken(index: int, hit: SpokenHit) -> Finding:
    return Finding(
        checker=CheckerName.PRIVACY,
        rule=f"speech.{hit.kind}",
        severity=Severity.INFO,
        title=_("语音中的{kind}已消音").format(kind=kind_name(hit.kind)),
        field="audio",
        detection_index=index,
        first_seconds=hit.first_seconds,
        last_seconds=hit.last_seconds,
        excerpt=hit.text_excerpt,
        basis=BASIS,
        disposition=Disposition.REDACTED,
    )


def _changed(row: VoiceChange) -> Finding:
    """A stretch whose voice is changed, and who asked for it."""
    first, last = row.first_seconds, row.last_seconds
    title = _("{first}–{last} 秒的声音已变声，难以还原").format(first=round(first, 1), last=round(last, 1))
    return Finding(
        checker=CheckerName.PRIVACY,
        rule="speech.voice",
        severity=Severity.INFO,
        title=title,
        field="audio",
        first_seconds=first,
        last_seconds=last,
        basis=BASIS,
        disposition=Disposition.REDACTED,
        disposed_by=row.chosen_by,
        disposed_at=row.chosen_at,
    )


def scene(index: int, hit: SceneHit, field: str = "video") -> Finding:
    """A scene that only a person can clear: it stops level 1 until publicity has looked and written why it may pass."""
    return Finding(
        checker=CheckerName.PRIVACY,
        rule=f"scene.{hit.kind}",
        severity=Severity.MUST_FIX,
        title=_("{first}–{last} 秒：{note}").format(first=hit.first_seconds, last=hit.last_seconds, note=hit.note),
        field=field,
        detection_index=index,
        first_seconds=hit.first_seconds,
        last_seconds=hit.last_seconds,
        basis=BASIS,
        suggestion=_("剪掉这段，或在“人脸与遮挡核对”中画框遮盖；再由宣传部看过画面后写明理由"),
        disposition=Disposition.OPEN,
    )


def speech(found: Detection | None) -> Verdict:
    """Whether the sound was checked; a person must listen when it was not."""
    if found is None:
        return Verdict(checker=CheckerName.SPEECH, verdict=VerdictKind.CLEAN, note=_("没有视频"))
    if not found.probe.has_audio:
        return Verdict(checker=CheckerName.SPEECH, verdict=VerdictKind.CLEAN, note=_("视频没有声音"))
    if found.speech != SpeechCheck.SUBTITLED:
        note = _("语音未核验：请完整听一遍，确认没有说出患者信息")
        return Verdict(checker=CheckerName.SPEECH, verdict=VerdictKind.NOT_CHECKED, note=note)
    if found.spoken:
        note = _("按字幕核对，{n} 处患者信息已消音").format(n=len(found.spoken))
        return Verdict(checker=CheckerName.SPEECH, verdict=VerdictKind.FOUND, note=note)
    return Verdict(checker=CheckerName.SPEECH, verdict=VerdictKind.CLEAN, note=_("按字幕核对，没有说出患者信息"))
