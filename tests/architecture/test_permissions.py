"""Permissions stand in one table: every action is used, every route names one, and nobody else lists roles."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.app import create_app
from console.web.authorization import GuardedRoute
from console.web.navigation import entries
from tests.architecture.product import PACKAGES, ROOT
from tests.support.routes import methods
from yiyuan.errors import Refused
from yiyuan.models import Staff
from yiyuan.staff import permissions
from yiyuan.staff.permissions import ROLES, Action
from yiyuan.staff.roles import Role, role_name

TABLE = Path(permissions.__file__)
#: A constant with this in its name lists whom a notice goes to; a person may do nothing for being in it.
RECIPIENTS = "RECIPIENTS"
DISPLAYS = (ast.Set, ast.Tuple, ast.List)


def _modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in sorted((ROOT / package).rglob("*.py")) if path != TABLE)


def _is_role(node: ast.AST) -> bool:
    """`Role.doctor`, `people.Role.doctor`, or the whole enum, as in `set(Role)`."""
    named = node.value if isinstance(node, ast.Attribute) and not node.attr[0].isupper() else node
    return (isinstance(named, ast.Name) and named.id == "Role") or (
        isinstance(named, ast.Attribute) and named.attr == "Role"
    )


def _of_a_person(node: ast.AST) -> bool:
    """`staff.roles`, also inside `set(staff.roles)`."""
    return any(isinstance(part, ast.Attribute) and part.attr == "roles" for part in ast.walk(node))


def _recipients(tree: ast.AST) -> set[int]:
    """The nodes inside assignments to a constant of recipients, by id."""
    found: set[int] = set()
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(target, ast.Name) and RECIPIENTS in target.id for target in targets):
            found |= {id(part) for part in ast.walk(node)}
    return found


def literal_permissions(source: str) -> list[int]:
    """Lines that list roles, or ask a person's roles for a certain one."""
    tree = ast.parse(source)
    exempt, lines = _recipients(tree), []
    for node in ast.walk(tree):
        if id(node) in exempt:
            continue
        listed = isinstance(node, DISPLAYS) and any(_is_role(part) for part in node.elts)
        asked = isinstance(node, ast.Compare) and _is_role(node.left) and any(map(_of_a_person, node.comparators))
        if isinstance(node, ast.expr) and (listed or asked):
            lines.append(node.lineno)
    return sorted(lines)


@pytest.mark.parametrize(
    "source",
    [
        "MAY = frozenset({Role.doctor, Role.leader})",
        "MAY = (Role.doctor,)",
        "MAY = {people.Role.doctor}",
        "if Role.publicity in staff.roles: pass",
        "if Role.publicity not in set(staff.roles): pass",
        "if {*playbook.proposals_to, Role.leader} & set(staff.roles): pass",
    ],
)
def test_a_literal_permission_is_found(source: str) -> None:
    assert literal_permissions(source) == [1]


@pytest.mark.parametrize(
    "source",
    [
        "notices.post(s, key=key, role=Role.publicity)",
        "FAULT_RECIPIENTS = (Role.auditor, Role.administrator)",
        "names = {Role.doctor: 'x'}",
        "roles: list[Role] = []",
    ],
)
def test_what_is_no_permission_is_left_alone(source: str) -> None:
    assert literal_permissions(source) == []


#: Not a permission: the roles of the first account of an empty installation.
EXEMPT = {("commands", "bootstrap.py")}


def test_no_module_but_the_table_lists_roles_for_a_permission() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in _modules()
        if (path.relative_to(ROOT).parts[0], path.name) not in EXEMPT
        for line in literal_permissions(path.read_text("utf-8"))
    }
    assert found == set()


def test_no_template_asks_for_a_role() -> None:
    asks = re.compile(rf"""["'](?:{"|".join(Role)})["']\s+(?:not\s+)?in\s+\w+\.roles|\.roles\s*==""")
    templates = sorted((ROOT / "console").rglob("*.html"))
    assert templates
    assert [path.name for path in templates if asks.search(path.read_text("utf-8"))] == []


def test_every_action_has_roles_and_a_name() -> None:
    assert set(ROLES) == set(Action)
    assert [action for action, roles in ROLES.items() if not roles] == []
    names = [permissions.action_name(action) for action in Action]
    assert len(set(names)) == len(names)


def test_every_action_is_used() -> None:
    sources = [path.read_text("utf-8") for path in [*_modules(), *sorted((ROOT / "console").rglob("*.html"))]]
    used = {name for source in sources for name in re.findall(r"\bAction\.(\w+)", source)}
    assert {action.name for action in Action} - used == set()
    assert used <= {action.name for action in Action}


def test_every_guarded_route_names_an_action() -> None:
    routes = [route for route in create_app().routes if isinstance(route, GuardedRoute)]
    assert len(routes) > 80
    unnamed = [
        route.path
        for route in routes
        if not hasattr(route.endpoint, "public") and not isinstance(getattr(route.endpoint, "action", None), Action)
    ]
    assert unnamed == []


def test_the_menu_offers_exactly_the_pages_a_person_may_open() -> None:
    routes: dict[str, Any] = {
        route.path: getattr(route.endpoint, "action", None)
        for route in create_app().routes
        if isinstance(route, GuardedRoute) and "GET" in methods(route)
    }
    differing = [entry.path for entry in entries() if ROLES[routes[entry.path]] != ROLES[entry.action]]
    assert differing == []


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_a_refusal_names_the_roles_needed(role: Role, action: Action) -> None:
    person = Staff(login="x", name="x", roles=[str(role)], department="", password_hash="")
    if role in ROLES[action]:
        assert permissions.may(person, action)
        permissions.require(person, action)
        return
    assert not permissions.may(person, action)
    with pytest.raises(Refused) as refusal:
        permissions.require(person, action)
    assert all(role_name(needed) in refusal.value.message for needed in ROLES[action])
    assert permissions.action_name(action) in refusal.value.message
