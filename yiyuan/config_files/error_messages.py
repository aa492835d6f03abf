"""What pydantic found wrong in a file that people write (playbook, policy, rule pack), as one Chinese sentence."""

from collections.abc import Callable
from typing import Any

from pydantic_core import ErrorDetails

from yiyuan.i18n import _

#: Characters of a wrong value that are quoted.
QUOTED = 80

#: What a value has to be, by the first words of pydantic's kind of error; {names} are of its context.
_WANTED: dict[str, Callable[[], str]] = {
    "string_type": lambda: _("应为文字，含冒号、数字或日期时请加引号"),
    "string_too_short": lambda: _("至少 {min_length} 个字"),
    "string_too_long": lambda: _("最多 {max_length} 个字"),
    "string_pattern_mismatch": lambda: _("须符合格式 {pattern}"),
    "too_short": lambda: _("至少 {min_length} 项"),
    "too_long": lambda: _("最多 {max_length} 项"),
    "greater_than_equal": lambda: _("不得小于 {ge}"),
    "greater_than": lambda: _("须大于 {gt}"),
    "less_than_equal": lambda: _("不得大于 {le}"),
    "less_than": lambda: _("须小于 {lt}"),
    "int_": lambda: _("应为整数"),
    "float_": lambda: _("应为数字"),
    "finite_number": lambda: _("应为数字"),
    "bool_": lambda: _("应为 true 或 false"),
    "date_": lambda: _("应为日期，如 2026-11-01"),
    "datetime_": lambda: _("应为日期和时间，如 2026-11-01 08:30"),
    "time_delta_": lambda: _("应为时长，如 PT30M"),
    "time_": lambda: _("应为时间，如 08:30"),
    "list_type": lambda: _("应为列表"),
    "set_type": lambda: _("应为列表"),
    "tuple_type": lambda: _("应为列表"),
    "dict_type": lambda: _("应为“键: 值”的写法"),
    "mapping_type": lambda: _("应为“键: 值”的写法"),
    "model_": lambda: _("应为“键: 值”的写法"),
    "invalid_key": lambda: _("键应为文字，请加引号"),
    "recursion_loop": lambda: _("不得引用自身"),
}


def sentence(detail: ErrorDetails) -> str:
    """The fault with its key and, where it helps, what was given and what could be given instead.

    An error of ours (PydanticCustomError with a `message`, or a ValueError of a validator) already is a sentence.
    """
    kind, context = detail["type"], detail.get("ctx", {})
    if "message" in context:
        return str(context["message"])
    if kind == "value_error":
        return str(context["error"])
    key, given = ".".join(str(part) for part in detail["loc"]), str(detail.get("input"))[:QUOTED]
    if kind == "extra_forbidden":
        return _("不认识的键 {key}").format(key=key)
    if kind == "missing":
        return _("缺少 {key}").format(key=key)
    if kind in ("literal_error", "enum"):
        expected = str(context.get("expected", "")).replace(" or ", "、").replace(", ", "、")
        return _("{key} 的值不可用：不认识的值 {given}，可用的有 {expected}").format(
            key=key, given=given, expected=expected
        )
    words = _("{key} 的值不可用：{given}（{problem}）") if key else _("文件内容不可用：{given}（{problem}）")
    return words.format(key=key, given=given, problem=_wanted(kind, context))


def _wanted(kind: str, context: dict[str, Any]) -> str:
    wording = next((text() for start, text in _WANTED.items() if kind.startswith(start)), "")
    return wording.format(**context) if wording else _("写法不符，请对照说明文档")
