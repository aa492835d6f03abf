"""What a run did, as an artifact on Prefect's page of the run: acts on record in words, and the numbers a step gives.

One key per subject (`item-12`, `event-3`, `post-5`, or the step's name), so that the page of the key is its history.
"""

from dataclasses import dataclass, field

import structlog
from prefect.artifacts import acreate_markdown_artifact
from prefect.runtime import flow_run

from yiyuan import audit, clock
from yiyuan.codes import AuditAction
from yiyuan.db.async_session import read
from yiyuan.i18n import _

log = structlog.get_logger()
#: Acts listed at most: a run that did more says how many more.
LISTED = 40


@dataclass
class RunReport:
    """Collects while a step runs. subject: whose entries count ("item:12"); "" for a step about everything.

    quiet: a step that comes every minute leaves no artifact when it found nothing to do.
    """

    step: str
    subject: str = ""
    quiet: bool = False
    before: int = 0
    facts: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, value: object) -> None:
        """A number or state of this run, under a Chinese name; never a text of a patient or an author."""
        self.facts[name] = str(value)

    async def begin(self) -> None:
        """Remember where the audit chain stands."""
        if self.subject:
            self.before = await read(audit.newest)

    async def leave(self) -> None:
        """Write the artifact. A by-product: when Prefect does not take it, the step has still ended well."""
        if not flow_run.id or (self.quiet and not self.facts):
            return
        try:
            key = self.subject.replace(":", "-") or self.step
            text = await self._text()
            await acreate_markdown_artifact(text, key=key, description=f"{self.step} {self.subject}".strip())
        except Exception as error:  # logged with its kind; the step's own end is already on record
            log.warning("run_report.failed", step=self.step, subject=self.subject, kind=type(error).__name__)

    async def _text(self) -> str:
        entries = await read(audit.since, self.before, LISTED + 1, self.subject) if self.subject else []
        lines = [f"- {name}：**{value}**" for name, value in self.facts.items()]
        lines += [
            f"- {clock.local(entry.at):%H:%M:%S} {AuditAction.label_or_value(entry.action)}"
            for entry in entries[:LISTED]
        ]
        if len(entries) > LISTED:
            lines.append(_("- ……其余见审计记录"))
        return "\n".join(lines or [_("- 没有需要做的事")])
