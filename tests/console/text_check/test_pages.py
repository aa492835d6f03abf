"""试查文案: marks on the text as typed, by class and page facts; nothing is kept."""

import html
import re

from sqlalchemy import func, select

from tests.support.browser_client import Enter, Visitor
from yiyuan.db.session import transaction
from yiyuan.models import AuditEntry


def _result(person: Visitor, text: str, content_class: str = "kepu", **more: str) -> str:
    fields = {"text": text, "content_class": content_class} | more
    answer = person.send("/trial", fields, headers={"X-Wants": "text"})
    assert answer.status_code == 200 and "<html" not in answer.text
    return answer.text


def _marks(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<mark class="(\w+)">([^<]*)</mark>', page)


def test_a_red_line_is_marked_where_it_stands(visitor: Enter) -> None:
    page = _result(visitor("publicity"), "高血压可以根治，三天断根。😀测血压前静坐五分钟。")
    assert [kind for kind, _text in _marks(page)] == ["block"] * len(_marks(page)) != []
    assert any("断根" in text for _kind, text in _marks(page))
    assert "依据：" in page and "第十六条" in page and "建议：" in page


def test_the_pieces_are_the_text(visitor: Enter) -> None:
    text = "第一行 <b>不是标签</b> & 😀\n三天断根\n最后一行"
    pieces = re.search(r"<div data-pieces hidden>(.*?)</div>", _result(visitor("publicity"), text), re.S)
    assert pieces is not None
    assert html.unescape(re.sub(r"</?(?:mark|span)[^>]*>", "", pieces[1])) == text


def test_class_and_page_facts_change_what_is_found(visitor: Enter) -> None:
    person, text = visitor("publicity"), "窝沟封闭能预防龋齿，适合六岁左右的孩子。"
    assert _marks(_result(person, text)) == []
    assert "没有触及红线" in _result(person, text)
    assert "MA0" in _result(person, text, "promo", price="1")


def test_a_browser_without_scripts_gets_the_whole_page(visitor: Enter) -> None:
    answer = visitor("doctor").send("/trial", {"text": "三天断根", "content_class": "promo"})
    assert "<html" in answer.text and "三天断根</textarea>" in answer.text
    assert '<option value="promo" selected>' in answer.text and _marks(answer.text)


def test_what_cannot_be_checked_is_said(visitor: Enter) -> None:
    person = visitor("publicity")
    for fields in ({"text": "题", "content_class": "nonsense"}, {"text": "长" * 20_001}):
        answer = person.send("/trial", fields, headers={"X-Wants": "text"})
        assert answer.status_code == 422 and len(answer.text) < 60


def test_nothing_is_kept(visitor: Enter) -> None:
    person = visitor("publicity")
    with transaction(read_only=True) as s:
        before = s.scalar(select(func.count()).select_from(AuditEntry))
    _result(person, "三天断根")
    with transaction(read_only=True) as s:
        assert s.scalar(select(func.count()).select_from(AuditEntry)) == before
