"""An article is shown as the platform will show it, but nothing in it runs, styles or loads."""

import pytest

from console.items.preview_pages import article


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script><p>文</p>",
        '<p onclick="alert(1)" style="position:fixed">文</p>',
        '<img src="https://evil.example/pixel.gif" onerror="alert(1)"><p>文</p>',
        '<img src="asset:1/../../evil"><p>文</p>',
        '<img src="//evil.example/pixel.gif"><p>文</p>',
        '<a href="javascript:alert(1)">文</a>',
        '<iframe src="https://evil.example"></iframe><p>文</p>',
        "<svg><script>alert(1)</script></svg><p>文</p>",
        '<p>文</p><form action="https://evil.example"><input name="password"></form>',
    ],
)
def test_nothing_runs_or_loads(body: str) -> None:
    shown = article(body)
    assert "文" in shown
    for bad in ("script", "onclick", "onerror", "style", "evil", "javascript", "iframe", "form", "input"):
        assert bad not in shown, shown


def test_the_text_and_our_own_pictures_stay() -> None:
    body = '<h2>三步</h2><p><strong>坐稳</strong></p><img src="asset:12" alt="姿势">'
    assert article(body) == body.replace("asset:", "/media/")
