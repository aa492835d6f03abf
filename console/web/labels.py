"""Words of the screen that no code carries itself: names of platforms, fields, steps and tiers, from their owners."""

from channels import registry
from channels.registry import step_label
from playbooks.schema import load_all
from yiyuan.codes import ALL, Code, FieldName
from yiyuan.i18n import _
from yiyuan.models import Event

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


def step(platform: str, name: str) -> str:
    """Step of an attempt on a platform."""
    return step_label(platform, name)


def tier(event: Event, number: int | None = None) -> str:
    """Title of a tier of an event's playbook (none named: the tier it has); its number when the playbook has gone."""
    wanted, playbook = event.tier if number is None else number, load_all().get(event.playbook)
    return playbook.title_of(wanted) if playbook else str(wanted)
