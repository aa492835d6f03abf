"""What a page says after a change, by the key in its address: nobody can put a text of theirs there."""

from functools import cache

from console.web.area import merged
from yiyuan.i18n import N_, _

#: Keys that pages of several areas use; the others stand in `console/<area>/area.py`.
COMMON = {
    "saved": N_("已保存"),
    "submitted": N_("已提交，系统正在脱敏和检查"),
    "acknowledged": N_("已签收"),
    "withdrawn": N_("已撤回"),
    "undone": N_("已撤销"),
}


@cache
def messages() -> dict[str, object]:
    """Every key with its text; ValueError when two areas give one key two texts."""
    return merged("messages", COMMON)


def message(key: str) -> str:
    """What a page says after a change; "" for a key that nobody declared."""
    text = messages().get(key, "")
    return _(str(text)) if text else ""
