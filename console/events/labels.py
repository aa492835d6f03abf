"""Words of events: what a playbook calls a tier."""

from playbooks.schema import load_all
from yiyuan.models import Event


def tier(event: Event, number: int | None = None) -> str:
    """Title of a tier of an event's playbook (none named: the tier it has); its number when the playbook has gone."""
    wanted, playbook = event.tier if number is None else number, load_all().get(event.playbook)
    return playbook.title_of(wanted) if playbook else str(wanted)
