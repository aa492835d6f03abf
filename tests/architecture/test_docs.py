"""The docs speak of this repository: their links lead somewhere, and the files and commands they name exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)")
#: `channels/http.py` or `review/approval/`: a path of ours in backticks, no placeholder or wildcard in it.
_PATH = re.compile(r"`((?:[a-z_]+/)+[\w.-]*)`")
_MODULE = re.compile(r"python -m ([a-z_]+(?:\.[a-z_]+)*)")
_TOP = {path.name for path in ROOT.iterdir() if path.is_dir()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    lost = [link for link in _LINK.findall(text) if not (page.parent / link).exists()]
    named = [path for path in _PATH.findall(text) if path.split("/")[0] in _TOP]
    lost += [path for path in named if not (ROOT / path).exists()]
    modules = [name.replace(".", "/") for name in _MODULE.findall(text) if name.split(".")[0] in _TOP]
    lost += [name for name in modules if not any((ROOT / f"{name}{end}").exists() for end in (".py", "/__main__.py"))]
    assert lost == []
