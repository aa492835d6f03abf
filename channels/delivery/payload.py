"""From rows to the parcel an adapter gets: nothing but what was approved, and only desensitised files."""

from dataclasses import replace

from sqlalchemy.orm import Session

from channels import article_html
from channels.accounts import register
from channels.contract import Payload
from channels.errors import ContentChanged
from channels.media_file import Media
from release import consent_coverage, token
from yiyuan import clock
from yiyuan.codes import AssetKind
from yiyuan.errors import Missing, Refused
from yiyuan.i18n import _
from yiyuan.models import Asset, Post, Revision, Variant
from yiyuan.settings import settings
from yiyuan.storage import media
from yiyuan.storage.file_digest import FileDigests


def check(s: Session, post: Post, digests: FileDigests) -> None:
    """Refused unless the release token holds and every consent covers the platform today.

    Conflict while the account may not speak: not reported, not certified, its holder gone.
    """
    token.check_token(s, post, lambda asset: digests.of(media.derived_path(asset)))
    check_consent(s, post)
    register.require(s, post.account_id)


def check_files(parcel: Payload) -> None:
    """Refused unless every file of the parcel is still what was signed; Missing when one is gone."""
    for file in parcel.files():
        try:
            file.check()
        except ContentChanged as error:
            raise Refused(error.message) from error
        except FileNotFoundError as error:
            raise Missing(_("素材文件不在存储中，请从备份恢复")) from error


def check_consent(s: Session, post: Post) -> None:
    """Refused unless every consent covers the platform today."""
    consent_coverage.covers(s, s.get_one(Revision, post.revision_id), post.platform, clock.today())


def _media(s: Session, asset_id: int | None, digests: FileDigests) -> Media | None:
    if asset_id is None:
        return None
    asset = s.get_one(Asset, asset_id)
    path = media.derived_path(asset)
    return Media(path, asset.sha256, path.stat().st_size, asset.media_type, digests)


def _image(s: Session, post: Post, source: str, digests: FileDigests) -> Media:
    asset = s.get(Asset, article_html.asset_id(source) or 0)
    # The signed digest covers the assets of this revision only.
    if asset is None or asset.revision_id != post.revision_id or asset.kind != AssetKind.DERIVED:
        raise Refused(_("正文里有不属于本稿件的图片，请先上传为素材：{source}").format(source=source[:80]))
    found = _media(s, asset.id, digests)
    assert found is not None
    return found


def build(s: Session, post_id: int, digests: FileDigests) -> Payload:
    """The parcel of a post, checked; Refused when it may not go out as it is. digests: one for the whole delivery."""
    post = s.get_one(Post, post_id)
    check(s, post, digests)
    variant = s.get_one(Variant, post.variant_id)
    return replace(
        outline(s, post),
        video=_media(s, variant.video_id, digests),
        cover=_media(s, variant.cover_id, digests),
        images={source: _image(s, post, source, digests) for source in article_html.sources(variant.body)},
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
