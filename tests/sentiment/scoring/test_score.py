"""The scorer: what it says about hospital comments, and what it does without its weights."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.scoring import model, score
from sentiment.scoring.score import score_batch
from yiyuan.text.ngrams import BUCKETS, hashed

BAD = [
    "排队五个小时没人管，护士还骂人",
    "误诊耽误了半年，没人道歉",
    "乱收费，太黑了，再也不来",
    "垃圾医院，害人不浅[怒]",
]
GOOD = ["谢谢医生，恢复得特别好", "护士很温柔，点赞👍", "讲得通俗易懂，收藏了", "感谢救了我爸一命"]


def test_complaints_and_thanks_fall_on_their_sides() -> None:
    assert all(result.p_negative > 0.7 for result in score_batch(BAD))
    assert all(result.p_negative < 0.3 for result in score_batch(GOOD))


def test_a_question_is_not_negative() -> None:
    assert all(result.label != "negative" for result in score_batch(["请问周日门诊几点开始", "外地医保能用吗"]))


def test_sarcasm_is_never_counted_as_praise() -> None:
    assert score_batch(["呵呵，感谢医生，服务真好"])[0].label == "uncertain"


def test_a_threat_is_negative_however_it_is_worded() -> None:
    assert score_batch(["我知道你家住哪，小心点"])[0].p_negative > 0.6


def test_a_batch_scores_as_its_members_do() -> None:
    texts = [*BAD, "", *GOOD, "😡" * 3, "a"]
    together = score_batch(texts)
    assert [result.p_negative for result in together] == [score_batch([text])[0].p_negative for text in texts]


@given(st.lists(st.text(max_size=40), max_size=20))
def test_any_text_gets_a_chance_between_0_and_1(texts: list[str]) -> None:
    found = score_batch(texts)
    assert len(found) == len(texts)
    assert all(
        0 <= result.p_negative <= 1 and result.label in {"negative", "neutral", "positive", "uncertain"}
        for result in found
    )


@given(st.lists(st.text(max_size=30), min_size=1, max_size=10))
def test_hashing_stays_inside_the_table_and_the_text(texts: list[str]) -> None:
    buckets, owners = hashed(texts)
    assert len(buckets) == len(owners)
    assert ((buckets >= 0) & (buckets < BUCKETS)).all()
    assert set(owners) == set(range(len(texts)))


def test_unreadable_weights_fall_back_to_snownlp_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "weights.npz"
    broken.write_bytes(b"PK not a table")
    load = model.load.__wrapped__
    monkeypatch.setattr(model, "load", lambda: load(broken))
    score._model.cache_clear()
    try:
        assert score.scorer() == "snownlp"
        good, bad = score_batch(["非常感谢，服务很好，值得推荐", "太差了，垃圾，骗人"])
        assert good.p_negative < bad.p_negative
    finally:
        score._model.cache_clear()


def test_the_second_opinion_is_a_chance() -> None:
    assert score.second_opinion("太差了，垃圾，骗人") > score.second_opinion("非常好，很满意，推荐")


def test_the_shipped_table_is_small_and_whole() -> None:
    loaded = model.load()
    assert model.WEIGHTS.stat().st_size < 500_000
    assert loaded.weights.shape == (BUCKETS, 3)
    assert np.isfinite(loaded.weights).all()
    assert score.scorer() == loaded.version
