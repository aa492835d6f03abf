"""The sweep over open events: late duties go to whom the tier names, unanswered events are answered."""

from sqlalchemy import select

from duties import duties
from playbooks.engine import respond
from playbooks.schema import named
from yiyuan.codes import EventState
from yiyuan.db.session import transaction
from yiyuan.models import Event


def sweep() -> int:
    """Escalate what is late and answer what a lost run left unanswered; returns the number of escalations.

    Own transactions. A duty escalates once; its notice stays until somebody acknowledges it.
    """
    with transaction() as s:
        late = duties.late(s)
        for duty in late:
            event = s.get_one(Event, duty.event_id)
            # A duty that a signal started (tier 0) escalates as the tier that leads now.
            duties.escalate(s, duty, named(event.playbook).tier(max(duty.tier or event.tier, 1)).escalate_to)
        opened = list(s.scalars(select(Event.id).where(Event.state == EventState.OPEN)))
    for event_id in opened:
        respond(event_id)
    return len(late)
