"""Numbers with their units in a text, in one form: 三天 is 3 天, 0.50 g is 0.5 g, ５％ is 5 %."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "半": 0.5}
_TENS = {"十": 10, "百": 100, "千": 1000}
_UNITS = (
    "mg/kg|ml/kg|mmol/l|mmhg|μg|mg|ug|ml|kg|iu|cm|mm|毫克|微克|毫升|公斤|千克|厘米|毫米|单位|小时|分钟|个月|个疗程|疗程|"
    "星期|周岁|次|天|日|周|月|年|岁|片|粒|袋|支|滴|喷|丸|克|g|l|升|度|℃|%|‰|倍|例|人|名|元|折|成|米|步|颗|针|剂|杯|米"
)
_ARABIC = re.compile(rf"(?<![\d.a-z])(\d[\d,]{{0,11}}(?:\.\d{{1,4}})?)\s?({_UNITS})?", re.I)
_CHINESE = re.compile(rf"([零〇一二三四五六七八九十百千两半]{{1,7}})\s?({_UNITS})", re.I)
_PERCENT = re.compile(r"百分之([零〇一二三四五六七八九十百两]{1,6})")
_SAME = {
    "毫克": "mg",
    "微克": "μg",
    "ug": "μg",
    "毫升": "ml",
    "公斤": "kg",
    "千克": "kg",
    "克": "g",
    "升": "l",
    "日": "天",
}


@dataclass(frozen=True)
class Quantity:
    """A value with its unit ("" when there is none) at text[start:end]."""

    value: float
    unit: str
    start: int
    end: int

    @property
    def meaning(self) -> tuple[float, str]:
        """What is compared."""
        return self.value, self.unit


def quantities(text: str) -> Iterator[Quantity]:
    """All quantities of a folded text."""
    taken: list[tuple[int, int]] = []
    for match in _PERCENT.finditer(text):
        taken.append(match.span())
        yield Quantity(chinese_number(match[1]), "%", *match.span())
    for pattern in (_ARABIC, _CHINESE):
        for match in pattern.finditer(text):
            if not any(match.start() < b and match.end() > a for a, b in taken):
                plain = match[1].replace(",", "")
                small = (match[2] or "").lower()
                yield Quantity(
                    float(plain) if plain[0].isdigit() else chinese_number(plain),
                    _SAME.get(small, small),
                    *match.span(),
                )


def chinese_number(written: str) -> float:
    """The value of a Chinese number below ten thousand; digits in a row (二零) are read as written."""
    if not any(c in _TENS for c in written):
        return float("".join(str(int(_DIGITS[c])) for c in written)) if "半" not in written else _DIGITS["半"]
    total, current = 0.0, 0.0
    for char in written:
        if char in _TENS:
            total += (current or 1) * _TENS[char]
            current = 0
        else:
            current = _DIGITS[char]
    return total + current
