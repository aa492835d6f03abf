"""What a person needs to sign: the questions, what stops the signature, and whom one could stand in for."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from review.approval import gate, inbox, selfcheck, signatures, waivers
from review.items import lookup
from review.policies import policies
from yiyuan.codes import Disposition
from yiyuan.i18n import _
from yiyuan.models import Finding, Item, ReviewLevel, Staff
from yiyuan.staff.members import holders


@dataclass(frozen=True)
class SigningView:
    """why_not: Chinese, empty when the person may sign. instead_of: colleagues the person may sign for, if only so."""

    stage: ReviewLevel | None
    why_not: str
    asks: Sequence[selfcheck.Ask] = ()
    unmet: Sequence[str] = ()
    instead_of: Sequence[Staff] = ()
    may_waive: bool = False

    @property
    def open(self) -> bool:
        """Whether the person can sign, in the own name or for a colleague."""
        return self.stage is not None and (not self.why_not or bool(self.instead_of))


def desk_of(s: Session, item: Item, staff: Staff) -> SigningView:
    """The desk of one person for one item."""
    revision, stage = lookup.revision(s, item), inbox.who_holds(s, item)
    why_not = gate.why_not(s, item, staff)
    if stage is None:
        return SigningView(None, why_not)
    asks = selfcheck.questions(s, item, revision) if stage.level == 1 and not why_not else []
    # What the self-check on the same page asks need not be complained about above it.
    asked = {_("未核验：{note}").format(note=v.note) for v in selfcheck.unticked(s, revision)} if asks else set()
    unmet = [line for line in gate.unmet(s, revision) if line not in asked]
    return SigningView(
        stage=stage,
        why_not=why_not,
        asks=asks,
        unmet=unmet,
        instead_of=_instead_of(s, item, stage, staff) if why_not else [],
        may_waive=item.level <= 1 and not waivers.why_not(item, revision, staff),
    )


def _instead_of(s: Session, item: Item, stage: ReviewLevel, staff: Staff) -> list[Staff]:
    level, revision = policies.load(item.policy).level(stage.level), lookup.revision(s, item)
    signed = {decision.staff_id for decision in signatures.decided(s, revision)}
    people = {person.id: person for role in level.roles for person in holders(s, role, stage.department)}
    return [p for p in people.values() if not signatures.why_not(item, revision, stage, staff, signed, p)]


def signers(s: Session, item: Item) -> list[str]:
    """Names of those who may sign the open level."""
    return [person.name for person in inbox.holders(s, item)]


def stops(finding: Finding) -> bool:
    """Whether an open finding keeps the item from being signed."""
    return finding.disposition == Disposition.OPEN and finding.severity.stops
