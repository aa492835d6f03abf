"""The product's own source, as syntax trees."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: The packages of the wheel.
PACKAGES: tuple[str, ...] = tuple(
    tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"][
        "packages"
    ]
)


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Path from the root and tree of every module, migrations left out: they keep the words of their day."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/versions/" not in name:
                yield name, ast.parse(path.read_text("utf-8"))


def assigned(tree: ast.AST, name: str) -> Iterator[ast.Attribute]:
    """Every attribute of this name that a statement or a loop writes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store | ast.Del):
            yield node
