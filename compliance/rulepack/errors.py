"""Errors of a rule pack, always with file and line."""

from pathlib import Path

from yiyuan.errors import BadInput
from yiyuan.i18n import _


class PackError(BadInput):
    """A rule pack that cannot be used; nothing is checked with half a pack."""

    def __init__(self, path: Path | str, line: int, what: str) -> None:
        place = f"{Path(path).name}:{line}"
        super().__init__(_("规则包 {place} 有错：{what}").format(place=place, what=what), field=place)
        self.path, self.line, self.what = Path(path), line, what
