"""Signals and targets, each with what it must find and what it must leave alone."""

import pytest

from sentiment.scoring import signals, targets
from sentiment.scoring.normalise import normalise
from yiyuan.settings import settings

FOUND = {
    "rights": ["我已经打12345投诉了", "要个说法，不然法院见", "病历被改过，申请封存病历", "把我妈误诊了三个月"],
    "threat": [
        "你给我等着瞧",
        "带着刀去找那个医生",
        "知道你家住哪",
        "早晚弄死这帮大夫",
        "黑心大夫就欠揍",
        "下一个就是你",
    ],
    "self_harm": ["查出来以后真的不想活了", "活着太累，死了算了", "遗书都写好了", "活腻了，不如死了干净", "又割手了"],
    "adverse_event": [
        "打完疫苗浑身起疹子",
        "吃了头孢半小时全身瘙痒",
        "输了这个液就开始抽搐",
        "这药副作用太大了",
        "阿司匹林吃出胃出血",
    ],
    "death": ["我爸在你们急诊没了", "人死在手术台上", "抢救无效，留下两个孩子", "一尸两命"],
    "minor": ["三岁的孩子被烫伤了", "把我儿子误诊成感冒", "新生儿在病房摔了"],
    "privacy_leak": ["没经过我同意就拍视频发出来", "检查单被曝光了", "这不就是我妈吗", "脸都没打码"],
    "official_media": ["澎湃已经报道了", "已经联系记者了", "卫健委介入调查", "都上热搜了"],
    "spam": ["加V领资料", "看我主页有惊喜", "微信同号", "专治风湿，私信联系"],
}
LEFT = {
    "rights": ["如何避免误诊", "医生无偿献血"],
    "threat": ["免疫细胞杀死了癌细胞", "谢谢医生救了他", "孩子该打疫苗了", "手术排队快了"],
    "self_harm": ["笑死我了，好吃得想死", "如何预防自杀"],
    "adverse_event": ["打完疫苗没有任何不良反应", "这药会不会有副作用呢", "开一堆辅助用药，恶心坏了"],
    "death": ["降低死亡率的办法", "预防猝死", "上班走了两公里", "干等两小时没人搭理，良心都没了"],
    "minor": ["孩子发烧怎么办", "请问宝宝能打疫苗吗", "邻居家孩子摔伤手腕，等了三小时"],
    "privacy_leak": ["你们很保护患者隐私，打了码很好", "医生是我妈的恩人", "影像拍错了部位，病历还不给封存"],
    "official_media": ["医院荣登榜首", "今天天气不错", "请卫健委介入，求媒体跟进"],
    "spam": ["感谢医生", "小心骗子让你加微信"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in FOUND.items() for text in texts])
def test_found(name: str, text: str) -> None:
    assert name in signals.find([normalise(text)])[0]


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in LEFT.items() for text in texts])
def test_left_alone(name: str, text: str) -> None:
    assert name not in signals.find([normalise(text)])[0]


def test_every_list_is_tested_and_has_a_title() -> None:
    assert set(FOUND) == set(LEFT) == set(signals.signals())
    assert all(signals.title(name) for name in FOUND)
    assert set(signals.OPENING) < set(FOUND)


def test_hidden_characters_do_not_hide_a_signal() -> None:
    assert signals.find([normalise("投\u200b诉")]) == [["rights"]]


def test_targets() -> None:
    assert targets.find(["护士扎针很疼，收费也贵得离谱", "今天晴"]) == [["nurse", "fee"], []]


def test_naming_the_hospital(home: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIYUAN_HOSPITAL", "江城第一医院")
    monkeypatch.setenv("YIYUAN_HOSPITAL_ALIASES", '["江一院"]')
    settings.cache_clear()
    assert targets.names_hospital("江一院的医生")
    assert not targets.names_hospital("你们医院")
    assert targets.names_hospital("你们医院", own_post=True)
    assert not targets.names_hospital("别的医院", own_post=True)
