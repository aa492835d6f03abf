"""A checkout read as syntax trees: its modules, their functions and the names they use; tables of the counts."""

import ast
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of the product. path: from the root of the checkout."""

    path: str
    lines: int
    tree: ast.Module

    @property
    def name(self) -> str:
        """Its dotted name."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def imported(self) -> dict[str, str]:
        """Local name -> "module" or "module.name" it was imported from, at the top level of the file."""
        found: dict[str, str] = {}
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                found |= {alias.asname or alias.name: alias.name for alias in node.names}
        return found


def modules(root: Path) -> list[Module]:
    """Every module of the wheel's packages."""
    targets = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]
    found = []
    for package in targets["wheel"]["packages"]:
        for path in sorted((root / package).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if "/migrations/" not in name:
                text = path.read_text("utf-8")
                found.append(Module(name, len(text.splitlines()), ast.parse(text)))
    return found


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """One Markdown table."""
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")
    print()


def spread(sizes: Sequence[int]) -> tuple[int, float, int, int]:
    """How many, median, 90th percentile, largest."""
    ordered = sorted(sizes)
    return len(ordered), median(ordered), ordered[int(0.9 * (len(ordered) - 1))], ordered[-1]


def functions(found: Sequence[Module]) -> Iterator[tuple[Module, Function, int]]:
    """Every function and method with its lines, decorators and docstring included."""
    for module in found:
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                yield module, node, (node.end_lineno or node.lineno) - first + 1


def uses(module: Module) -> Counter[str]:
    """How often each name is read, as a name or as an attribute."""
    counts: Counter[str] = Counter()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            counts[node.id] += 1
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            counts[node.attr] += 1
    return counts
