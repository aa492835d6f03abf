"""Identifiers in text: each with what must be found, what must be left alone, and the way back to the original."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.pii.engine import redact
from privacy.pii.numbers import luhn, resident_check
from privacy.pii.pseudonyms import Labels, letter

FOUND = [
    ("身份证号11010519491231002X。", "resident_id", "11010519491231002X"),
    ("身份证 110105 19491231 002x", "resident_id", "110105 19491231 002x"),
    ("证件：１１０１０５１９４９１２３１００２Ｘ", "resident_id", "１１０１０５１９４９１２３１００２Ｘ"),
    ("老身份证110105491231002", "resident_id", "110105491231002"),
    ("请拨13800138000联系", "mobile", "13800138000"),
    ("手机：138-0013-8000", "mobile", "138-0013-8000"),
    ("手机 +86 138 0013 8000", "mobile", "+86 138 0013 8000"),
    ("电话一三八零零一三八零零零", "mobile", "一三八零零一三八零零零"),
    ("1\u200b3800138000", "mobile", "1\u200b3800138000"),
    ("拨打0571-87654321转801", "landline", "0571-87654321转801"),
    ("（010）6512 3456", "landline", "（010）6512 3456"),
    ("联系电话：87654321", "landline", "87654321"),
    ("住院号：ZY20231234", "record_number", "ZY20231234"),
    ("住院号 0012345678 12床", "record_number", "0012345678"),
    ("病案号为 88-123456", "record_number", "88-123456"),
    ("门诊号１２３４５６７８", "record_number", "１２３４５６７８"),
    ("CT号:C2023001", "record_number", "C2023001"),
    ("床号：12", "bed", "12"),
    ("加3床的病人", "bed", "加3床"),
    ("医保卡号：A123456789", "insurance", "A123456789"),
    ("卡号6222 0212 3456 7890 128", "bank_card", "6222 0212 3456 7890 128"),
    ("尾号 4111 1111 1111 1111 的卡", "bank_card", "4111 1111 1111 1111"),
    ("护照E12345678", "passport", "E12345678"),
    ("车牌浙A·12345", "plate", "浙A·12345"),
    ("他开的京AD12345新能源车", "plate", "京AD12345"),
    ("家住浙江省杭州市西湖区文三路123号5幢2单元301室的人", "address", "浙江省杭州市西湖区文三路123号5幢2单元301室"),
    ("住址：杭州市上城区清泰街18号", "address", "杭州市上城区清泰街18号"),
    ("来自湖南省长沙县黄兴镇打卦岭村的村民", "address", "湖南省长沙县黄兴镇打卦岭村"),
    ("出生日期：1965年3月2日", "birth_date", "1965年3月2日"),
    ("他1965-03-02出生，", "birth_date", "1965-03-02"),
    ("邮箱 zhang.san@example.com 。", "email", "zhang.san@example.com"),
    ("加微信号：abc_12345", "wechat", "abc_12345"),
    ("vx:wxid88888", "wechat", "wxid88888"),
    ("姓名：张 三 性别：男", "name", "张 三"),
    ("患者：李建国住院号：1", "name", "李建国"),
    ("姓名王秀英", "name", "王秀英"),
    ("患者李建国入院时高热", "name", "李建国"),
    ("欧阳娜娜，女，28岁", "name", "欧阳娜娜"),
    ("买买提·艾力，男，33岁", "name", "买买提·艾力"),
    ("301室的王秀英女士", "name", "王秀英"),
    ("Patient Name: Zhang Wei", "name", "Zhang Wei"),
    ("15岁的他就读于杭州市第二中学高一3班。", "quasi", "杭州市第二中学高一3班"),
    ("5月12日，我院神经内科收治一例罕见病患者。", "quasi", "5月12日"),
]


@pytest.mark.parametrize(("text", "kind", "value"), FOUND, ids=[f"{kind}-{value}" for _text, kind, value in FOUND])
def test_found(text: str, kind: str, value: str) -> None:
    result = redact(text)
    assert (kind, value) in [(hit.kind, text[hit.start : hit.end]) for hit in result.hits]
    assert value not in result.text


LEFT_ALONE = [
    "本院开放床位500张，床旁护理到位。",
    "患者应当注意休息，患者高度紧张时请告诉护士。",
    "病人于昨日入院，高血压患者安全用药。",
    "王大夫提醒您：每天步行6000步，血压控制在130/80。",
    "主讲人：陈明 心内科主任医师",
    "2023年5月12日上午9点，住院部3楼。",
    "价格199.00元，编号 20231112 的通知",
    "关注微信公众号：示范医院健康科普",
    "白细胞计数6.5，血红蛋白120，黄体酮20mg",
    "国际标准书号 9787302517991",
    "我院专家走进杭州市第二中学开展急救科普。",
    "5月12日是国际护士节，神经内科举办义诊。",
]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_left_alone(text: str) -> None:
    assert redact(text).text == text


def test_a_wrong_check_digit_is_masked_with_a_doubt() -> None:
    (hit,) = redact("身份证号110105194912310021").hits
    assert hit.kind == "resident_id"
    assert "校验位" in hit.doubt


def test_one_person_bears_one_label_and_does_not_stutter() -> None:
    result = redact("患者李建国，男，65岁。李建国说，邻床患者王秀英也好了。")
    assert result.text == "患者A，男，65岁。患者A说，邻床患者B也好了。"


def test_labels_are_shared_between_texts() -> None:
    labels = Labels()
    redact("姓名：李建国", labels=labels)
    assert redact("姓名：王秀英；姓名：李建国", labels=labels).text == "姓名：患者B；姓名：患者A"


def test_what_is_allowed_stays() -> None:
    text = "患者找李建国咨询，电话：0571-88888888，手机13800138000"
    result = redact(text, allow=["李建国", "0571 8888 8888"])
    assert "李建国" in result.text and "0571-88888888" in result.text
    assert "13800138000" not in result.text


def test_excerpts_do_not_give_the_identifier_away() -> None:
    for text, _kind, _value in FOUND:
        for hit in redact(text).hits:
            shown = hit.excerpt.rstrip("*")
            assert text[hit.start :].startswith(shown)
            assert len(shown) <= max(1, (hit.end - hit.start) // 3)


def test_check_digits() -> None:
    assert resident_check("11010519491231002X") and not resident_check("110105194912310021")
    assert luhn("4111111111111111") and not luhn("4111111111111112")


def test_letters_go_on_after_z() -> None:
    assert [letter(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def with_check_digit(body: str) -> str:
    return next(body + last for last in "0123456789X" if resident_check(body + last))


RESIDENTS = st.builds(
    lambda area, year, month, day, order: with_check_digit(f"{area}{year}{month:02}{day:02}{order:03}"),
    st.integers(110000, 659999),
    st.integers(1900, 2025),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 999),
)
MOBILES = st.builds(lambda second, rest: f"1{second}{rest:09}", st.integers(3, 9), st.integers(0, 10**9 - 1))
AROUND = st.text(st.sampled_from("今天他说好的，。！？患者恢复良好 abc《》\n"), max_size=12)
WIDE = str.maketrans(string.digits + "X", "０１２３４５６７８９Ｘ")


@st.composite
def written(draw: st.DrawFn, number: str) -> str:
    """A number as people write it: with blanks or dashes, or in full-width figures."""
    gaps = draw(st.lists(st.sampled_from(["", "", "", " ", "-"]), min_size=len(number), max_size=len(number)))
    spaced = "".join(digit + gap for digit, gap in zip(number, gaps, strict=True)).rstrip(" -")
    return spaced.translate(WIDE) if draw(st.booleans()) else spaced


@given(before=AROUND, after=AROUND, number=st.one_of(RESIDENTS, MOBILES).flatmap(written))
def test_no_number_is_seen_however_it_is_written(before: str, after: str, number: str) -> None:
    text = f"{before}：{number}。{after}"
    result = redact(text)
    assert number not in result.text
    assert any(text[hit.start : hit.end].startswith(number[:1]) for hit in result.hits)


@given(st.text(st.sampled_from("患者姓名：李建国王，。 男5岁住院号1398X７８０-@a.c床\u200b浙A路号室"), max_size=60))
def test_offsets_lead_back_and_forth(text: str) -> None:
    result = redact(text)
    before = after = 0
    rebuilt = ""
    for hit, (start, end) in zip(result.hits, result.new_spans, strict=True):
        assert before <= hit.start < hit.end <= len(text)
        assert result.text[after:start] == text[before : hit.start]
        assert result.text[start:end] == hit.replacement
        rebuilt += result.text[after:start] + text[hit.start : hit.end]
        before, after = hit.end, end
    assert rebuilt + result.text[after:] == text


@given(st.text(max_size=80))
def test_any_text_is_survived(text: str) -> None:
    assert len(redact(text).hits) == len(redact(text).new_spans)
