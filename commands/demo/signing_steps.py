"""The three signatures, each at the console's own form."""

from commands.demo import state_queries
from commands.demo.browser import Values
from commands.demo.context import Stage
from yiyuan.codes import DecisionVerdict, ItemState
from yiyuan.i18n import _

EXPLAINED = "已逐项核对，内容属于科普说明，可以保留"


def decide(stage: Stage, login: str, item_id: int, verdict: DecisionVerdict, reason: str = "") -> None:
    """Open the item's decision page, answer what it asks and sign."""
    path = f"/items/{item_id}/decide"
    page = stage.person(login).get(path)
    form = page.form(path, "verdict", "digest")
    # Every question of the self-check: a tick where there is one, a sentence where one is asked for.
    asked = {name for name in form.names() if name.startswith("answer-")}
    values: Values = {
        **{name: "yes" if name in form.choices else EXPLAINED for name in asked},
        "reason": reason,
        "verdict": verdict,
    }
    page.person.submit(page, form, values)


def sign(stage: Stage, login: str, item_id: int, level: int) -> None:
    """Approve one level and see the item move on."""
    stage.until(
        state_queries.in_state(item_id, ItemState.REVIEW, level=level), 60.0, _("第 {n} 级打开").format(n=level)
    )
    decide(stage, login, item_id, DecisionVerdict.APPROVE)
