"""How the code is laid out, counted from the syntax trees: folders, files, functions, re-exports, copied codes, walks.

    python -m bench.structure [ROOT]

ROOT is a checkout, today's or an older one: nothing of it is imported. Figures are about the packages of its wheel,
migrations left out. Prints Markdown for docs/benchmarks/structure.md.
"""

import ast
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.structure.source import Module, functions, modules, spread, table, uses

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
LARGEST_FOLDERS = 10
FEW_LINES = 5
#: Packages that exist to be imported from: their `__init__` is an index.
INDEXES = frozenset({"yiyuan.models", "yiyuan.codes", "privacy.api"})


def folders(found: Sequence[Module]) -> list[tuple[str, int]]:
    """Files of each folder, largest first; a lone `__init__.py` is no folder of code."""
    counts = Counter(module.path.rsplit("/", 1)[0] for module in found)
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def private_functions(found: Sequence[Module]) -> tuple[int, int, int]:
    """Private functions, those used once in their file, and those of the latter with few lines."""
    total = once = small = 0
    used = {module.path: uses(module) for module in found}
    for module, node, lines in functions(found):
        if node.name.startswith("_") and not node.name.startswith("__"):
            total += 1
            if used[module.path][node.name] == 1:
                once += 1
                small += lines <= FEW_LINES
    return total, once, small


def _origin(module: Module | None, name: str, by_name: dict[str, Module]) -> bool:
    """Whether a module has a name only because it imports it from another module of ours."""
    if module is None or module.name in INDEXES or f"{module.name}.{name}" in by_name:
        return False
    origin = module.imported.get(name, "")
    return origin not in by_name and origin.rpartition(".")[0] in by_name


def re_exports(found: Sequence[Module]) -> list[tuple[str, str]]:
    """(importing file, name): a name taken from a module that has only imported it, as `from m import n` or `m.n`."""
    by_name = {module.name: module for module in found}
    through: set[tuple[str, str]] = set()
    for module in found:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                source, names = node.module, [alias.name for alias in node.names]
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                source, names = module.imported.get(node.value.id, ""), [node.attr]
            else:
                continue
            here = by_name.get(source)
            through |= {(module.path, f"{source}.{name}") for name in names if _origin(here, name, by_name)}
    return sorted(through)


def codes(found: Sequence[Module]) -> frozenset[str]:
    """The values of every code: the members of the enums in yiyuan/codes."""
    values: set[str] = set()
    for module in found:
        if module.path.startswith("yiyuan/codes/"):
            for node in ast.walk(module.tree):
                if isinstance(node, ast.ClassDef):
                    values |= {
                        literal
                        for entry in node.body
                        if isinstance(entry, ast.Assign)
                        for literal in [next(_literals(entry.value), "")]
                        if literal
                    }
    return frozenset(values)


#: What a comparison, an assignment or an argument must be called for a literal in it to be a code.
CODE_NAMES = frozenset(
    {"state", "severity", "disposition", "verdict", "kind", "role", "stage", "outcome", "naming", "checker", "label"}
)


def _called(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _literals(node: ast.AST) -> Iterator[str]:
    """The strings an expression is, or holds as a tuple, list or set."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for entry in node.elts:
            yield from _literals(entry)


def _values_of(node: ast.AST) -> Iterator[str]:
    """The strings that a node compares with, assigns or hands to something called like a code."""
    given: Sequence[ast.AST] = []
    match node:
        case ast.Compare(left=left, comparators=others) if _called(left) in CODE_NAMES:
            given = others
        case ast.Assign(targets=targets, value=assigned) if any(_called(target) in CODE_NAMES for target in targets):
            given = [assigned]
        case ast.keyword(arg=str(name), value=handed) if name in CODE_NAMES:
            given = [handed]
        case ast.Call(func=ast.Attribute(attr="in_", value=column), args=listed) if _called(column) in CODE_NAMES:
            given = listed
    for value in given:
        yield from _literals(value)


def literal_codes(found: Sequence[Module], values: frozenset[str]) -> dict[str, set[str]]:
    """Code -> files that write it as a bare string where a code is compared, assigned or handed over."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    for module in found:
        for node in ast.walk(module.tree):
            for value in _values_of(node):
                if value in values:
                    places[value].add(module.path)
    return places


def walk_files(root: Path) -> dict[str, list[str]]:
    """Walk -> its files, from the list in bench/structure/walks.toml whose every file the checkout has."""
    lists = tomllib.loads((HERE / "walks.toml").read_text("utf-8"))
    for walks in lists.values():
        if all((root / path).is_file() for files in walks.values() for path in files):
            return {str(name): list(files) for name, files in walks.items()}
    raise SystemExit("bench/structure/walks.toml has no list for this checkout: a file of a walk was moved")


def report(root: Path) -> None:
    """Print every table."""
    found = modules(root)
    sizes = {module.path: module.lines for module in found}
    print("### Folders\n")
    counts = folders(found)
    table(("folder", "files"), counts[:LARGEST_FOLDERS])
    table(("folders", "median files", "90 %", "most"), [spread([count for _name, count in counts if count > 1])])
    print("### Sizes, lines\n")
    table(
        ("what", "how many", "median", "90 %", "largest"),
        [
            ("file", *spread([module.lines for module in found if module.lines > 1])),
            ("function", *spread([lines for _module, _node, lines in functions(found)])),
        ],
    )
    print("### Indirections\n")
    total, once, small = private_functions(found)
    through = re_exports(found)
    # Older checkouts have no enums: today's values are looked for in both.
    values = literal_codes(found, codes(modules(CHECKOUT)))
    table(
        ("what", "how many"),
        [
            ("private functions", total),
            ("of them with one caller", once),
            (f"of these with {FEW_LINES} lines or less", small),
            ("names taken through a re-export", len(through)),
            ("codes written as bare strings", len(values)),
            ("places (code and file) of these", sum(map(len, values.values()))),
        ],
    )
    print("### Walks\n")
    walks = walk_files(root)
    table(
        ("walk", "files", "lines", "files of them over 200 lines"),
        [
            (name, len(files), sum(sizes[path] for path in files), sum(sizes[path] > 200 for path in files))
            for name, files in walks.items()
        ],
    )


if __name__ == "__main__":
    report(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
