"""Whom a comment is about; several are possible."""

import re
from collections.abc import Sequence
from functools import lru_cache

from sentiment.scoring.normalise import normalise
from yiyuan.settings import settings

TARGETS = {
    "hospital": r"医院|贵院|[你我本该这那]院|院方|院长|[门急]诊[部楼]?|住院部|卫生院|分院|科室|体检中心",
    "doctor": r"医生|大夫|医师|主任|专家|教授|主刀|麻醉师|住院医|规培",
    "nurse": r"护士|护理|护工|白衣天使|扎针|输液室",
    "fee": r"收费|费用|价格|多少钱|几[百千万]块|太贵|好贵|贵得|账单|医保|报销|退费|退款|缴费|押金|红包|回扣|自费|坑钱",
    "queue": r"排队|挂号|挂不上|抢号|号源|候诊|叫号|等了[一二两三四五六七八九十\d半]|预约|黄牛|插队|约不上",
    "environment": r"环境|卫生间|厕所|停车|电梯|病房|床位|食堂|走廊|空调|指示牌|导诊台|脏乱|大厅",
    "drug": r"开的?药|吃[了的]?药|药房|药品|药方|疫苗|打[了的]?针|输液|处方|抗生素|胶囊|药片|副作用|不良反应",
}
_TARGETS = {name: re.compile(pattern) for name, pattern in TARGETS.items()}
_OURS = re.compile(r"贵院|[你我]们?(?:这个|这家|家)?医院|本院|[你我]院")


@lru_cache
def _names(hospital: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(normalise(name) for name in (hospital, *aliases) if name.strip())


def find(texts: Sequence[str]) -> list[list[str]]:
    """The targets of each normalised text."""
    return [[name for name, pattern in _TARGETS.items() if pattern.search(text)] for text in texts]


def names_hospital(text: str, *, own_post: bool = False) -> bool:
    """Whether a normalised text names our hospital; under a post of ours, 你们医院 is a name."""
    names = _names(settings().hospital, tuple(settings().hospital_aliases))
    return any(name in text for name in names) or (own_post and _OURS.search(text) is not None)
