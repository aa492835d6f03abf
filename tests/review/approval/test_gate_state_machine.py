"""Random people do random things to items, some of them behind the gate's back; what must never happen does not.

The suite runs a short form. The long one: `GATE_STEPS=10000 pytest tests/review/approval/test_gate_state_machine.py`.
"""

import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from release import content, token
from review.approval import acceptance, gate, selfcheck, signatures
from review.intake import pipeline
from review.items import lookup
from review.policies import policies
from review.submission import submission
from yiyuan import clock
from yiyuan.codes import ItemState
from yiyuan.crypto.keyring import keyring
from yiyuan.db.session import transaction
from yiyuan.errors import YiyuanError
from yiyuan.models import Decision, Item, Post, Revision, Staff, Variant

STEPS = int(os.environ.get("GATE_STEPS", "400"))
EXAMPLE_STEPS = 50
PEOPLE = st.integers(0, 10**6)
TAMPERINGS = ("text", "variant", "state", "level", "decision", "forge", "unsign", "editors", "author")

pytestmark = pytest.mark.usefixtures("plain_checks")
SEEN = {"approved": 0, "tampered": 0, "steps": 0}


class Gate(RuleBasedStateMachine):
    """One item at a time in the hands of everybody."""

    hospital: Any
    crowd: list[Staff]

    def __init__(self) -> None:
        super().__init__()
        self.item_id = self.hospital.draft(self.crowd[0])
        self.tampered: set[int] = set()

    def person(self, number: int) -> Staff:
        return self.crowd[number % len(self.crowd)]

    def item(self) -> Item:
        item: Item = self.hospital.item(self.item_id)
        return item

    def revision(self) -> Revision:
        revision: Revision = self.hospital.revision(self.item_id)
        return revision

    @rule(who=PEOPLE)
    def edit(self, who: int) -> None:
        person = self.person(who)
        with _allowed_to_fail(), transaction() as s:
            item = lookup.item(s, self.item_id)
            form = submission.form_of(s, item, person)
            submission.edit(s, person, item.id, item.version, form.model_copy(update={"title": f"在家量血压{who % 7}"}))

    @rule(who=PEOPLE)
    def submit(self, who: int) -> None:
        with _allowed_to_fail(), transaction() as s:
            submission.submit(s, self.person(who), self.item_id, self.item().version)

    @rule()
    def process(self) -> None:
        with _allowed_to_fail():
            pipeline.run(self.revision().id)

    @rule(who=PEOPLE)
    def accept(self, who: int) -> None:
        with _allowed_to_fail(), transaction() as s:
            acceptance.accept_redactions(s, self.person(who), self.item_id, self.item().version)

    @precondition(lambda self: self.item().state == "review")
    @rule(who=PEOPLE, verdict=st.sampled_from(("approve", "approve", "approve", "approve", "return", "reject")))
    def decide(self, who: int, verdict: str) -> None:
        self._decide(self.person(who), verdict)

    @rule(steps=st.integers(1, 7))
    def go_on(self, steps: int) -> None:
        """What ought to be done next, by whoever ought to: random people alone rarely get an item through."""
        for _ in range(steps):
            self._next()

    def _next(self) -> None:
        item, author = self.item(), self.crowd[0]
        if item.state in ("draft", "returned", "intake_failed"):
            with _allowed_to_fail(), transaction() as s:
                submission.submit(s, author, item.id, item.version)
        elif item.state == "intake":
            self.process()
        elif item.state == "naming":
            with _allowed_to_fail(), transaction() as s:
                acceptance.accept_redactions(s, author, item.id, item.version)
        elif item.state == "review":
            self._the_right_one_approves()
        else:
            self.advance()

    def _the_right_one_approves(self) -> None:
        with transaction(read_only=True) as s:
            item = lookup.item(s, self.item_id)
            able = [person for person in self.crowd if gate.eligible(s, item, person)]
        if able:
            self._decide(able[0], "approve")

    def _decide(self, person: Staff, verdict: str) -> None:
        with _allowed_to_fail(), transaction() as s:
            item = lookup.item(s, self.item_id)
            revision = lookup.revision(s, item)
            asked = selfcheck.questions(s, item, revision)
            answers = {ask.key: "yes" if ask.kind != "reply" else "已核对" for ask in asked}
            decision = gate.decide(
                s,
                person,
                item.id,
                version=item.version,
                verdict=verdict,
                digest=revision.digest or "",
                reason="理由充分" if verdict != "approve" else "",
                answers=answers,
            )
            self._judge(decision, item, revision, person)

    @staticmethod
    def _judge(decision: Decision, item: Item, revision: Revision, person: Staff) -> None:
        if decision.level == 1:
            assert person.id == revision.editors[-1]
        else:
            assert person.id != item.author_id
            assert person.id not in revision.editors

    @rule(who=PEOPLE)
    def withdraw(self, who: int) -> None:
        if who % 10:  # now and then: it ends the item's way
            return
        with _allowed_to_fail(), transaction() as s:
            submission.withdraw(s, self.person(who), self.item_id, self.item().version, "不发了")

    @rule(who=PEOPLE, days=st.integers(-3, 30))
    def reschedule(self, who: int, days: int) -> None:
        before = self.revision().digest
        with _allowed_to_fail(), transaction() as s:
            submission.reschedule(s, self.person(who), self.item_id, clock.now() + timedelta(days=days))
        assert self.revision().digest == before

    @rule(how=st.sampled_from(TAMPERINGS), chance=st.integers(0, 2))
    def tamper(self, how: str, chance: int) -> None:
        """Somebody with the database, but without the keys."""
        if chance:
            return
        with transaction() as s:
            item = s.get_one(Item, self.item_id)
            revision = lookup.revision(s, item)
            if _tamper(s, item, revision, how, self.crowd):
                self.tampered.add(revision.id)
                SEEN["tampered"] += 1

    @rule()
    def advance(self) -> None:
        with _allowed_to_fail():
            gate.after_decision(self.revision().id)

    @invariant()
    def nothing_unapproved_is_releasable(self) -> None:
        SEEN["steps"] += 1
        with transaction() as s:
            item, revision = lookup.item(s, self.item_id), lookup.revision(s, lookup.item(s, self.item_id))
            complete = _complete(s, item, revision)
            for post in _posts(s, item, revision):
                try:
                    token.check_token(s, post)
                except YiyuanError:
                    continue
                assert complete and revision.id not in self.tampered, (item.state, complete)
                SEEN["approved"] += 1
            s.rollback()

    @invariant()
    def nobody_signs_twice(self) -> None:
        with transaction(read_only=True) as s:
            signed = list(s.scalars(select(Decision.staff_id).where(Decision.revision_id == self.revision().id)))
        assert len(signed) == len(set(signed))

    @invariant()
    def a_frozen_revision_is_as_it_was(self) -> None:
        with transaction(read_only=True) as s:
            for revision in s.scalars(select(Revision).where(Revision.item_id == self.item_id)):
                if revision.digest is not None and revision.id not in self.tampered:
                    item = lookup.item(s, self.item_id)
                    same = content.revision_digest(s, revision) == revision.digest
                    assert same or item.revision_number != revision.number


