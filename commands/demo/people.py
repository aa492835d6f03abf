"""Who acts in the demo. The names were made up; the passwords are random and printed once."""

from dataclasses import dataclass

from commands import bootstrap


@dataclass(frozen=True)
class Part:
    """One person of the demo."""

    login: str
    name: str
    department: str
    title: str
    roles: tuple[str, ...]


PARTS = (
    Part("lin", "林知夏", "心内科", "主治医师", ("doctor",)),
    Part("zhou", "周承远", "心内科", "科主任", ("reviewer",)),
    Part("fang", "方晓岚", "宣传部", "宣传部主任", ("publicity",)),
    Part("xu", "许一诺", "宣传部", "新媒体运营", ("operations",)),
    Part("han", "韩立群", "院办", "舆情负责人", ("crisis_lead",)),
    Part("lu", "陆敏", "医务部", "医务部主任", ("medical_affairs",)),
    Part("shen", "沈国栋", "院办", "副院长", ("leader",)),
    Part("gu", "顾清和", "药学部", "主管药师", ("pharmacy",)),
    Part("meng", "孟然", "信息科", "个人信息保护负责人", ("privacy_officer",)),
    Part("he", "何谨", "纪检监察室", "审计员", ("auditor",)),
)


def passwords() -> dict[str, str]:
    """A random password per login."""
    return {part.login: bootstrap.password() for part in PARTS}
