"""Variables, parameters and attributes are named by what they are: nouns of the field, no pronoun, no metaphor."""

import ast
from collections.abc import Iterator
from textwrap import dedent

from tests.architecture.product import ROOT, modules

BARRED = frozenset({"told", "mine", "house", "room", "door", "made", "said", "one"})
#: `.one()` of a result of SQLAlchemy is read, never defined here.
READ_FROM_LIBRARIES = frozenset({"one"})
#: Beside the packages of the wheel.
BESIDE = ("tests", "bench", "training")
#: Runs against the code of an earlier version, whose names it uses.
EARLIER = "tests/yiyuan/db/data/"


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of what a module defines or uses as a variable, a parameter, an attribute, a function or a class."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)) | ast.MatchAs(name=str(name)):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.ExceptHandler(name=str(name)) | ast.alias(asname=str(name)):
                yield node.lineno, name
            case ast.Attribute(attr=name, ctx=ast.Load()) if name not in READ_FROM_LIBRARIES:
                yield node.lineno, name
            case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()):
                yield node.lineno, name


def every_module() -> Iterator[tuple[str, ast.Module]]:
    """Path from the root and tree of every module of the product, its tests, benchmarks and training."""
    yield from modules()
    for package in BESIDE:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(EARLIER):
                yield name, ast.parse(path.read_text("utf-8"))


def test_nothing_is_named_by_a_pronoun_or_a_metaphor() -> None:
    found = [f"{path}:{line} {name}" for path, tree in every_module() for line, name in names(tree) if name in BARRED]
    assert not found, "\n".join(["name these by what they are", *found])


def test_every_way_to_name_something_is_seen() -> None:
    source = """
        one = 1
        for made in told: pass
        def said(mine, *, door=1): house.room = mine
        call(one=1)
        class room: pass
        try: pass
        except OSError as told: pass
        match x:
            case made: pass
        import os as door
        result.one()
    """
    lines = [line for line, name in names(ast.parse(dedent(source))) if name in BARRED]
    assert sorted(lines) == [2, 3, 3, 4, 4, 4, 4, 4, 4, 5, 6, 8, 10, 11]