class _allowed_to_fail:
    """A rule may be refused; anything but our own errors is a fault."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_more: object) -> bool:
        return kind is not None and issubclass(kind, YiyuanError)


def _complete(s: Any, item: Item, revision: Revision) -> bool:
    """Approved, judged without the kernel's token code: every level signed, genuinely, by people who may."""
    if item.state != "approved" or revision.digest is None:
        return False
    try:
        signatures.require_content(s, revision)
        signatures.require_levels(s, item, revision, policies.load(item.policy).last)
    except YiyuanError:
        return False
    return True


def _posts(s: Any, item: Item, revision: Revision) -> list[Post]:
    """The posts there are, and for each variant without one a post with a token that somebody made up."""
    found: list[Post] = []
    for variant in s.scalars(select(Variant).where(Variant.revision_id == revision.id)):
        post = s.scalar(select(Post).where(Post.variant_id == variant.id))
        if post is None:
            post = Post(
                item_id=item.id,
                revision_id=revision.id,
                variant_id=variant.id,
                account_id=variant.account_id,
                platform=variant.platform,
                due_at=clock.now(),
                token=keyring().mac(b"guess")[:64],
                marker="guess",
                created_at=clock.now(),
            )
            s.add(post)
            s.flush()
        found.append(post)
    return found


def _tamper(s: Any, item: Item, revision: Revision, how: str, crowd: list[Staff]) -> bool:
    decision = s.scalar(
        select(Decision).where(Decision.revision_id == revision.id).order_by(Decision.id.desc()).limit(1)
    )
    variant = s.scalar(select(Variant).where(Variant.revision_id == revision.id).limit(1))
    # The table itself refuses a second decision of one person.
    signed = set(s.scalars(select(Decision.staff_id).where(Decision.revision_id == revision.id)))
    fresh = [person for person in crowd if person.id not in signed]
    if revision.digest is None:
        return False  # nothing was signed or fixed yet: an edit by other means
    if how == "text":
        revision.texts = {**revision.texts, "caption": "根治高血压"}
    elif how == "variant" and variant is not None:
        variant.body += "，包治百病"
    elif how == "state":
        if item.state == "approved":
            return False
        item.state, item.level = ItemState.APPROVED, 0
    elif how == "level":
        if item.state != "review" or item.level >= 3:
            return False
        item.level += 1
    elif how == "decision" and decision is not None and fresh:
        decision.staff_id = fresh[0].id
    elif how == "forge" and fresh:
        s.add(_forged(revision, fresh[-1]))
    elif how == "unsign" and decision is not None:
        s.delete(decision)
    elif how == "editors":
        revision.editors = [*revision.editors, 10_000]
    elif how == "author":
        item.author_id = crowd[-1].id if item.author_id != crowd[-1].id else crowd[-2].id
    else:
        return False
    s.flush()
    return True


def _forged(revision: Revision, person: Staff) -> Decision:
    return Decision(
        revision_id=revision.id,
        level=3,
        staff_id=person.id,
        verdict="approve",
        answers={},
        digest=revision.digest,
        findings_digest="0" * 64,
        signed_at=clock.now(),
        mac="0" * 64,
    )


def test_the_gate_holds_whatever_people_do(hospital: Any) -> None:
    crowd = [
        hospital.person("a1", ["doctor"]),
        hospital.person("a2", ["doctor", "reviewer"]),
        hospital.person("a3", ["reviewer"]),
        hospital.person("a4", ["reviewer", "publicity"]),
        hospital.person("a5", ["publicity"]),
        hospital.person("a6", ["publicity", "administrator", "leader"]),
        hospital.person("a7", ["reviewer"], "骨科"),
        hospital.person("a8", ["operations"]),
        hospital.person("a9", ["administrator"]),
    ]
    SEEN.update(dict.fromkeys(SEEN, 0))
    machine = type("OurGate", (Gate,), {"hospital": hospital, "crowd": crowd})
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(
            hypothesis_settings.default,
            max_examples=max(1, STEPS // EXAMPLE_STEPS),
            stateful_step_count=EXAMPLE_STEPS,
            deadline=None,
        ),
    )
    # A run in which nothing was ever approved or tampered with would prove nothing.
    assert SEEN["approved"] > 0
    assert SEEN["tampered"] > 0
