"""Doing without the detector of private parts: nothing is loaded, nothing crashes, and nothing passes for looked at."""

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.cli import app
from privacy import resource_limits
from privacy.api import image, video
from privacy.isolation.checkpoint import Saved
from privacy.job import Job, RenderDecisions, Task
from privacy.source import Source
from privacy.types import Detection, VideoReport
from tests.support.clips import Clip, drawn, make
from yiyuan.codes import SceneWatch
from yiyuan.errors import Failed
from yiyuan.settings import settings

Package = Callable[[str], Path]
CLIP = Clip(seconds=0.4, faces=0)
FORMS = ("mp4", "png", "gif", "pdf")
NO_MODEL = "import onnxruntime\nclass NudeDetector:\n    def __init__(self):\n"
FAULTS = {
    "not installed": "raise ModuleNotFoundError('nudenet')",
    "without its model": NO_MODEL + "        onnxruntime.InferenceSession(__file__ + '.onnx')",
    "with a damaged model": NO_MODEL + "        onnxruntime.InferenceSession(__file__)",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """Puts another package `nudenet` before the children; returns a file that exists once it was imported."""

    def put(code: str) -> Path:
        folder = tmp_path / "first" / "nudenet"
        folder.mkdir(parents=True)
        mark = tmp_path / "imported"
        (folder / "__init__.py").write_text(f"open({str(mark)!r}, 'w').close()\n{code}\n")
        monkeypatch.setenv("PYTHONPATH", str(folder.parent))
        return mark

    return put


@pytest.fixture
def switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a hospital sets it."""
    monkeypatch.setenv("YIYUAN_SCENE_DETECTOR", "off")
    settings.cache_clear()


def written(folder: Path, form: str) -> Path:
    path = folder / f"in.{form}"
    if form == "mp4":
        return make(path, CLIP)
    pictures = [drawn(CLIP, index) for index in range(1 if form == "png" else 2)]
    more = {} if form == "png" else {"save_all": True, "append_images": pictures[1:]}
    pictures[0].save(path, form.upper(), **more)
    return path


def run(path: Path) -> tuple[Detection, VideoReport]:
    medium = video if path.suffix == ".mp4" else image
    source, target = Source.of_path(path), path.with_name(f"out{path.suffix}")
    found = medium.detect(source)
    return found, medium.render(source, found, RenderDecisions(), target)


def watched(path: Path) -> set[SceneWatch]:
    found, report = run(path)
    assert found.scenes == [] and report.verified.frames_out == found.frames
    return {found.scene_watch, report.scene_watch, Detection.from_bytes(found.to_bytes()).scene_watch}


@pytest.mark.parametrize("form", FORMS)
def test_switched_off_loads_nothing_and_says_so(
    form: str, tmp_path: Path, package: Package, switched_off: None
) -> None:
    imported = package("raise SystemExit('must not be imported')")
    assert watched(written(tmp_path, form)) == {"off"}
    assert not imported.exists()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_detector_that_cannot_be_loaded_is_told_and_stops_nothing(
    fault: str, tmp_path: Path, package: Package
) -> None:
    imported = package(FAULTS[fault])
    assert watched(written(tmp_path, "png")) == {"missing"}
    assert imported.exists()


def test_a_film_without_the_package_is_still_read_to_its_end(tmp_path: Path, package: Package) -> None:
    package(FAULTS["not installed"])
    assert watched(written(tmp_path, "mp4")) == {"missing"}


def test_want_of_memory_is_no_missing_detector(tmp_path: Path, package: Package) -> None:
    package("class NudeDetector:\n    def __init__(self):\n        raise MemoryError")
    with pytest.raises(Failed):
        run(written(tmp_path, "png"))


def test_it_is_on_unless_somebody_switches_it_off(tmp_path: Path) -> None:
    assert watched(written(tmp_path, "png")) == {"looked"}


def test_an_old_stored_detection_was_looked_at(tmp_path: Path, switched_off: None) -> None:
    found, _report = run(written(tmp_path, "png"))
    values = json.loads(zlib.decompress(found.to_bytes()))
    assert values.pop("scene_watch") == "off"
    old = Detection.from_bytes(zlib.compress(json.dumps(values).encode()))
    assert old == replace(found, scene_watch=SceneWatch.LOOKED)


def test_a_state_from_before_the_switch_is_not_gone_on_with(tmp_path: Path) -> None:
    job = Job(Task.DETECT_VIDEO, Source.of_path(written(tmp_path, "mp4")), resource_limits.reading(60))
    Saved(job).write(b"state")
    assert Saved(job).read() == b"state"
    assert Saved(replace(job, scene_detector="off")).read() == b""


@pytest.mark.parametrize(("off", "why"), [(True, "已按设置关闭"), (False, "没有安装或无法加载")])
def test_the_command_leaves_a_doubt(
    off: bool, why: str, tmp_path: Path, package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(FAULTS["not installed"])
    monkeypatch.setenv("YIYUAN_SCENE_DETECTOR", "off" if off else "nudenet")
    settings.cache_clear()
    target, report_file = tmp_path / "o.png", tmp_path / "r.json"
    call = ["desensitise", str(written(tmp_path, "png")), "-o", str(target), "--report", str(report_file)]
    done = CliRunner().invoke(app, call)
    report = json.loads(report_file.read_text("utf-8"))
    assert done.exit_code == 1 and "隐私部位未核验" in done.output
    assert (report["status"], report["scene_watch"]) == ("doubts", "off" if off else "missing")
    assert [why in doubt for doubt in report["doubts"]] == [True]
    assert target.exists()
