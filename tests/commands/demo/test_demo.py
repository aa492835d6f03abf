"""The demo's parts: the form driver offers only what a page offers, the clip is a real one, the folder is its own."""

from pathlib import Path

import av
import httpx
import pytest
import respx
from rich.console import Console
from typer.testing import CliRunner

from commands.cli import app
from commands.demo import author_steps, clip, command
from commands.demo.browser import Person, Values
from commands.demo.context import Step
from commands.demo.progress_output import Plain
from commands.demo.release_steps import screenshot
from yiyuan.errors import BadInput, Failed
from yiyuan.models import Finding

BASE = "http://console.test"
PAGE = """
<html><head><style>form{}</style></head><body><h1>投稿</h1>
<form method="post" action="/items/new" enctype="multipart/form-data">
<input type="hidden" name="csrf" value="token">
<input name="title" value=""><textarea name="caption">old
text</textarea>
<select name="kind"><option value="a">A</option><option value="b" selected>B</option></select>
<input type="checkbox" name="accounts" value="1"><input type="checkbox" name="accounts" value="2" checked>
<input type="radio" name="label" value="x"><input type="radio" name="label" value="y" checked>
<input type="file" name="video"><input name="off" value="1" disabled>
<button name="then" value="submit">提交</button></form>
<form method="post" action="/logout"><input type="hidden" name="csrf" value="token"></form></body></html>
"""


@pytest.fixture
def person() -> Person:
    return Person(BASE, "lin", "secret")


@respx.mock
def test_a_form_is_sent_as_a_browser_would(person: Person, tmp_path: Path) -> None:
    respx.get(f"{BASE}/items/new").respond(text=PAGE)
    sent = respx.post(f"{BASE}/items/new").respond(text="<p>ok</p>")
    video = tmp_path / "a.mp4"
    video.write_bytes(b"film")
    page = person.get("/items/new")
    values: Values = {"title": "标题", "accounts": ["1", "2"], "video": video, "then": "submit"}
    assert page.send(values, "/items/new", "video").text == "ok"
    body = sent.calls.last.request.read().decode()
    for part in (
        'name="csrf"\r\n\r\ntoken',
        'name="kind"\r\n\r\nb',
        'name="label"\r\n\r\ny',
        'filename="a.mp4"',
        "film",
    ):
        assert part in body
    assert body.count('name="accounts"') == 2
    assert "old\ntext" in body
    assert 'name="off"' not in body


@respx.mock
@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"nonsense": "1"}, "nonsense"),
        ({"kind": "c"}, "kind"),
        ({"accounts": ["3"]}, "accounts"),
        ({"off": "2"}, "off"),
    ],
)
def test_only_what_the_page_offers_can_be_sent(person: Person, values: dict[str, str], named: str) -> None:
    respx.get(f"{BASE}/items/new").respond(text=PAGE)
    with pytest.raises(Failed, match=named):
        person.get("/items/new").send(values, "/items/new", "title")


@respx.mock
def test_a_missing_form_and_a_refusal_are_errors(person: Person) -> None:
    respx.get(f"{BASE}/items/new").respond(text=PAGE)
    respx.post(f"{BASE}/logout").respond(403, text="<p>不可以</p>")
    page = person.get("/items/new")
    with pytest.raises(Failed, match="/accounts"):
        page.form("/accounts")
    with pytest.raises(Failed, match="不可以"):
        page.send({}, "/logout")
    respx.get(f"{BASE}/closed").respond(404)
    with pytest.raises(Failed, match="404"):
        person.get("/closed")


@respx.mock
def test_a_login_that_is_refused(person: Person) -> None:
    form = '<form method="post" action="/login"><input name="login"><input name="password"></form>'
    respx.get(f"{BASE}/login").respond(text=form)
    respx.post(f"{BASE}/login").mock(return_value=httpx.Response(200, text=form))
    with pytest.raises(Failed, match="lin"):
        person.enter()


def test_the_clip_is_a_720p_film_with_sound_and_careless_metadata(tmp_path: Path) -> None:
    with av.open(str(clip.make(tmp_path / "clip.mp4", seconds=2.0))) as film:
        video, audio = film.streams.video[0], film.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height, video.frames) == (1280, 720, 50)
        assert clip.NUMBER in film.metadata["comment"]
        first, *_rest, last = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert abs(first.astype(int) - last.astype(int)).mean() > 1, "the camera moves"
    # The line is burnt in from the first second on: a white band with dark signs.
    assert last[640:700, 80:400].mean() > 200 > first[640:700, 80:400].mean()


def test_the_screenshot_is_a_picture() -> None:
    assert screenshot("标题").startswith(b"\x89PNG")


def finding(checker: str, severity: str, field: str) -> Finding:
    return Finding(checker=checker, rule="r", severity=severity, title="t", field=field, disposition="open")


CAUGHT = [finding("privacy", "info", "caption")] * 3 + [
    finding("privacy", "info", "video"),
    finding("advertising", "block", "caption"),
]


def test_the_demo_fails_when_a_check_misses_a_trap() -> None:
    assert "5" in author_steps.require_found(CAUGHT, clip_is_ours=True)
    for missing in (CAUGHT[1:], CAUGHT[:3] + CAUGHT[4:], CAUGHT[:4]):
        with pytest.raises(Failed):
            author_steps.require_found(missing, clip_is_ours=True)


def test_the_demo_empties_only_a_folder_of_its_own(tmp_path: Path) -> None:
    folder = command.own_folder(tmp_path)
    (folder / "yiyuan.db").write_text("old")
    assert list(command.own_folder(tmp_path).iterdir()) == [folder / command.MARK]
    (folder / command.MARK).unlink()
    (folder / "precious").write_text("mine")
    with pytest.raises(BadInput, match="不会清空"):
        command.own_folder(tmp_path)
    assert (folder / "precious").exists()


def test_a_video_that_is_not_there(home: Path) -> None:
    result = CliRunner().invoke(app, ["demo", "--exit", "--video", "nothing.mp4"])
    assert result.exit_code == 1
    assert "找不到视频文件" in result.output


def test_plain_lines_say_when_a_step_begins_and_how_it_ended() -> None:
    console = Console(record=True, width=200, force_terminal=False)
    plain, step = Plain(console), Step("发布")
    plain(step, "")
    plain(step, "soon after: not repeated")
    step.seconds, step.ok = 1.5, False
    plain(step, "why")
    assert console.export_text().split("\n")[:2] == ["… 发布", "✗ 发布  1.5 s  why"]
