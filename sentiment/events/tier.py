"""The tier of a volume: a pure function of the ranges that a playbook holds."""

from collections.abc import Sequence


def tier(volume: int, ranges: Sequence[tuple[int, int]]) -> int:
    """The tier of `volume` (distinct mentions) under ranges `[(tier, from)]`, e.g. [(1, 0), (2, 1000), (3, 5000)].

    Raises ValueError when the volume is negative or below the lowest range.
    """
    reached = [(start, number) for number, start in ranges if start <= volume]
    if volume < 0 or not reached:
        raise ValueError(f"no tier for volume {volume}")
    return max(reached)[1]
