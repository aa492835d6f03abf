"""Completeness, consent, platform limits, and what becomes of a checker that fails."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from channels import registry
from compliance import completeness, consent, platform_limits, runner
from compliance.advertising import active_pack
from compliance.rulepack.schema import Pack
from compliance.types import ConsentFact, Found, Package, TrackSummary, VariantFact
from yiyuan.codes import AiLabel, CheckerName, ContentClass

GOOD = Package(
    texts={"title": "怎么量血压", "script": "测血压前静坐五分钟。", "disclaimer": "仅供科普参考，不能替代面诊"},
    content_class=ContentClass.KEPU,
    author="王宁",
    title="主治医师",
    department="心内科",
    practice_place="示范医院",
    source="中国高血压防治指南2024",
    platforms=("official_account",),
    planned_day=date(2026, 11, 20),
)
CONSENT = ConsentFact(
    "患者A", channels=("official_account",), from_day=date(2026, 1, 1), to_day=date(2026, 12, 31), has_scan=True
)


def ids(result: list[Found] | str) -> list[tuple[str, str]]:
    assert isinstance(result, list)
    return [(f.rule, f.severity) for f in result]


@pytest.fixture(autouse=True)
def _home(home: Path) -> None:
    """The pack in use is that of an empty data folder."""


def test_a_complete_package_is_clean() -> None:
    report = runner.run(GOOD)
    assert report.found == ()
    assert {v.checker: v.verdict for v in report.verdicts} == {
        "advertising": "clean",
        "completeness": "clean",
        "consent": "clean",
        "limits": "clean",
        "drift": "not_checked",
    }
    assert report.verdict == "not_checked"


@pytest.mark.parametrize("field", ["author", "title", "department", "practice_place"])
def test_who_says_it_is_needed(field: str) -> None:
    (found,) = completeness.judge(replace(GOOD, **{field: " "}), _pack())  # type: ignore[arg-type]
    assert (found.rule, found.severity, found.field) == ("MI02", "must_fix", field)


def test_a_source_is_needed_the_more_when_figures_are_cited() -> None:
    bare = replace(GOOD, source="")
    assert ids(completeness.check(bare)) == [("MI01", "warn")]
    cited = replace(bare, texts={**GOOD.texts, "script": "调查显示27%的成年人有高血压。"})
    assert ids(completeness.check(cited)) == [("MI01", "must_fix")]


def test_a_notice_needs_no_author() -> None:
    assert completeness.check(Package(texts={"script": "周六停诊"}, content_class=ContentClass.NOTICE)) == []


@pytest.mark.parametrize(
    ("label", "verified_by", "text", "expected"),
    [
        (AiLabel.NONE, "", "测血压前静坐", []),
        (AiLabel.GENERATED, "王宁", "测血压前静坐", [("AI01", "block")]),
        (AiLabel.ASSISTED, "王宁", "测血压前静坐", [("AI01", "must_fix")]),
        (AiLabel.GENERATED, "", "画面由AI生成", [("AI02", "must_fix")]),
        (AiLabel.GENERATED, "王宁", "画面由AI生成", []),
        (AiLabel.NONE, "", "画面由AI生成", [("AI01", "block")]),
    ],
)
def test_ai(label: AiLabel, verified_by: str, text: str, expected: list[tuple[str, str]]) -> None:
    package = replace(GOOD, ai_label=label, ai_verified_by=verified_by, texts={**GOOD.texts, "script": text})
    assert ids(completeness.check(package)) == expected


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, []),
        ({"withdrawn": True}, ["PV02"]),
        ({"channels": ("bilibili",)}, ["PV02"]),
        ({"channels": ("*",)}, []),
        ({"to_day": date(2026, 11, 19)}, ["PV02"]),
        ({"to_day": date(2026, 11, 20)}, []),
        ({"from_day": date(2026, 11, 21)}, ["PV02"]),
        ({"uses": ("teaching",)}, ["PV02"]),
        ({"minor": True}, ["PV03"]),
        ({"minor": True, "guardian": "母亲"}, []),
        ({"has_scan": False}, ["PV02"]),
    ],
)
def test_consents(change: dict[str, object], rules: list[str]) -> None:
    package = replace(GOOD, consents=(replace(CONSENT, **change),))  # type: ignore[arg-type]
    result = consent.check(package)
    assert isinstance(result, list)
    assert [f.rule for f in result] == rules
    assert all(f.severity == "block" for f in result)


def test_a_patient_left_visible_needs_a_consent() -> None:
    assert (
        consent.check(replace(GOOD, has_video=True, tracks=TrackSummary(total=2, shown=1, shown_with_consent=1))) == []
    )
    assert ids(consent.check(replace(GOOD, has_video=True, tracks=TrackSummary(total=2, shown=1)))) == [
        ("PV02", "block")
    ]


def test_a_video_nobody_looked_at_is_not_checked() -> None:
    assert isinstance(consent.check(replace(GOOD, has_video=True)), str)


def test_teaching_material_never_leaves() -> None:
    assert ids(consent.check(replace(GOOD, tags=("院内教学",)))) == [("PV02", "block")]
    assert consent.check(replace(GOOD, tags=("院内教学",), platforms=())) == []


@pytest.mark.parametrize("platform", sorted(registry.all_capabilities()))
def test_limits_are_those_of_the_capability_table(platform: str) -> None:
    row = registry.capabilities(platform)
    fits = VariantFact(platform, "题" * row.max_title, "文" * row.max_body)
    assert platform_limits.check(replace(GOOD, variants=(fits,))) == []
    longer = replace(fits, title=fits.title + "题", body=fits.body + "文")
    result = platform_limits.check(replace(GOOD, variants=(longer,)))
    assert isinstance(result, list)
    assert [f.field for f in result] == ["title", "caption"]


def test_no_platform_chosen_is_not_checked() -> None:
    assert isinstance(platform_limits.check(replace(GOOD, platforms=())), str)


def test_a_checker_that_raises_has_failed_and_the_others_still_speak() -> None:
    def broken(_package: Package) -> list[Found]:
        raise RuntimeError("no")

    report = runner.run(GOOD, {CheckerName.DRIFT: broken, CheckerName.LIMITS: platform_limits.check})
    assert [(v.checker, v.verdict) for v in report.verdicts] == [("drift", "failed"), ("limits", "clean")]
    assert "RuntimeError" in report.verdicts[0].note
    assert report.verdict == "failed"


def test_a_broken_pack_fails_the_check_instead_of_passing(home: Path) -> None:
    (home / "rules").mkdir()
    (home / "rules" / "own.yaml").write_text("rules: [{id: X}]", "utf-8")
    verdicts = {v.checker: v.verdict for v in runner.run(GOOD).verdicts}
    assert verdicts[CheckerName.ADVERTISING] == "failed"
    assert verdicts[CheckerName.COMPLETENESS] == "failed"


def _pack() -> Pack:
    return active_pack.pack()
