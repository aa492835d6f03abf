"""What a platform's quality scale calls done is done, and what it calls open is open."""

from pathlib import Path

import pytest

from channels import quality, registry


@pytest.mark.parametrize("code", list(registry.platforms()))
def test_the_scale_is_true(code: str) -> None:
    assert quality.untrue(code) == []


@pytest.mark.parametrize(
    "line", ["publishes: maybe", "publishes: {exempt: }", "publishes: done\nunknown: done", "publishes: done"]
)
def test_a_wrong_scale_is_refused(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = "\n".join(f"{name}: done" for name in quality.RULES if name != "publishes")
    text = line if line == "publishes: done" else f"{right}\n{line}"
    (tmp_path / "quality_scale.yaml").write_text(text, "utf-8")
    monkeypatch.setattr(quality, "_folder", lambda _code: tmp_path)
    with pytest.raises(ValueError, match="quality_scale"):
        quality.scale("bilibili")
