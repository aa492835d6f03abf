"""States change by the tables of moves only."""

import ast
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from channels.delivery import moves as delivery_moves
from review.items import moves as item_moves
from tests.architecture.product import assigned, modules
from yiyuan.codes import Code, ItemState, PostState
from yiyuan.codes.moves import ForbiddenMove

TABLES: list[tuple[type[Code], Mapping[Any, frozenset[Any]], Any]] = [
    (ItemState, item_moves.MOVES, item_moves.enter),
    (PostState, delivery_moves.MOVES, delivery_moves.enter),
]
#: Modules that may write an attribute named `state`, and of what.
WRITERS = {
    "review/items/moves.py": "Item",
    "channels/delivery/moves.py": "Post",
    "playbooks/closing.py": "Event",
    "yiyuan/outbox.py": "OutboxRow",
    "privacy/detection/analyser.py": "NudityWatch",
    "privacy/detection/nudity.py": "NudityWatch",
}


def test_every_state_has_a_row_and_leads_to_states() -> None:
    for kind, moves, _enter in TABLES:
        assert list(moves) == list(kind), "a row for each state, in the order of life"
        assert set().union(*moves.values()) <= set(kind)


def test_final_states_have_no_way_out_and_all_others_have_one() -> None:
    assert {ItemState.REJECTED, ItemState.WITHDRAWN} == item_moves.FINAL
    assert {PostState.REFUSED, PostState.WITHDRAWN} == delivery_moves.FINAL


def test_every_state_can_be_reached_from_the_first_one() -> None:
    for kind, moves, _enter in TABLES:
        first = next(iter(kind))
        reached, todo = {first}, [first]
        while todo:
            new = moves[todo.pop()] - reached
            reached |= new
            todo += new
        assert reached == set(kind)


@pytest.mark.parametrize(("kind", "moves", "enter"), TABLES, ids=["item", "post"])
def test_only_what_the_table_names_is_entered(kind: type[Code], moves: Mapping[Any, Any], enter: Any) -> None:
    for now in kind:
        for then in kind:
            thing = SimpleNamespace(state=now)
            if then in moves[now]:
                enter(thing, then)
                assert thing.state is then
            else:
                with pytest.raises(ForbiddenMove, match=then.label):
                    enter(thing, then)
                assert thing.state is now


def test_nobody_else_writes_a_state() -> None:
    found = {name for name, tree in modules() if any(assigned(tree, "state"))}
    assert found == WRITERS.keys()


def test_no_update_statement_writes_a_state() -> None:
    bulk = [
        f"{name}:{node.lineno}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "values"
        and any(keyword.arg == "state" for keyword in node.keywords)
    ]
    assert not bulk
