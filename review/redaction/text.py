"""Redacting the texts of a revision, all fields with one set of labels: the same person is 患者A everywhere."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from privacy.api import Labels, Redaction, TextHit, redact, redact_subtitles
from release.identifier_place import IdentifierPlace
from review.items import lookup, originals
from review.items.form import TEXT_FIELDS, ItemForm
from review.redaction import decisions as redaction_decisions
from yiyuan.codes import AssetKind, AssetRole, IdentifierDecision
from yiyuan.errors import BadInput
from yiyuan.i18n import _
from yiyuan.models import IdentifierChoice, Item, Revision, Staff
from yiyuan.storage import media
from yiyuan.text.decoding import decode

SUBTITLES_LIMIT = 1024 * 1024
_ARROW, _DIALOGUE = "-->", "\nDialogue:"


@dataclass(frozen=True)
class Hit:
    """An identifier; `start` and `end` lie in the redacted text of the field, `hit` has the offsets in the original.

    place: where a choice finds it, in the original. choice: what a person chose; None: labelled. value: the identifier
    itself, for comparing only: it may reach no log, page or table.
    """

    field: str
    start: int
    end: int
    hit: TextHit
    place: IdentifierPlace
    choice: IdentifierChoice | None = None
    value: str = dataclasses.field(default="", repr=False)


@dataclass(frozen=True)
class Redacted:
    """A form without identifiers."""

    form: ItemForm
    texts: dict[str, str]
    tags: list[str]
    hits: list[Hit] = dataclasses.field(default_factory=list)


class _Redactor:
    def __init__(self, allow: list[str], choices: Mapping[IdentifierPlace, IdentifierChoice]) -> None:
        self.allow, self.choices, self.labels, self.hits = allow, choices, Labels(), list[Hit]()

    def __call__(self, name: str, text: str, part: str = "") -> str:
        tool: Callable[..., Redaction] = redact_subtitles if name == "subtitles" and is_timed(text) else redact
        plain = text.replace("\r\n", "\n").replace("\r", "\n") if tool is redact_subtitles else text
        done = tool(text, allow=self.allow, labels=self.labels)
        return self._chosen(name, part or name, plain, done.hits)

    def _chosen(self, name: str, part: str, text: str, hits: list[TextHit]) -> str:
        """The text with each hit as it was chosen: labelled, removed or kept."""
        pieces, last, length = list[str](), 0, 0
        for hit in hits:
            place = IdentifierPlace.in_text(part, hit.start, hit.end)
            choice = self.choices.get(place)
            instead = _instead(text, hit, choice)
            pieces += [text[last : hit.start], instead]
            length += hit.start - last
            self.hits.append(Hit(name, length, length + len(instead), hit, place, choice, text[hit.start : hit.end]))
            length += len(instead)
            last = hit.end
        return "".join([*pieces, text[last:]])


def _instead(text: str, hit: TextHit, choice: IdentifierChoice | None) -> str:
    if choice is None or choice.choice == IdentifierDecision.LABEL:
        return hit.replacement
    return text[hit.start : hit.end] if choice.choice == IdentifierDecision.KEEP else ""


def redact_form(s: Session, item: Item, revision: Revision) -> Redacted:
    """The texts, tags and own texts per account of a revision, redacted; missing author lines filled in."""
    form = originals.opened(s, revision)
    author = lookup.person(s, item.author_id)
    clean = _Redactor(allowed(s, form), redaction_decisions.choices(s, revision))
    given = originals.fields(form, uploaded_subtitles(s, revision))
    texts = {name: clean(name, given[name]) for name in ("title", *TEXT_FIELDS) if given.get(name)}
    texts.setdefault("author_line", " ".join(part for part in (author.name, author.title) if part))
    texts.setdefault("department_line", " ".join((originals.hospital_names()[0], item.department)).strip())
    tags = [clean("tags", tag, f"tags.{number}") for number, tag in enumerate(form.tags)]
    variants = [
        own.model_copy(
            update={
                "title": clean(f"variant.{own.account_id}.title", own.title),
                "body": clean(f"variant.{own.account_id}.body", own.body),
                "tags": [
                    clean(f"variant.{own.account_id}.tags", tag, f"variant.{own.account_id}.tags.{number}")
                    for number, tag in enumerate(own.tags)
                ],
            }
        )
        for own in form.variants
    ]
    kept_tags = [tag for tag in tags if tag.strip()]
    return Redacted(form.model_copy(update={"variants": variants}), texts, kept_tags, clean.hits)


def allowed(s: Session, form: ItemForm) -> list[str]:
    """What is no patient's identifier: names of staff, of the hospital, its departments and its own page facts."""
    people = s.scalars(select(Staff).where(Staff.active))
    known = {part for person in people for part in (person.name, person.department) if part}
    facts = {value for value in form.facts.values() if isinstance(value, str) and value}
    return sorted(known | facts | set(originals.hospital_names()))


def is_timed(text: str) -> bool:
    """Whether a text is a subtitle file with times."""
    return _ARROW in text or _DIALOGUE in text.replace("\r", "\n")


def timed_subtitles(s: Session, revision: Revision) -> str:
    """The subtitle file of a revision, else subtitles with times that were typed; "" when nobody gave any."""
    typed = originals.opened(s, revision).texts.get("subtitles", "")
    found = uploaded_subtitles(s, revision) or typed
    return found if is_timed(found) else ""


def uploaded_subtitles(s: Session, revision: Revision) -> str:
    """The text of the uploaded subtitle file; "" when there is none. BadInput for an unknown encoding or no times."""
    asset = lookup.asset(s, revision, AssetRole.SUBTITLES, AssetKind.ORIGINAL)
    if asset is None:
        return ""
    with media.open_asset(asset) as stream:
        text = decode(stream.read(SUBTITLES_LIMIT), field="subtitles")
    if not is_timed(text):
        raise BadInput(_("字幕文件里没有可识别的时间轴：请上传 SRT、VTT 或 ASS 字幕"), field="subtitles")
    return text
