"""Chinese names of what the room puts into messages."""

from yiyuan.i18n import _


def checker_name(checker: str) -> str:
    """The name of a checker."""
    return {
        "privacy": _("隐私"),
        "advertising": _("广告红线"),
        "completeness": _("完整性"),
        "consent": _("知情同意"),
        "limits": _("平台限制"),
        "drift": _("与原文一致"),
        "speech": _("语音"),
        "scenes": _("隐私部位"),
    }.get(checker, checker)


def field_name(field: str) -> str:
    """The name of a text field."""
    return {
        "title": _("标题"),
        "summary": _("摘要"),
        "script": _("正文"),
        "caption": _("配文"),
        "subtitles": _("字幕"),
        "source": _("信息来源"),
        "author_line": _("作者"),
        "department_line": _("科室"),
        "disclaimer": _("提示语"),
        "tags": _("标签"),
        "video": _("视频"),
    }.get(field, field)
