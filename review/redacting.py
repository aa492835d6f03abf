"""Redacting the texts of a revision, all fields with one set of labels: the same person is 患者A everywhere."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from privacy.labels import Labels
from privacy.results import TextHit
from privacy.text import redact
from review import originals, rows
from review.form import TEXT_FIELDS, ItemForm
from yiyuan import media
from yiyuan.errors import BadInput
from yiyuan.models import Item, Revision, Staff
from yiyuan.texts import _

SUBTITLES_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class Hit:
    """An identifier that was replaced; `start` and `end` lie in the redacted text of the field."""

    field: str
    start: int
    end: int
    hit: TextHit


@dataclass(frozen=True)
class Redacted:
    """A form without identifiers."""

    form: ItemForm
    texts: dict[str, str]
    tags: list[str]
    hits: list[Hit] = field(default_factory=list)


class _Redactor:
    def __init__(self, allow: list[str]) -> None:
        self.allow, self.labels, self.hits = allow, Labels(), list[Hit]()

    def __call__(self, name: str, text: str) -> str:
        done = redact(text, allow=self.allow, labels=self.labels)
        self.hits += [Hit(name, *span, hit) for hit, span in zip(done.hits, done.new_spans, strict=True)]
        return done.text


def redact_form(s: Session, item: Item, revision: Revision) -> Redacted:
    """The texts, tags and own texts per account of a revision, redacted; missing author lines filled in."""
    form = originals.opened(s, revision)
    author = rows.person(s, item.author_id)
    clean = _Redactor(allowed(s, form))
    texts = {"title": clean("title", form.title)}
    given = _subtitles(s, revision) | {str(name): text for name, text in form.texts.items()}
    texts |= {name: clean(name, given[name]) for name in TEXT_FIELDS if given.get(name)}
    texts.setdefault("author_line", " ".join(part for part in (author.name, author.title) if part))
    texts.setdefault("department_line", " ".join((originals.hospital_names()[0], item.department)).strip())
    tags = [clean("tags", tag) for tag in form.tags]
    variants = [
        own.model_copy(
            update={
                "title": clean(f"variant.{own.account_id}.title", own.title),
                "body": clean(f"variant.{own.account_id}.body", own.body),
                "tags": [clean(f"variant.{own.account_id}.tags", tag) for tag in own.tags],
            }
        )
        for own in form.variants
    ]
    return Redacted(form.model_copy(update={"variants": variants}), texts, tags, clean.hits)


def allowed(s: Session, form: ItemForm) -> list[str]:
    """What is no patient's identifier: names of staff, of the hospital, its departments and its own page facts."""
    people = s.scalars(select(Staff).where(Staff.active))
    known = {part for person in people for part in (person.name, person.department) if part}
    facts = {value for value in form.facts.values() if isinstance(value, str) and value}
    return sorted(known | facts | set(originals.hospital_names()))


def _subtitles(s: Session, revision: Revision) -> dict[str, str]:
    asset = rows.asset(s, revision, "subtitles", "original")
    if asset is None:
        return {}
    with media.open_asset(asset) as stream:
        raw = stream.read(SUBTITLES_LIMIT)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return {"subtitles": raw.decode(encoding)}
        except UnicodeDecodeError:
            continue
    raise BadInput(_("字幕文件的编码无法识别，请另存为 UTF-8 后重新上传"), field="subtitles")
