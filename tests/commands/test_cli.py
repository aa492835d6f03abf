"""The command line is what the pages say it is."""

import re
from pathlib import Path

import typer

from commands.cli import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *(ROOT / "docs").rglob("*.md")]


def test_every_command_a_page_names_exists() -> None:
    named = {name for page in PAGES for name in re.findall(r"`yiyuan ([a-z][a-z-]+)", page.read_text("utf-8"))}
    known = set(typer.main.get_group(app).commands)
    assert {"doctor", "verify", "retry", "ingest"} <= named
    assert named <= known
