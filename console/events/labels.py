"""Words of events: what a playbook calls a tier, which way a second opinion leans."""

from playbooks.schema import load_all
from yiyuan.i18n import _
from yiyuan.models import Event

#: P(negative) of the baseline from which on, and up to which, it leans; it is never far from even.
_NEGATIVE, _POSITIVE = 0.4, 0.15


def tier(event: Event, number: int | None = None) -> str:
    """Title of a tier of an event's playbook (none named: the tier it has); its number when the playbook has gone."""
    wanted, playbook = event.tier if number is None else number, load_all().get(event.playbook)
    return playbook.title_of(wanted) if playbook else str(wanted)


def leaning(p_negative: float) -> str:
    """Which way a second opinion leans."""
    if p_negative >= _NEGATIVE:
        return _("偏负面")
    return _("偏正面") if p_negative <= _POSITIVE else _("倾向不明")
