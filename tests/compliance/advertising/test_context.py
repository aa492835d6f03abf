"""Context decides: the same words break a rule or do not."""

import pytest

from compliance.advertising.checker import Advertising
from compliance.types import Found, Package
from yiyuan.codes import ContentClass


def found(checker: Advertising, text: str, content_class: str = "kepu", **more: object) -> list[Found]:
    package = Package(texts={"text": text}, content_class=content_class, **more)  # type: ignore[arg-type]
    return checker.check(package)


def rules(checker: Advertising, text: str, content_class: str = "kepu", **more: object) -> set[str]:
    serious = [f for f in found(checker, text, content_class, **more) if f.severity in ("block", "must_fix")]
    return {f.rule for f in serious}


@pytest.mark.parametrize(
    ("text", "breaks"),
    [
        ("这种病可以根治", True),
        ("这种病不能根治", False),
        ("谁说不能根治", True),
        ("不得使用治愈、根治、断根等用语", False),
        ("很多人说不能根治，我院就能根治", True),
        ("无需开刀，三次断根", True),
        ("谣言：喝醋能断根。", False),
        ("谣言说吃药没用，其实它真的能断根", True),
        ("能根治吗？", False),
        ("能根治吗？当然能。三次断根", True),
        ("断根的说法不可信", False),
        ("所谓“断根”都是骗局", False),
        ("听到“三天断根”，请直接划走", False),
        ("别信外头的，咱这儿一个疗程断根", True),
        ("一个疗程断根，何苦再挨一刀呢？", True),
        ("能断根吗？对！来做一次就断根", True),
    ],
)
def test_negation_refutation_question(checker: Advertising, text: str, breaks: bool) -> None:
    assert ("MA01" in rules(checker, text)) is breaks


def test_a_question_in_an_advertisement_is_a_hook(checker: Advertising) -> None:
    assert "MA01" in rules(checker, "想断根吗？", "promo")


def test_a_question_answered_with_no_is_none(checker: Advertising) -> None:
    assert "MA01" not in rules(checker, "家长问：“能断根吗？”医生说不能保证", "promo")
    assert "MA01" in rules(checker, "还在问能断根吗？当然，来我院", "promo")


def test_soft_words_do_not_count_where_an_advertisement_only_informs(checker: Advertising) -> None:
    warning = "玻尿酸注射可能有失明的风险，请到正规机构，由医生评估"
    assert rules(checker, warning, "promo") == set()
    assert "MA07" in rules(checker, warning + "，本周名额有限，快来", "promo")
    assert "MA01" in rules(checker, warning + "，本店保证治愈鼻炎", "promo")


def test_a_refutation_does_not_switch_off_diversion(checker: Advertising) -> None:
    assert "MA11" in rules(checker, "辟谣：醋泡姜没用，想知道真相的私信我领取资料")


def test_a_disease_is_fine_in_science_and_not_in_an_advertisement(checker: Advertising) -> None:
    assert rules(checker, "糖尿病患者要定期检查眼底") == set()
    assert "MA07" in rules(checker, "糖尿病患者要定期检查眼底，欢迎来院咨询", "promo")
    # Public service information of a hospital is no advertisement; a person still sees the hint.
    assert rules(checker, "糖尿病患者要定期检查眼底", "promo") == set()


def test_page_facts_turn_science_into_an_advertisement(checker: Advertising) -> None:
    assert rules(checker, "洗手六步法") == set()
    assert rules(checker, "洗手六步法", facts={"address": "人民路1号"}) == {"MA06"}
    assert rules(checker, "洗手六步法", facts={"address": ""}) == set()


def test_a_fact_in_one_text_counts_for_the_whole_page(checker: Advertising) -> None:
    package = Package(
        texts={"script": "洗手六步法", "pinned_comment": "电话 0571-88886666"}, content_class=ContentClass.KEPU
    )
    assert {f.rule for f in checker.check(package)} == {"MA06"}


def test_the_address_of_a_source_is_no_contact(checker: Advertising) -> None:
    assert checker.check(Package(texts={"script": "洗手六步法", "source": "https://www.who.int/guideline"})) == []


def test_tags_are_judged(checker: Advertising) -> None:
    (finding,) = checker.check(Package(texts={"script": "洗手六步法"}, tags=("养生", "祖传秘方")))
    assert (finding.rule, finding.field, finding.excerpt) == ("MA08", "tags", "祖传秘方")


def test_an_excerpt_tells_no_identifier(checker: Advertising) -> None:
    shown = [f.excerpt for f in found(checker, "患者李建国，住院号20231145；加13812345678")]
    assert shown
    assert not any(secret in excerpt for excerpt in shown for secret in ("建国", "20231145", "13812345678"))


def test_a_superlative_on_efficacy_blocks(checker: Advertising) -> None:
    severities = {f.severity for f in found(checker, "疗效全国第一", "promo") if f.rule == "MA05"}
    assert severities == {"block"}


def test_a_source_in_the_paragraph_clears_a_figure_one_in_another_does_not(checker: Advertising) -> None:
    assert rules(checker, "研究显示久坐伤腰（来源：中华医学会2024年共识）") == set()
    assert rules(checker, "研究显示久坐伤腰\n来源：中华医学会2024年共识") == {"MA15"}


def test_findings_name_article_place_and_remedy(checker: Advertising) -> None:
    finding = next(f for f in found(checker, "本品无任何副作用", "promo") if f.rule == "MA01")
    assert (finding.start, finding.end, finding.excerpt) == (2, 8, "无任何副作用")
    assert "《广告法》第十六条第一款第一项" in finding.basis
    assert "《医疗广告管理办法》第七条第二项（待核）" in finding.basis
    assert finding.basis_status == "verified"
    assert finding.suggestion and finding.title


def test_only_what_recruits_makes_a_name_a_breach(checker: Advertising) -> None:
    where = "骨科手术患者请到三楼登记，核磁共振检查在一楼"
    assert rules(checker, where, "promo") == set()
    assert "MA07" in rules(checker, where + "。专家团队值得信赖", "promo")


def test_a_price_is_an_offer_only_where_it_lures(checker: Advertising) -> None:
    assert rules(checker, "挂号费50元，可用医保卡支付", "promo") == set()
    assert "MA10" in rules(checker, "洗牙0元，种牙3980元起", "promo")


def test_what_the_form_cannot_tell_is_read_in_the_text(checker: Advertising) -> None:
    assert "AI01" in rules(checker, "视频里的大夫是数字人，我们把右下角的标识裁掉了")
    assert "MI05" in rules(checker, "已从一院辞职半年，账号仍挂着一院主任头衔", "doctor_intro")
    assert rules(checker, "已从二院调入本院，执业地点变更手续已办完", "doctor_intro") == set()
