"""Near-copies."""

from hypothesis import given
from hypothesis import strategies as st

from sentiment.scoring.near_duplicates import LEAST_OVERLAP, bigrams, near_copies, overlap

TEXT = "在急诊等了四个小时没有人管，家属问一句还被训斥"


def test_an_edited_copy_is_found_and_points_at_the_original() -> None:
    later = [(2, TEXT + "😡"), (3, TEXT.replace("四", "五")), (4, "今天的科普讲得真好，收藏了慢慢看")]
    assert near_copies([(1, TEXT)], later) == {2: 1, 3: 1}


def test_a_copy_within_one_batch_points_at_the_first() -> None:
    assert near_copies([], [(5, TEXT), (6, TEXT), (7, TEXT + "！！")]) == {6: 5, 7: 5}


def test_two_words_of_cheer_are_no_campaign() -> None:
    assert near_copies([], [(1, "医生加油"), (2, "医生加油"), (3, "👍"), (4, "👍")]) == {}


words = st.text(alphabet="甲乙丙丁戊己庚辛", min_size=6, max_size=16)


@given(st.lists(words, max_size=25))
def test_bucketing_misses_nothing(texts: list[str]) -> None:
    found = near_copies([], list(enumerate(texts)))
    originals: list[int] = []
    for number, text in enumerate(texts):
        grams = bigrams(text)
        alike = [other for other in originals if overlap(grams, bigrams(texts[other])) >= LEAST_OVERLAP]
        assert (number in found) == bool(alike)
        if number in found:
            assert found[number] in alike
        else:
            originals.append(number)
