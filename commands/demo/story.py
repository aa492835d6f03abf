"""The way of the item, step by step; every step is somebody acting at the console or the system answering."""

from dataclasses import dataclass, field
from typing import Any

from commands.demo import author_steps, crisis, open_tasks, release_steps, setup_steps, signing_steps, state_queries
from commands.demo.context import Stage
from yiyuan.codes import ItemState
from yiyuan.errors import Failed
from yiyuan.i18n import _


@dataclass
class StoryOutcome:
    """What the story leaves behind: the item, the event of the crisis, and what waits for the visitor."""

    item_id: int = 0
    event_id: int = 0
    left: dict[str, int] = field(default_factory=dict)
    outside: list[dict[str, Any]] = field(default_factory=list)


def tell(stage: Stage, outcome: StoryOutcome) -> None:
    """The whole story; Failed at the first step that does not reach its end state."""
    with stage.step(_("建立人员和沙箱账号")):
        setup_steps.hire(stage)
        setup_steps.connect(stage)
    _write(stage, outcome)
    _sign(stage, outcome.item_id)
    _release(stage, outcome.item_id)
    with stage.step(_("医生另投两篇图文，后台处理")):
        more = open_tasks.begin(stage)
    _crisis(stage, outcome)
    with stage.step(_("留给来访者：待签一篇、退回一篇、一级事件一起")) as step:
        outcome.left = open_tasks.leave(stage, step, *more)


def _write(stage: Stage, outcome: StoryOutcome) -> None:
    ours = stage.video is None
    with stage.step(_("医生投稿：视频、患者信息、违规用语")):
        outcome.item_id = author_steps.submit(stage)
    with stage.step(_("处理：探测、脱敏、检查")) as step:
        author_steps.wait_for_intake(stage, outcome.item_id, step, ItemState.NAMING)
        found = stage.read(lambda s: state_queries.findings(s, outcome.item_id))
        step.note = author_steps.require_found(found, clip_is_ours=ours)
    with stage.step(_("医生改稿，第二版再处理")) as step:
        before = stage.read(lambda s: state_queries.revision(s, outcome.item_id).id)
        author_steps.mend(stage, outcome.item_id)
        author_steps.wait_for_intake(stage, outcome.item_id, step, ItemState.NAMING)
        after = stage.read(lambda s: state_queries.revision(s, outcome.item_id).id)
        left = stage.read(lambda s: state_queries.open_stops(s, outcome.item_id))
        if after == before or left:
            raise Failed(_("改稿后仍有须改的发现"))
    with stage.step(_("医生指认人脸，确认脱敏结果")) as step:
        step.note = author_steps.name_faces(stage, outcome.item_id, clip_is_ours=ours)
        author_steps.accept(stage, outcome.item_id)
        author_steps.wait_for_intake(stage, outcome.item_id, step, ItemState.REVIEW)


def _sign(stage: Stage, item_id: int) -> None:
    for level, login, name in (
        (1, "lin", _("作者自查签署")),
        (2, "zhou", _("科室签署")),
        (3, "fang", _("宣传部终审签署")),
    ):
        with stage.step(name):
            signing_steps.sign(stage, login, item_id, level)
    with stage.step(_("终审通过，排定发布单")):
        stage.until(state_queries.in_state(item_id, ItemState.APPROVED), 60.0, _("稿件通过"))


def _release(stage: Stage, item_id: int) -> None:
    with stage.step(_("发布：公众号、B站自动，小红书备好发布包")) as step:
        release_steps.wait_for_posts(stage, item_id, step, expected=len(stage.read(state_queries.accounts)))
    with stage.step(_("运营人员手工发小红书并登记凭证")) as step:
        step.note = release_steps.post_by_hand(stage, item_id)
        stage.until(lambda s: state_queries.all_live(s, item_id), 60.0, _("三个渠道都已发布"))


def _crisis(stage: Stage, outcome: StoryOutcome) -> None:
    with stage.step(_("监看评论：感谢留言，不触发事件")) as step:
        crisis.calm(stage, outcome.item_id, step)
    with stage.step(_("舆情回放：7 小时的评论在 60 秒内到达")) as step:
        step.note = _("评论 {n} 条").format(n=crisis.replay(stage, outcome.item_id, step))
    with stage.step(_("事件升至三级，各级通知送达")) as step:
        outcome.event_id = crisis.wait_for_answer(stage, outcome.item_id, step)
        outcome.outside = crisis.notices_received(stage)
        step.note = _("院外通知 {n} 条").format(n=len(outcome.outside))
