"""Strewn words: what a text looks like that is not about us, so that the voice stays silent there.

Without them everything that resembles no text of ours, such as a story in a newspaper, would be judged by whichever
word of it happens to be known. The words and their frequencies are those of the dictionary that jieba ships (MIT);
words are drawn by frequency, so what comes out means nothing and can break no rule.
"""

from pathlib import Path
from random import Random

import jieba

NUMBER, LEAST, MOST = 1000, 20, 70
_COMMA = 0.12


def strewn(number: int = NUMBER, seed: int = 1) -> list[str]:
    """`number` texts of LEAST to MOST characters; the same ones every time."""
    chance = Random(seed)
    words, frequencies = _dictionary()
    return [_text(chance, words, frequencies) for _n in range(number)]


def _dictionary() -> tuple[list[str], list[int]]:
    """Words of Chinese characters, and the sums of their frequencies so far."""
    words, sums, total = [], [], 0
    for line in Path(jieba.__file__).with_name("dict.txt").read_text("utf-8").splitlines():
        word, frequency = line.split(" ")[:2]
        if all("\u4e00" <= c <= "\u9fff" for c in word):
            total += int(frequency)
            words.append(word)
            sums.append(total)
    return words, sums


def _text(chance: Random, words: list[str], sums: list[int]) -> str:
    size, text = chance.randint(LEAST, MOST), ""
    while len(text) < size:
        text += chance.choices(words, cum_weights=sums)[0] + ("," if chance.random() < _COMMA else "")
    return text + "。"
