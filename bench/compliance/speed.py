"""How long a package takes, and how long ten thousand."""

import json
import random
import statistics
import time

from compliance.advertising.checker import Advertising
from compliance.types import Package
from training.advertising.corpus import HERE
from yiyuan.codes import ContentClass

AIM_PACKAGE_MS, AIM_ARCHIVE_SECONDS = 10.0, 60.0
_SENTENCES = (
    "高血压患者应当规律监测血压，按医嘱服药，不要自行停药或更换药物。",
    "出现持续胸痛、大汗、呼吸困难时，请立即拨打120，不要自行驾车前往医院。",
    "流感季节勤洗手、戴口罩、多通风，老年人和慢性病患者建议接种流感疫苗。",
    "检查前一天清淡饮食，检查当天早晨空腹，可以少量饮水送服降压药。",
    "近视不能治愈，每天两小时户外活动有助于延缓孩子近视的发展。",
    "最近天气转凉，最好在饭后半小时散步，运动强度以微微出汗为宜。",
    "网传的偏方没有科学依据，请到正规医院就诊，听从专业医生的建议。",
    "糖尿病患者的足部护理很重要，每天检查有没有水泡、裂口和红肿。",
)


def text(length: int, seed: int = 1) -> str:
    """Ordinary health text of the given length, characters."""
    chance = random.Random(seed)
    script = ""
    while len(script) < length:
        script += chance.choice(_SENTENCES)
    return script[:length]


def package(seed: int, length: int = 2000) -> Package:
    """A package of title, caption and script with `length` characters together."""
    whole = text(length, seed)
    return Package(texts={"title": whole[:20], "caption": whole[20:320], "script": whole[320:]}, tags=("健康科普",))


def report(checker: Advertising, *, quick: bool) -> bool:
    """Print milliseconds per 2,000-character package and the time of an archive; True when an aim is missed."""
    times = [_milliseconds(checker, package(n)) for n in range(20 if quick else 200)]
    median, worst = statistics.median(times), sorted(times)[int(len(times) * 0.95)]
    print("## Speed\n")
    print(f"2,000-character package: median {median:.2f} ms, p95 {worst:.2f} ms (aim {AIM_PACKAGE_MS:.0f} ms)")
    _dense(checker)
    count = 500 if quick else 10_000
    packages = [package(n, 400) for n in range(count)]
    start = time.process_time()
    for each in packages:
        checker.check(each)
    seconds = (time.process_time() - start) * 10_000 / count
    print(f"10,000 archived items of 400 characters: {seconds:.1f} s (aim {AIM_ARCHIVE_SECONDS:.0f} s)\n")
    return worst > AIM_PACKAGE_MS or seconds > AIM_ARCHIVE_SECONDS


def _dense(checker: Advertising) -> None:
    """The other end: 2,000 characters that break a rule in almost every sentence."""
    lines = (HERE / "texts.jsonl").read_text("utf-8").splitlines()
    whole = "。".join(json.loads(line)["text"] for line in lines)[:2000]
    given = Package(texts={"script": whole}, content_class=ContentClass.PROMO)
    times = [_milliseconds(checker, given) for _n in range(20)]
    print(f"2,000 characters with {len(checker.check(given))} findings: median {statistics.median(times):.2f} ms")


def _milliseconds(checker: Advertising, given: Package) -> float:
    start = time.process_time()
    checker.check(given)
    return (time.process_time() - start) * 1000
