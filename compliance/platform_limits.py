"""Per-platform text limits, from the channels' capability table."""

from collections.abc import Iterator

from channels import article_html, registry
from channels.capabilities import Capabilities
from compliance.types import Found, Package, VariantFact
from yiyuan.codes import CheckerName, FactName, Severity
from yiyuan.i18n import _

CHECKER = CheckerName.LIMITS
RULE = "LM01"


def check(package: Package) -> list[Found] | str:
    """Findings on texts that a platform would refuse, or that no platform is chosen yet."""
    if package.facts.get(FactName.INTERNAL):
        return []  # goes to no platform
    variants = package.variants or _assumed(package)
    if not variants:
        return _("还没有选择发布平台，未核对平台字数限制")
    return [found for variant in variants for found in _judge(variant)]


def _assumed(package: Package) -> tuple[VariantFact, ...]:
    """Before variants are written, a platform would get title and caption of the item."""
    texts = package.texts
    return tuple(
        VariantFact(platform, texts.get("title", ""), texts.get("caption", ""), package.tags)
        for platform in package.platforms
    )


def _judge(variant: VariantFact) -> Iterator[Found]:
    row = registry.all_capabilities().get(variant.platform)
    if row is None:
        yield _found("variant", _("没有名为 {platform} 的平台").format(platform=variant.platform), None)
        return
    yield from _too_long(row, "title", _("标题"), len(variant.title), row.max_title)
    # Characters as the platform counts them: the pictures of an article get addresses of its own.
    sent = len(variant.body) if row.max_image_bytes is None else article_html.sent_length(variant.body)
    yield from _too_long(row, "caption", _("正文"), sent, row.max_body)
    if row.max_tags is not None:
        yield from _too_long(row, "tags", _("话题个数"), len(variant.tags), row.max_tags)
    if row.max_tags_length is not None:
        yield from _too_long(row, "tags", _("话题总长"), len(",".join(variant.tags)), row.max_tags_length)
    if not variant.title.strip():
        yield _found("title", _("{name}需要标题").format(name=_(row.name)), row)


def _too_long(row: Capabilities, field: str, what: str, given: int, limit: int) -> Iterator[Found]:
    if given > limit:
        title = _("{name}的{what}最多 {limit}，现在是 {given}")
        yield _found(field, title.format(name=_(row.name), what=what, limit=limit, given=given), row)


def _found(field: str, title: str, row: Capabilities | None) -> Found:
    basis = _("平台文档（{source}，核对于 {day}）").format(source=row.source, day=row.verified) if row else ""
    return Found(
        CHECKER, RULE, Severity.MUST_FIX, title, field, basis=basis, suggestion=_("缩短到平台允许的长度后重新提交")
    )
