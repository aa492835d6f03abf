"""The modelled crisis."""

from datetime import UTC, datetime
from itertools import accumulate, pairwise

from sentiment.scoring.near_duplicates import near_copies
from sentiment.scoring.score import score_batch
from sentiment.simulation.crisis_curve import CURVE, comments
from yiyuan.codes import Sentiment


def test_the_numbers_cross_in_the_third_and_sixth_hour_and_have_a_night() -> None:
    totals = list(accumulate(CURVE))
    assert (len(CURVE), totals[-1]) == (72, 29_769)
    assert totals[1] < 1000 <= totals[2]
    assert totals[4] < 5000 <= totals[5]
    assert max(CURVE) == CURVE[6]
    assert min(CURVE[10:16]) < CURVE[9] / 5


def test_the_same_seed_gives_the_same_comments_and_another_does_not() -> None:
    first, again, other = (list(comments(seed, 3)) for seed in (1, 1, 2))
    assert first == again
    assert [comment.text for comment in first] != [comment.text for comment in other]
    assert len(first) == sum(CURVE[:3])


def test_they_arrive_in_order_but_were_not_written_so() -> None:
    arrived = list(comments(1, 4))
    assert all(before.arrives <= after.arrives for before, after in pairwise(arrived))
    late = sum(comment.arrives - comment.offset > 600 for comment in arrived) / len(arrived)
    assert 0.02 < late < 0.09
    assert len({comment.number for comment in arrived}) == len(arrived)


def test_most_are_negative_some_thank_and_a_fifth_and_more_are_copies() -> None:
    texts = [comment.text for comment in comments(5, 4)]
    labels = [score.label for score in score_batch(texts)]
    assert labels.count(Sentiment.NEGATIVE) / len(texts) > 0.65
    assert labels.count(Sentiment.POSITIVE) / len(texts) > 0.02
    assert 0.18 < len(near_copies([], list(enumerate(texts)))) / len(texts) < 0.6


def test_pace_squeezes_time() -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    comment = next(iter(comments(1, 1)))
    assert (comment.comment(start, pace=60).written_at - start).total_seconds() * 60 - comment.offset < 0.001
