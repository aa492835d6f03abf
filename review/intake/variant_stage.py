"""What each chosen account gets, derived from the redacted texts within the platform's limits.

A title that is too long is left as it is and reported: cutting a medical sentence can turn its meaning round.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels import registry
from channels.capabilities import Can, Capabilities
from review.intake import article_images
from review.intake.article_html import Figures, ai_line, article
from review.items import attached_files, lookup
from review.items.form import VariantForm
from review.redaction.text import Redacted
from yiyuan.codes import AiLabel, AssetKind, AssetRole
from yiyuan.i18n import _
from yiyuan.models import Asset, Revision, Variant

#: Parts of the digest and author line that 公众号 takes (draft/add).
DIGEST_LIMIT, AUTHOR_LIMIT = 120, 16


@dataclass(frozen=True)
class _Shown:
    cover: Asset | None
    figures: Sequence[Figures]


def write(s: Session, revision: Revision, redacted: Redacted) -> list[Variant]:
    """Fill the variants of a revision that is not frozen; the same input gives the same variants."""
    own = {form.account_id: form for form in redacted.form.variants}
    cover, video = (
        lookup.asset(s, revision, AssetRole.COVER, AssetKind.DERIVED),
        lookup.asset(s, revision, AssetRole.VIDEO, AssetKind.DERIVED),
    )
    figures = [
        Figures(article_images.of(s, asset), asset.frames or 1) for asset in attached_files.attached(s, revision)
    ]
    # An article without a film still needs a cover: its first picture, when the platform takes that one as a still.
    stills = (picture for figure in figures for picture in figure.pictures if picture.media_type != "image/gif")
    shown = cover or next(stills, None)
    query = select(Variant).where(Variant.revision_id == revision.id).order_by(Variant.account_id)
    found = list(s.scalars(query))
    for variant in found:
        row = registry.capabilities(variant.platform)
        given = own.get(variant.account_id) or VariantForm(account_id=variant.account_id)
        _fill(variant, row, redacted, given, _Shown(cover, figures))
        variant.cover_id = shown.id if shown else None
        variant.video_id = video.id if video and row.video is not Can.NO else None
    s.flush()
    return found


def _fill(variant: Variant, row: Capabilities, redacted: Redacted, own: VariantForm, shown: _Shown) -> None:
    texts = redacted.texts
    variant.title = own.title or texts["title"]
    # The first tags that fit in number and total length.
    tags = own.tags or redacted.tags
    kept: list[str] = []
    for tag in tags[: row.max_tags]:
        if row.max_tags_length is not None and len(",".join([*kept, tag])) > row.max_tags_length:
            break
        kept.append(tag)
    variant.tags = kept
    extra = dict(row.extra)
    if row.video is Can.NO:
        variant.body = article(texts, own.body, shown.cover, shown.figures, redacted.form.ai_label)
        summary = texts.get("summary") or texts.get("caption") or ""
        extra |= {"author": texts["author_line"][:AUTHOR_LIMIT], "digest": summary[:DIGEST_LIMIT]}
    else:
        variant.body = caption(texts, own.body, row.max_body, redacted.form.ai_label)
    variant.extra = extra | {key: value for key, value in own.extra.items() if key in row.extra}


def caption(texts: dict[str, str], own: str, limit: int, ai_label: AiLabel) -> str:
    """The caption of a video: the text, then what the rules want shown, then what fits of the rest."""
    text = own or texts.get("caption") or texts.get("summary") or texts["title"]
    duties = [line for line in (ai_line(ai_label), texts.get("disclaimer", "")) if line and line not in text]
    source = texts.get("source", "")
    extras = [_("来源：{source}").format(source=source)] if source and source not in text else []
    body = "\n".join([text, *duties])
    for line in [*extras, " ".join((texts["department_line"], texts["author_line"]))]:
        if len(body) + len(line) < limit:
            body += "\n" + line
    return body
