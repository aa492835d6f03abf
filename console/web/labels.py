"""Words that every page may need and no code carries itself: names of fields and platforms. Others: the areas' own."""

from channels import registry
from yiyuan.codes import ALL, Code, FieldName
from yiyuan.i18n import N_, _

_CODES = {kind.__name__: kind for kind in ALL}


def code(value: str, name: str) -> Code:
    """The member of the list `name` for a value that comes from JSON; ValueError when there is none."""
    return _CODES[name].of(value)


def field(name: str) -> str:
    """A field of a revision, of a variant or of a form, or an attached file."""
    return FieldName.label_of(name)


def platforms() -> list[str]:
    """Codes of the platforms, in the order shown to people."""
    return list(registry.platforms())


#: Where outside posts about the hospital come from, beside the platforms that we serve.
OUTSIDE = {"douyin": N_("抖音"), "kuaishou": N_("快手"), "weibo": N_("微博"), "other": N_("其他")}


def sources() -> list[str]:
    """Codes of every platform that an outside post may come from, in the order shown to people."""
    return [*platforms(), *(code for code in OUTSIDE if code not in registry.platforms())]


def platform(code: str) -> str:
    """Name of a platform; what a vendor's export calls one that nobody knows stays as it is."""
    if code in registry.platforms():
        return _(registry.capabilities(code).name)
    return _(OUTSIDE[code]) if code in OUTSIDE else code
