"""The doctor's part: submit, mend what the checks found, say who is who, accept what was covered."""

from sqlalchemy.orm import Session

from commands.demo import clip, state_queries
from commands.demo.browser import Values
from commands.demo.context import Stage, Step
from yiyuan.codes import STOPPING, CheckerName, Disposition, ItemState, Severity
from yiyuan.errors import Failed
from yiyuan.i18n import _
from yiyuan.models import Finding

TITLE = "家庭血压监测，这三步要做对"
#: A name, a number, a phone and one forbidden claim: the checks must find them all.
CARELESS = (
    f"门诊常有人问血压怎么量。患者{clip.PATIENT}（住院号：{clip.NUMBER}，电话13912345678）按这个方法坚持了三个月。"
    "这套方法可以根治高血压，治愈率高达98%！"
)
MENDED = (
    "门诊常有人问血压怎么量。静坐五分钟，袖带与心脏同高，早晚各量两次取平均，记下来复诊时带给医生。"
    "血压控制因人而异，用药请遵医嘱。"
)
AGREEMENT = "林知夏本人出镜，已同意公开发布"
#: Seconds one intake may take: other programs may be in the way.
PATIENCE = 900.0


def submit(stage: Stage) -> int:
    """Send the form with the clip; returns the item's id."""
    doctor, accounts = stage.person("lin"), stage.read(state_queries.accounts)
    values: Values = {
        "title": TITLE, "caption": CARELESS, "summary": "三步学会在家量血压。", "tags": "高血压 家庭血压 健康科普",
        "script": "一、静坐五分钟。二、袖带与心脏同高。三、早晚各量两次取平均。",
        "video": stage.video or clip.make(stage.own.home / "demo-clip.mp4"),
        "accounts": accounts, "agreement": AGREEMENT, "surgical": "no", "then": "submit",
    }  # fmt: skip
    doctor.get("/items/new").send(values, "/items/new", "video")
    return stage.read(state_queries.newest_item)


def wait_for_intake(stage: Stage, item_id: int, step: Step, state: ItemState) -> None:
    """Wait until the intake has brought an item there, showing how far it is and how long it will take."""
    arrived = state_queries.in_state(item_id, state)

    def look(s: Session) -> str | None:
        revision = state_queries.revision(s, item_id)
        left = _("，约剩 {n:.0f} 秒").format(n=revision.eta_seconds) if revision.eta_seconds else ""
        stage.tell(step, f"{revision.stage or '…'} {revision.progress:.0%}{left}")
        return arrived(s)

    stage.until(look, PATIENCE, _("稿件处理完成"))


def require_found(found: list[Finding], *, clip_is_ours: bool) -> str:
    """Failed unless the checks caught every trap of the submission; returns what they found, in one line."""
    checkers = {finding.checker for finding in found}
    if "advertising" not in checkers or not any(finding.severity == Severity.BLOCK for finding in found):
        raise Failed(_("检查没有拦住疗效承诺用语"))
    texts = [finding for finding in found if finding.checker == CheckerName.PRIVACY and finding.field != "video"]
    if len(texts) < 3:
        raise Failed(_("检查没有找全文案里的姓名、住院号和电话"))
    if clip_is_ours and not any(
        finding.checker == CheckerName.PRIVACY and finding.field == "video" for finding in found
    ):
        raise Failed(_("检查没有找到画面上的患者信息"))
    blocks = sum(finding.severity in STOPPING and finding.disposition == Disposition.OPEN for finding in found)
    return _("检查发现 {n} 处，其中须改 {blocks} 处").format(n=len(found), blocks=blocks)


def mend(stage: Stage, item_id: int) -> None:
    """The doctor writes a new caption and submits the new revision."""
    path = f"/items/{item_id}/edit"
    stage.person("lin").get(path).send({"caption": MENDED, "then": "submit"}, path, "caption")


def name_faces(stage: Stage, item_id: int, *, clip_is_ours: bool) -> str:
    """The presenter is staff and stays, every other face is a patient and is covered."""
    found = stage.read(lambda s: state_queries.tracks(s, item_id))
    if clip_is_ours and len(found) < 2:
        raise Failed(_("画面上有两个人，只找到 {n} 段人脸").format(n=len(found)))
    values: dict[str, str] = {}
    for track in found:
        values[f"naming-{track.id}"] = "staff" if track.proposed else "patient"
        if track.proposed:
            values[f"agreement-{track.id}"] = AGREEMENT
    path = f"/items/{item_id}/tracks"
    if values:
        stage.person("lin").get(path).send(values, path, *values)
    return _("人脸 {n} 段，保留 {kept} 段").format(n=len(found), kept=sum(track.proposed for track in found))


def accept(stage: Stage, item_id: int) -> None:
    """The doctor accepts what was covered; the video is rendered anew when the namings ask for it."""
    stage.person("lin").get(f"/items/{item_id}").send({}, f"/items/{item_id}/accept", "version")
