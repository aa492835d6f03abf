"""Words that every page may need and no code carries itself: names of fields and platforms. Others: the areas' own."""

from channels import registry
from yiyuan.codes import ALL, Code, FieldName
from yiyuan.i18n import _

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


def platform(code: str) -> str:
    """Name of a platform; outside posts may come from one that we do not serve."""
    return _(registry.capabilities(code).name) if code in registry.platforms() else code
