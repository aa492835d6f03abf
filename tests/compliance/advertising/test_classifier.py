"""The second voice: it speaks where no rule does, says so, points at the words, and can be turned off."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bench.compliance.speed import text as ordinary
from commands.cli import app
from compliance.advertising.active_pack import advertising, own_folder
from compliance.advertising.checker import Advertising
from compliance.advertising.classifier import WEIGHTS, trained
from compliance.live_check import try_text
from compliance.rulepack.errors import PackError
from compliance.rulepack.loader import load
from compliance.rulepack.schema import Pack
from compliance.types import Package
from review.intake.carry_over import sentence
from review.lifecycle import rescan_batch
from training.advertising import corpus, train
from yiyuan import audit
from yiyuan.codes import ContentClass
from yiyuan.db.session import transaction
from yiyuan.text.linear_model import unpack

ROOT = Path(__file__).parents[3]

SELLS = "别家开了刀又复发，转到我们科，老教授三服药就让她睡上了安稳觉。"
RULED = "隔壁街坊都来我们这儿看腰，回去第二天就下地干活了，您还犹豫什么？"


def package(text: str, content_class: ContentClass = ContentClass.KEPU) -> Package:
    return Package(texts={"script": text}, content_class=content_class)


def test_it_names_a_rule_its_words_and_that_it_was_learnt(both: Advertising) -> None:
    (found,) = both.heard(package(SELLS))
    rule = both.pack.rule(found.rule)
    assert found.learnt
    assert (found.checker, found.severity) == ("advertising", "must_fix")
    assert (found.basis, found.suggestion) == (rule.basis_text(), rule.suggestion)
    assert rule.title in found.title
    assert "机器判断" in found.title
    assert SELLS[found.start : found.end] == found.excerpt


def test_the_place_is_that_of_the_original_however_it_is_written(both: Advertising) -> None:
    written = "　　\n別家開了刀又复\u200b發,转到我們科，老教授三服\u00ad藥就讓她睡上了安穩覺。"
    (found,) = both.heard(package(written))
    assert found.excerpt == written[found.start : found.end] == "老教授三服\u00ad藥就讓她睡上了安穩覺"


@pytest.mark.parametrize(
    ("sells", "warns"),
    [
        (SELLS, "别家开了刀又复发的，不要相信几服药就能睡上安稳觉的说法，请带上病历复诊。"),
        (
            "您这情况我一看就明白，不用再跑医院了，加我好友我把方子发您。",
            "您的情况不能隔着屏幕判断，请到门诊当面看，我们不私下加人，也不发方子。",
        ),
        (
            "吃了三年药都不管用，来我这儿扎几针，人就精神了，药也停了。",
            "吃药期间不要自行停药，扎针不能代替药物，有不舒服及时复诊。",
        ),
        (
            "义诊现场，大爷喝下专家配的汤，当场甩掉了拐杖，围观的人抢着留号码。",
            "义诊现场没有卖药，也没有人留号码，专家只告诉大爷按时复查、继续用拐杖。",
        ),
    ],
)
def test_a_breach_is_heard_and_its_denial_is_not(both: Advertising, sells: str, warns: str) -> None:
    assert both.heard(package(sells))
    assert both.heard(package(warns)) == []
    assert not any(found.learnt for found in both.check(package(warns)))


def test_where_a_rule_spoke_it_is_silent_and_elsewhere_not(both: Advertising) -> None:
    assert both.heard(package(RULED))
    assert not any(found.learnt for found in both.check(package(RULED)))
    learnt = [found for found in both.check(package(RULED + SELLS)) if found.learnt]
    assert all((found.start or 0) >= len(RULED) for found in learnt)


def test_the_publics_own_words_are_not_judged(both: Advertising) -> None:
    assert both.heard(package(SELLS, ContentClass.COMMENT)) == []


def test_the_same_text_is_judged_the_same(pack: Pack, both: Advertising) -> None:
    long = "".join([ordinary(600), SELLS, ordinary(600, seed=2), RULED])
    first = both.heard(package(long))
    trained.cache_clear()
    assert Advertising(pack).heard(package(long)) == first == both.heard(package(long))


def test_a_finding_stays_the_same_when_its_neighbours_are_edited(pack: Pack) -> None:
    keen = Advertising(pack.model_copy(update={"voice": pack.voice.model_copy(update={"threshold": 1.0})}))

    def findings_in(text: str) -> list[tuple[str, str, str, str, str]]:
        return [
            (f.rule, f.severity, f.title, f.excerpt, sentence(text, f.start or 0, f.end or 0))
            for f in keen.heard(package(text))
            if "老教授" in f.excerpt
        ]

    alone = findings_in(SELLS)
    assert alone
    assert findings_in("春天到了。" + SELLS) == findings_in(SELLS + "\n门诊楼在东侧。") == alone


def test_what_must_be_changed_is_a_warning_where_the_sentence_reads_lawful(both: Advertising, pack: Pack) -> None:
    text = "食堂的新楼上个月封顶，工人们在楼顶上吃了一顿饺子。"
    (strict,) = Advertising(pack.without_voice()).check(package(text))
    (mild,) = both.check(package(text))
    assert (strict.rule, strict.severity, mild.rule, mild.severity) == ("MA05", "must_fix", "MA05", "warn")
    assert (mild.start, mild.end, mild.basis) == (strict.start, strict.end, strict.basis)
    assert "请作者说明" in mild.title
    (sold,) = both.check(package("这里的医术已经封顶，全省独一份。"))[:1]
    assert sold.severity in ("block", "must_fix")


def test_a_sentence_that_is_blocked_is_softened_nowhere(both: Advertising) -> None:
    ends = "运动时心率不要太快，有不适请及时就医。"
    begins = "支架术后一个月可以散步。"
    beside = both.check(package(f"{begins}我们医院的支架手术治愈率百分之百，全国第一。{ends}"))
    rank = {found.excerpt: found.severity for found in beside}
    assert "block" in rank.values() and rank["全国第一"] == "must_fix", rank
    assert all("多半合规" not in found.title for found in beside)


def test_the_more_is_said_the_surer_it_has_to_be(pack: Pack) -> None:
    def heard(growth: float, text: str) -> int:
        voice = pack.voice.model_copy(update={"growth": growth})
        return len(Advertising(pack.model_copy(update={"voice": voice})).heard(package(text)))

    long = ordinary(800) + "\n" + SELLS
    assert heard(0, SELLS) == heard(5, SELLS) == 1
    assert heard(0, long) == 1
    assert heard(5, long) == 0


def test_ordinary_health_text_of_any_length_is_left_alone(both: Advertising) -> None:
    assert [f for n in (50, 120, 121, 2000, 20_000) for f in both.heard(package(ordinary(n)))] == []


@pytest.mark.parametrize(
    "text", ["", "\n", "。！？", "，" * 5000, "\u200b", "好" * 30_000, "好，" * 20_000, "😀" * 500]
)
def test_odd_texts_end(both: Advertising, text: str) -> None:
    for found in both.heard(package(text)):
        assert text[found.start : found.end]


def test_the_switch(home: Path, pack: Pack) -> None:
    speaking = advertising()
    assert speaking.pack.version == f"{pack.version}~{trained().version}"
    with transaction() as s:
        audit.append(s, None, rescan_batch.ACTION, "rulepack", {"version": speaking.pack.version})
        assert not rescan_batch.is_due(s)
    own_folder().mkdir(parents=True, exist_ok=True)
    (own_folder() / "pack.yaml").write_text("voice: {enabled: false}\n", "utf-8")
    assert advertising().heard(package(SELLS)) == []
    assert "~" not in advertising().pack.version
    with transaction() as s:
        assert rescan_batch.is_due(s)


def test_a_hospital_sets_only_what_it_wants_otherwise(tmp_path: Path, pack: Pack) -> None:
    (tmp_path / "pack.yaml").write_text("voice:\n  threshold: 2.5\n", "utf-8")
    own = load(tmp_path)
    assert own.voice == pack.voice.model_copy(update={"threshold": 2.5})
    assert own.version != pack.version


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("voice:\n  enabled: perhaps\n", 2, "enabled"),
        ("voice:\n  enabled: true\n  threshold: high\n", 3, "threshold"),
        ("voice:\n  growth: -1\n", 2, "growth"),
        ("voice:\n  loud: true\n", 2, "不认识的键"),
        ("version: '1'\n", 1, "不认识的键"),
    ],
)
def test_a_wrong_setting_is_refused_with_file_and_line(tmp_path: Path, text: str, line: int, word: str) -> None:
    (tmp_path / "pack.yaml").write_text(text, "utf-8")
    with pytest.raises(PackError) as caught:
        load(tmp_path)
    assert caught.value.field == f"pack.yaml:{line}", caught.value.message
    assert word in caught.value.message


def test_without_its_file_nothing_is_checked(tmp_path: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "classifier.npz"
    for content in (None, b"PK not a table", WEIGHTS.read_bytes()[:50_000]):
        if content is not None:
            broken.write_bytes(content)
        with pytest.raises(PackError, match=r"classifier\.npz"):
            trained(broken)
    monkeypatch.setattr("compliance.advertising.checker.WordingClassifier", lambda *_given: trained(broken))
    with pytest.raises(PackError, match=r"classifier\.npz"):
        Advertising(pack)
    assert Advertising(pack.without_voice()).check(package("三次断根"))


def test_it_is_shown_as_learnt(home: Path) -> None:
    given = (
        json.dumps({"text": SELLS}, ensure_ascii=False) + "\n" + json.dumps({"text": "三次断根"}, ensure_ascii=False)
    )
    out = CliRunner().invoke(app, ["check", "-", "--json"], input=given).stdout.splitlines()
    learnt = [[found["learnt"] for found in json.loads(line)["findings"]] for line in out]
    assert learnt[1] == [False] * len(learnt[1])
    assert len(learnt[0]) == len([found for piece in try_text(SELLS, "kepu").pieces for found in piece.found])


def test_the_shipped_file_is_what_the_training_makes(tmp_path: Path) -> None:
    target = tmp_path / "classifier.npz"
    train.write(corpus.corpus(), target)
    (weights, bias, about), (shipped, shipped_bias, shipped_about) = unpack(target), unpack(WEIGHTS)
    assert about == shipped_about
    assert np.array_equal(weights, shipped)
    assert np.array_equal(bias, shipped_bias)
    assert WEIGHTS.stat().st_size < 1_000_000


def test_what_judges_the_voice_does_not_train_it() -> None:
    given = corpus.corpus()
    learnt = {file for files in corpus.WRITERS.values() for file in files}
    assert {file.name for file in corpus.HERE.glob("*.jsonl")} == learnt == set(given.digests)
    judging = {file.name for file in (ROOT / "bench" / "compliance" / "texts").glob("*.jsonl")}
    assert judging == {"judging.jsonl", "unseen.jsonl"}
