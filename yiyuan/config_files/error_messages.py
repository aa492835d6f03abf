"""What pydantic found wrong in a file that people write (playbook, policy, rule pack), as one Chinese sentence."""

from pydantic_core import ErrorDetails

from yiyuan.i18n import _

#: Characters of a wrong value that are quoted.
QUOTED = 80


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
        expected = context.get("expected", "")
        return _("{key} 的值不可用：不认识的值 {given}，可用的有 {expected}").format(
            key=key, given=given, expected=expected
        )
    return _("{key} 的值不可用：{given}（{problem}）").format(key=key, given=given, problem=detail["msg"])
