"""The tier of a volume."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.events.volume import tier as tier_of

RANGES = [(1, 0), (2, 1000), (3, 5000)]


@pytest.mark.parametrize(
    ("volume", "tier"), [(0, 1), (1, 1), (999, 1), (1000, 2), (4999, 2), (5000, 3), (1_000_000, 3)]
)
def test_the_edges(volume: int, tier: int) -> None:
    assert tier_of(volume, RANGES) == tier


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_more_volume_is_never_a_lower_tier(first: int, second: int) -> None:
    low, high = sorted((first, second))
    assert tier_of(low, RANGES) <= tier_of(high, RANGES)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=8), st.integers(0, 30_000), st.booleans())
def test_any_ranges_in_any_order(steps: list[int], volume: int, turned: bool) -> None:
    starts = [0]
    for step in steps:
        starts.append(starts[-1] + step)
    ranges = [(number + 1, start) for number, start in enumerate(starts)]
    found = tier_of(volume, ranges[::-1] if turned else ranges)
    assert starts[found - 1] <= volume
    assert found == len(starts) or volume < starts[found]


@pytest.mark.parametrize(("volume", "ranges"), [(-1, RANGES), (5, [(1, 10)]), (5, [])])
def test_a_volume_without_a_tier_is_an_error(volume: int, ranges: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="no tier"):
        tier_of(volume, ranges)
