"""From rows to the parcel an adapter gets: nothing but what was approved, and only desensitised files."""

from dataclasses import replace

from sqlalchemy.orm import Session

from channels import article_html
from channels.accounts import register
from channels.contract import Media, Payload
from release import consent_coverage, token
from yiyuan import clock
from yiyuan.codes import AssetKind
from yiyuan.errors import Refused
from yiyuan.i18n import _
from yiyuan.models import Asset, Post, Revision, Variant
from yiyuan.settings import settings
from yiyuan.storage import media


def check(s: Session, post: Post) -> None:
    """Refused unless the release token holds and every consent covers the platform today.

    Conflict while the account may not speak: not reported, not certified, its holder gone.
    """
    token.check_token(s, post)
    check_consent(s, post)
    register.require(s, post.account_id)


def check_consent(s: Session, post: Post) -> None:
    """Refused unless every consent covers the platform today."""
    consent_coverage.covers(s, s.get_one(Revision, post.revision_id), post.platform, clock.today())


def _media(s: Session, asset_id: int | None) -> Media | None:
    if asset_id is None:
        return None
    asset = s.get_one(Asset, asset_id)
    path = media.derived_path(asset)
    return Media(path, asset.sha256, path.stat().st_size, asset.media_type)


def _image(s: Session, post: Post, source: str) -> Media:
    asset = s.get(Asset, article_html.asset_id(source) or 0)
    # The signed digest covers the assets of this revision only.
    if asset is None or asset.revision_id != post.revision_id or asset.kind != AssetKind.DERIVED:
        raise Refused(_("正文里有不属于本稿件的图片，请先上传为素材：{source}").format(source=source[:80]))
    found = _media(s, asset.id)
    assert found is not None
    return found


def build(s: Session, post_id: int) -> Payload:
    """The parcel of a post, checked; Refused when it may not go out as it is."""
    post = s.get_one(Post, post_id)
    check(s, post)
    variant = s.get_one(Variant, post.variant_id)
    return replace(
        outline(s, post),
        video=_media(s, variant.video_id),
        cover=_media(s, variant.cover_id),
        images={source: _image(s, post, source) for source in article_html.sources(variant.body)},
    )


def outline(s: Session, post: Post) -> Payload:
    """The texts of a post, unchecked: to recognise it on the platform, never to send it."""
    variant = s.get_one(Variant, post.variant_id)
    return Payload(
        title=variant.title,
        body=variant.body,
        tags=tuple(variant.tags),
        extra=variant.extra,
        marker=post.marker,
        link=f"{settings().console_url}/posts/{post.id}",
    )
