"""How long the product's functions are, and which private ones have one caller and a short body.

    python -m bench.structure.functions [ROOT] [--list]

ROOT is a checkout, today's or an older one: nothing of it is imported. `--list` names the short ones with one caller.
Lines of a function: decorators, signature and docstring included. Lines of a body: from its first statement after the
docstring to its last line. Callers are the places of the same file that read the name.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.structure.source import Function, Module, functions, modules, spread, table, uses

SHORT_BODY = 5


@dataclass(frozen=True)
class PrivateFunction:
    """A function or method whose name begins with one underscore. body: lines."""

    path: str
    line: int
    name: str
    body: int
    uses: int


def body_lines(node: Function) -> int:
    """Lines from the first statement after the docstring to the end."""
    statements = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if not statements:
        return 0
    return (node.end_lineno or node.lineno) - statements[0].lineno + 1


def private(found: list[Module]) -> Iterator[PrivateFunction]:
    """Every private function and method, in the order of the files."""
    used = {module.path: uses(module) for module in found}
    for module, node, _lines in functions(found):
        if node.name.startswith("_") and not node.name.startswith("__"):
            count = used[module.path][node.name]
            yield PrivateFunction(module.path, node.lineno, node.name, body_lines(node), count)


def main(root: Path, listed: bool) -> None:
    """Print the table of docs/benchmarks/structure.md, or the list of short ones."""
    found = modules(root)
    hidden = list(private(found))
    once = [function for function in hidden if function.uses == 1]
    short = [function for function in once if function.body <= SHORT_BODY]
    if listed:
        for function in short:
            print(f"{function.path}:{function.line} {function.name} ({function.body})")
        return
    count, middle, ninety, largest = spread([lines for _module, _node, lines in functions(found)])
    table(
        ("what", "count"),
        [
            ("functions", count),
            ("lines of a function: median", middle),
            ("lines of a function: 90th percentile", ninety),
            ("lines of a function: largest", largest),
            ("private functions", len(hidden)),
            ("private functions with one caller", len(once)),
            (f"of these with a body of at most {SHORT_BODY} lines", len(short)),
        ],
    )


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "--list"]
    main(Path(given[0] if given else "."), "--list" in sys.argv)
