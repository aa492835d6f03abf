"""What the visitor finds to do: a signature to give, a returned item, a small event that is still going on."""

from commands.demo import author_steps, signing_steps, state_queries
from commands.demo.browser import Values
from commands.demo.context import Stage, Step
from yiyuan.codes import DecisionVerdict, ItemState
from yiyuan.i18n import _
from yiyuan.models import Event

WAITING = ("流感季，家里这样通风", "每天开窗两次，每次半小时，避开早晚最冷的时段。老人和孩子注意保暖。")
RETURNED = ("冬天晨练，心脏怎么护", "气温低时先在室内热身十分钟，有胸闷胸痛立即停下并就医。")
RETURN_REASON = "请写明适用人群，并补充依据的指南名称和年份后再提交。"
COMPLAINT = (
    "网帖称收费窗口排队时间过长",
    "https://forum.example.org/thread/20260317",
    "在收费窗口排了一个小时，希望医院多开窗口。",
)


def submit(stage: Stage, title: str, text: str) -> int:
    """The doctor submits an item without a video, for the one channel that takes it so."""
    values: Values = {
        "title": title, "caption": text, "script": text, "then": "submit",
        "accounts": stage.read(state_queries.accounts)[-1:],
    }  # fmt: skip
    stage.person("lin").get("/items/new").send(values, "/items/new", "video")
    return stage.read(state_queries.newest_item)


def to_second_level(stage: Stage, item_id: int, step: Step) -> None:
    """The doctor accepts and signs the self-check."""
    author_steps.wait_for_intake(stage, item_id, step, ItemState.NAMING)
    author_steps.accept(stage, item_id)
    signing_steps.sign(stage, "lin", item_id, 1)
    stage.until(state_queries.in_state(item_id, ItemState.REVIEW, level=2), 60.0, _("第 2 级打开"))


def begin(stage: Stage) -> tuple[int, int]:
    """Submit two more items; the runner works on them while other things happen. Returns their ids."""
    return submit(stage, *WAITING), submit(stage, *RETURNED)


def leave(stage: Stage, step: Step, waiting: int, returned: int) -> dict[str, int]:
    """Bring both items where the visitor shall find them and report the small event; returns the ids of all three."""
    to_second_level(stage, waiting, step)
    to_second_level(stage, returned, step)
    signing_steps.decide(stage, "zhou", returned, DecisionVerdict.RETURN, RETURN_REASON)
    return {"waiting": waiting, "returned": returned, "event": report(stage)}


def report(stage: Stage) -> int:
    """Operations report a complaint elsewhere on the net: an event of its own, at tier 1; returns its id."""
    title, url, text = COMPLAINT
    values = {"title": title, "url": url, "platform": "other", "text": text}
    page = stage.person("xu").get("/events").send(values, "/events", "title", "url")
    event_id = int(page.url.split("?")[0].rstrip("/").rsplit("/", 1)[-1])
    stage.until(lambda s: event_id if s.get_one(Event, event_id).tier == 1 else None, 60.0, _("新事件定为 1 级"))
    return event_id
