"""Chinese is the source; other languages come from catalogues that are extracted from the code and the templates."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.support.browser_client import Enter
from tests.support.console import World
from yiyuan import i18n

ROOT = Path(__file__).parents[3]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _extracted(folder: str) -> set[str]:
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel annotates nothing here
    # The mapping's patterns are relative to the root of the repository.
    local = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods]
    found = extract_from_dir(
        str(ROOT / folder), local, {p.removeprefix(f"{folder}/"): o for p, o in options.items()},
        keywords={"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)},
    )  # fmt: skip
    messages: set[str] = set()
    for _file, _line, message, _comments, _context in found:
        messages |= set(message) if isinstance(message, tuple) else {message}
    return messages


def test_every_english_message_is_still_in_the_source() -> None:
    source = _extracted("console") | _extracted("yiyuan") | _extracted("review")
    with (i18n.LOCALES / "en" / "LC_MESSAGES" / "yiyuan.po").open("rb") as file:
        catalogue = [message.id for message in read_po(file) if message.id]
    assert len(catalogue) > 60
    assert [message for message in catalogue if message not in source] == []


def test_a_person_may_see_english(world: World, visitor: Enter) -> None:
    doctor = visitor("doctor")
    assert "今日工作" in doctor.page("/")
    assert doctor.send("/me/language", {"language": "tlh"}).status_code == 422
    assert doctor.send("/me/language", {"language": "en"}).status_code == 303
    page = doctor.page("/items")
    assert "My items" in page and "To review" in page and 'lang="en"' in page
    assert "待我审" not in page
    assert "今日工作" in visitor("reviewer").page("/")  # the language belongs to the person, not to the process


def test_no_chinese_text_in_a_template_escapes_the_catalogues() -> None:
    loose = []
    for path in sorted((ROOT / "console").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(), flags=re.DOTALL)
        loose += [(path.name, line.strip()) for line in text.splitlines() if CHINESE.search(line)]
    assert loose == []


def test_no_chinese_text_in_a_script() -> None:
    for path in (ROOT / "console" / "static").glob("*.js"):
        code = re.sub(r"(^|\s)//.*|/\*.*?\*/", "", path.read_text())
        assert not CHINESE.search(code), path.name
