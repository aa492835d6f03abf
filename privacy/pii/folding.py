"""Text as the recognisers read it: without full-width forms, invisible characters and numbers in Chinese figures."""

import re
from dataclasses import replace

from yiyuan.text.folding import Folded, Folder

_CHINESE_FIGURES = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "0012345678911" + "23456789")
_FIGURES = re.compile("[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{7,}")
#: Zero-width joiners and marks are invisible between digits; case and line breaks mean something to the patterns.
_FOLDER = Folder([f"{dash}-" for dash in "‐‑‒–—―−－"], dropped=("Cf", "Mn"), lower=False, blanks=False)


def fold(text: str) -> Folded:
    """Fold `text`; a long number in Chinese figures is written in digits, figure by figure."""
    folded = _FOLDER.fold(text)
    plain = _FIGURES.sub(lambda match: match.group().translate(_CHINESE_FIGURES), folded.text)
    return folded if plain == folded.text else replace(folded, text=plain)
