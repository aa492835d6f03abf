"""Completeness: who says it, from where, on what source, made with AI or not. Form fields decide, texts cross-check."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from compliance.rulepack.schema import Pack
from compliance.types import Found, Package
from yiyuan.codes import AccountStatus, AiLabel, CheckerName, Severity
from yiyuan.i18n import _

CHECKER = CheckerName.COMPLETENESS

_AI_SHOWN = re.compile(
    r"(?:AI|人工智能|数字人)[^。\n]{0,8}(?:生成|合成|配音|制作|辅助|绘制|示意|主播)"
    r"|(?:生成|合成|配音|绘制)[^。\n]{0,6}AI",
    re.I,
)
_AI_DISOWNED = re.compile(r"(?:非|不是|并非|未使用|没有使用|不含)[^。\n]{0,4}(?:AI|人工智能)", re.I)
_CITING = re.compile(
    r"\d\s?[%％]|百分之|研究|数据显示|调查|统计|指南|共识|据.{1,12}(?:报道|公布|介绍)|转载|文献|专家(?:指出|表示)"
)
_SOURCE_IN_TEXT = re.compile(
    r"(?:来源|出处)\s?[:：]\s?\S|参考(?:文献|资料)\s?[:：]|《[^》]{3,40}(?:指南|共识|规范)[^》]{0,20}》"
)
_DISCLAIMER = re.compile(
    r"仅供[^。\n]{0,8}(?:参考|科普|学习)"
    r"|不能(?:替代|代替)[^。\n]{0,8}(?:面诊|就诊|诊断|诊疗|就医|医嘱|医生)"
    r"|不(?:作为|构成)[^。\n]{0,8}(?:诊断|诊疗|用药|医疗)"
)
_APPROVAL = re.compile(r"医广[^。\n]{0,14}\d{2}[\d\-－—]{2,18}号?")
#: Account states that may not speak in the hospital's name, and what to say of them.
_ACCOUNT_FAULTS: dict[AccountStatus | None, Callable[[], str]] = {
    AccountStatus.UNREPORTED: lambda: _("发布账号尚未向医院报告备案"),
    AccountStatus.UNCERTIFIED: lambda: _("发布账号尚未完成平台的医疗资质认证"),
    AccountStatus.LEFT: lambda: _("账号持有人已离职，不得沿用本院职务发布"),
}
#: Topic words needed before a text is said to be about something.
LEAST_WORDS = 3


def check(package: Package) -> list[Found]:
    """Findings on the form of a package, with the basis that the pack in use gives."""
    from compliance.advertising.active_pack import pack  # the pack proves its examples with this module

    return judge(package, pack())


def judge(package: Package, pack: Pack) -> list[Found]:
    """The same with a given pack."""
    return [found for part in _PARTS for found in part(package, pack)]


def _text(package: Package) -> str:
    return "\n".join(package.texts.values())


def _found(
    pack: Pack, rule_id: str, package: Package, title: str, field: str, severity: Severity | None = None
) -> Iterator[Found]:
    rule = pack.rule(rule_id)
    if package.content_class in rule.classes:
        yield Found(
            CHECKER, rule_id, severity or rule.severity, title, field,
            basis=rule.basis_text(), basis_status=rule.basis_status, suggestion=_(rule.suggestion),
        )  # fmt: skip


def _source(package: Package, pack: Pack) -> Iterator[Found]:
    text = _text(package)
    if package.source.strip() or _SOURCE_IN_TEXT.search(text):
        return
    cites = _CITING.search(text) is not None
    title = _("引用了数据或研究，却没有写明信息来源") if cites else _("没有填写信息来源")
    yield from _found(pack, "MI01", package, title, "source", None if cites else Severity.WARN)


def _identity(package: Package, pack: Pack) -> Iterator[Found]:
    missing = {
        "author": (package.author, _("作者姓名")),
        "title": (package.title, _("职称")),
        "department": (package.department, _("科室")),
        "practice_place": (package.practice_place, _("执业机构")),
    }
    for field, (value, name) in missing.items():
        if not value.strip():
            yield from _found(pack, "MI02", package, _("缺少{name}").format(name=name), field)


def _disclaimer(package: Package, pack: Pack) -> Iterator[Found]:
    if not package.disclaimer.strip() and not _DISCLAIMER.search(_text(package)):
        yield from _found(pack, "MI03", package, _("缺少“仅供科普参考，不能替代面诊”一类的提示"), "disclaimer")


def _approval(package: Package, pack: Pack) -> Iterator[Found]:
    if not package.approval_number.strip() and not _APPROVAL.search(_text(package)):
        yield from _found(pack, "MI04", package, _("医疗广告没有审查证明文号"), "approval_number")


def _account(package: Package, pack: Pack) -> Iterator[Found]:
    fault = _ACCOUNT_FAULTS.get(package.account_status)
    if fault:
        yield from _found(pack, "MI05", package, fault(), "account_status")


def _ai(package: Package, pack: Pack) -> Iterator[Found]:
    shown = _AI_SHOWN.search(_text(package)) is not None
    if package.ai_label == AiLabel.NONE:
        if shown and not _AI_DISOWNED.search(_text(package)):
            yield from _found(pack, "AI01", package, _("正文提到 AI 生成，表单却声明未使用 AI"), "ai_label")
        return
    if not shown:
        severity = None if package.ai_label == AiLabel.GENERATED else Severity.MUST_FIX
        yield from _found(pack, "AI01", package, _("使用了 AI，正文或画面却没有看得见的标识"), "ai_label", severity)
    if not package.ai_verified_by.strip():
        yield from _found(pack, "AI02", package, _("AI 内容没有写明由哪位医师核准"), "ai_verified_by")


def _field_of_work(package: Package, pack: Pack) -> Iterator[Found]:
    topic = foreign_topic(package.department, _text(package), pack)
    if topic:
        title = _("主题像是“{topic}”，作者科室是“{department}”，请确认没有超出专业领域")
        yield from _found(pack, "MA17", package, title.format(topic=topic, department=package.department), "department")


_PARTS = (_source, _identity, _disclaimer, _approval, _account, _ai, _field_of_work)


def foreign_topic(department: str, text: str, pack: Pack) -> str:
    """The department the text is about, when that is clearly another one than the author's; "" otherwise."""
    own = _topic_of(department, pack)
    if not own or any(word in department for word in pack.any_topic):
        return ""
    counts = Counter({name: sum(text.count(word) for word in words) for name, words in pack.topics.items()})
    (name, most), *_rest = counts.most_common(1)
    related = name in pack.related.get(own, ()) or own in pack.related.get(name, ())
    return name if most >= LEAST_WORDS and counts[own] == 0 and name != own and not related else ""


def _topic_of(department: str, pack: Pack) -> str:
    """The topic a department stands for, by its name or by an alias; "" when nobody can tell."""
    if not department:
        return ""
    for name in pack.topics:
        if name in department or department in name or any(alias in department for alias in pack.aliases.get(name, ())):
            return name
    return ""
