"""Templates are laid out as code is: short lines, one block element each, indented two spaces a level."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "console").glob("*/templates/*.html"))
WIDTH, STEP = 120, 2
BLOCKS = {
    "html", "head", "body", "header", "footer", "main", "nav", "section", "article", "aside", "div", "p", "h1", "h2",
    "h3", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "form", "fieldset", "legend",
    "label", "details", "summary", "dialog", "select", "option", "textarea", "video", "progress",
}  # fmt: skip
VOID = {"br", "img", "input", "link", "meta"}
_INSIDE = r"\{%.*?%\}|\{\{.*?\}\}"
#: Comments, statements and expressions of Jinja, and tags with whatever Jinja stands among their attributes.
_TOKEN = re.compile(
    rf"\{{#.*?#\}}|{_INSIDE}|<(?P<close>/)?(?P<tag>[a-z][\w-]*)"
    rf"(?:{_INSIDE}|\"(?:{_INSIDE}|[^\"])*\"|'(?:{_INSIDE}|[^'])*'|[^<>\"'])*?(?P<empty>/)?>",
    re.DOTALL,
)
_STATEMENT = re.compile(r"\{%-?\s*(?P<end>end|else|elif)?(?P<word>\w*)")


def _step(token: re.Match[str]) -> int:
    """What a token does to the depth: 1 opens, -1 closes, 0 neither; 2 for `else`, which closes and opens."""
    if token["tag"]:
        return -1 if token["close"] else int(token["tag"] not in VOID and not token["empty"])
    statement = _STATEMENT.match(token[0])
    if statement is None:
        return 0
    if statement["end"]:
        return -1 if statement["end"] == "end" else 2
    block_set = statement["word"] == "set" and "=" not in token[0]
    return int(block_set or statement["word"] in ("if", "for", "block", "macro", "call", "with", "filter"))


def _misplaced(text: str) -> Iterator[str]:
    tokens, depth, at = list(_TOKEN.finditer(text)), 0, 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        code = line.lstrip()
        here = [token for token in tokens if at <= token.start() < at + len(line)]
        open_ = next((token for token in tokens if token.start() < at < token.end()), None)
        indentation, expected, start = len(line) - len(code), depth, at + len(line) - len(code)
        for token in here:  # what the line closes before anything else
            if token.start() != start or _step(token) not in (-1, 2):
                break
            expected, start = expected - 1, token.end()
        if code and open_ is not None:
            base = depth - (_step(open_) == 1)
            if indentation <= base * STEP and code[0] not in ")]}":
                yield f"{number}: indented {indentation}, goes on from {base * STEP}"
        elif code and indentation != expected * STEP:
            yield f"{number}: indented {indentation}, not {expected * STEP}"
        if sum(token["tag"] in BLOCKS and not token["close"] for token in here) > 1:
            yield f"{number}: several block elements"
        depth += sum(step for token in here if (step := _step(token)) != 2)
        at += len(line)


def faults(text: str) -> list[str]:
    """What is wrong with the layout of a template: line and reason."""
    long = (f"{number}: {len(line)} columns" for number, line in enumerate(text.splitlines(), 1) if len(line) > WIDTH)
    return [*long, *_misplaced(text)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "console").as_posix())
def test_a_template_is_laid_out(template: Path) -> None:
    assert faults(template.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("<ul>\n  {% for x in y %}\n    <li>{{ x }}</li>\n  {% else %}\n    <br>\n  {% endfor %}\n</ul>\n", []),
        ('<p\n    class="{% if a %}b{% endif %}">\n  {{ a }}\n</p>\n', []),
        ('<p\nclass="b">a</p>\n', ["2: indented 0, goes on from 0"]),
        ("<ul><li>a</li></ul>\n", ["1: several block elements"]),
        ("<div>\n<p>a</p>\n</div>\n", ["2: indented 0, not 2"]),
        ("{% if a %}\n<p>a</p>\n{% endif %}\n", ["2: indented 0, not 2"]),
        ("<p>a</p>\n  <p>b</p>\n", ["2: indented 2, not 0"]),
        ("<p>" + "宽" * 114 + "</p>\n", ["1: 121 columns"]),
    ],
)
def test_a_slip_is_seen(text: str, reported: list[str]) -> None:
    assert faults(text) == reported
