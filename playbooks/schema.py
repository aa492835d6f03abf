"""The schema of a playbook. A mistake is refused with file and line: a missing tier would be found too late."""

from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from duties.escalation import REPEAT_MINUTES
from duties.work_calendars import OFFICE
from yiyuan.config_files.error_messages import sentence
from yiyuan.config_files.library import yaml_files
from yiyuan.config_files.located_yaml import PlacedYaml
from yiyuan.errors import BadInput, Missing
from yiyuan.i18n import _
from yiyuan.settings import settings
from yiyuan.staff.roles import Role

FOLDER = Path(__file__).parent / "library"
#: In the data folder.
OWN_FOLDER = "playbooks"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Range(_Strict):
    """Volumes of a tier, both ends included; the last tier has no end."""

    first: int = Field(alias="from", ge=0)
    last: int | None = Field(None, alias="to", ge=0)


class Task(_Strict):
    """A duty to be started. `minutes` run on natural time, or on the working time of a work calendar.

    covers: keys of lower tiers' duties whose place it takes, beside its own key.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    title: str = Field(min_length=2, max_length=200)
    role: Role
    minutes: int = Field(gt=0, le=60 * 24 * 60)
    clock: Literal["working", "natural"]
    calendar: str = Field(OFFICE, pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")
    covers: list[str] = Field(default_factory=list)


class Step(_Strict):
    """Who hears of a late duty, so many minutes after its due time; the last step is repeated."""

    after: int = Field(ge=0, le=60 * 24 * 60)
    to: list[Role] = Field(min_length=1)
    repeat: int = Field(REPEAT_MINUTES, ge=5, le=60 * 24 * 7)


class Closing(_Strict):
    """When a person of `roles` may close: so many hours with at most that share of the peak hour, duties done."""

    roles: list[Role] = Field(min_length=1)
    quiet_hours: int = Field(gt=0, le=24 * 60)
    share_of_peak: float = Field(ge=0, lt=1)
    duties_done: bool


class Tier(_Strict):
    """One tier: who leads, who is notified, what is held, what has to be done, who hears of what is late.

    chase_minutes: between two reminders of a duty that nobody acknowledged yet.
    """

    tier: int = Field(ge=1, le=9)
    title: str = Field(min_length=1, max_length=20)
    volume: Range
    lead: Role
    notify: list[Role] = Field(min_length=1)
    urgent: bool
    hold_releases: bool
    chase_minutes: int = Field(30, ge=5, le=60 * 24)
    escalation: list[Step] = Field(min_length=1)
    duties: list[Task] = Field(min_length=1)
    closing: Closing


class Signalled(_Strict):
    """What a signal starts beside the tier: a higher tier is proposed to people, a duty may go to another desk."""

    propose: int | None = Field(None, ge=1, le=9)
    duty: Task | None = None


class Playbook(_Strict):
    """A playbook. `signals`: names as in sentiment/scoring/signals.yaml."""

    name: str
    title: str = Field(min_length=2, max_length=100)
    proposals_to: list[Role] = Field(min_length=1)
    tiers: list[Tier] = Field(min_length=1)
    signals: dict[str, Signalled]

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """(tier, first volume), as `sentiment.events.volume` reads it."""
        return [(tier.tier, tier.volume.first) for tier in self.tiers]

    def tier(self, number: int) -> Tier:
        """The tier with this number."""
        return self.tiers[number - 1]

    def title_of(self, number: int) -> str:
        """Title of a tier in the language of the request; 0: no tier yet. A tier the playbook lost has its number."""
        if number == 0:
            return _("待定级")
        return _(self.tier(number).title) if number <= len(self.tiers) else _("第 {n} 级").format(n=number)


def load(path: Path) -> Playbook:
    """The playbook in a file. BadInput, Chinese, with file and line: unknown key or role, gap, overlap, bad value."""
    placed = PlacedYaml(path)
    try:
        playbook = Playbook.model_validate(placed.data)
    except ValidationError as error:
        first = error.errors()[0]
        raise placed.fault(placed.line(*first["loc"]), sentence(first)) from error
    _check_name(placed, playbook)
    _check_tiers(placed, playbook)
    _check_duties(placed, playbook)
    _check_signals(placed, playbook)
    return playbook


def load_all() -> dict[str, Playbook]:
    """Every playbook by name: the hospital's own in `playbooks/` of the data folder, and those shipped.

    Read once by each process, so that a file being edited cannot stop the answer to a crisis; a mistake in one stops
    the next start.
    """
    return _load_all(tuple(yaml_files(FOLDER, OWN_FOLDER).values()))


@lru_cache
def _load_all(paths: tuple[Path, ...]) -> dict[str, Playbook]:
    return {playbook.name: playbook for playbook in map(load, paths)}


def named(name: str) -> Playbook:
    """The playbook of that name; Missing, with the names there are, when there is none."""
    if name not in load_all():
        raise Missing(_unknown(name), field="playbook")
    return load_all()[name]


def _unknown(name: str) -> str:
    return _("没有名为 {name} 的预案，可用的有：{names}").format(name=name, names="、".join(load_all()))


def check_settings() -> None:
    """BadInput for a playbook that cannot be used, and, with the names there are, for a setting that names none."""
    load_all()
    for name in settings().event_playbooks.values():
        if name not in load_all():
            raise BadInput(f"YIYUAN_EVENT_PLAYBOOKS: {_unknown(name)}", field="event_playbooks")


def _check_name(placed: PlacedYaml, playbook: Playbook) -> None:
    if playbook.name != placed.path.stem:
        raise placed.fault(placed.line("name"), _("name 必须与文件名“{name}”相同").format(name=placed.path.stem))


def _check_tiers(placed: PlacedYaml, playbook: Playbook) -> None:
    """Numbers from 1 in order; volumes from 0 without gap or overlap, the last one without an end."""
    expected: int | None = 0
    for index, tier in enumerate(playbook.tiers):
        if tier.tier != index + 1:
            message = _("级别必须从 1 起连续，这里应是 {expected}").format(expected=index + 1)
            raise placed.fault(placed.line("tiers", index, "tier"), message)
        _check_range(placed, index, tier, expected)
        expected = None if tier.volume.last is None else tier.volume.last + 1
    if expected is not None:
        place = placed.line("tiers", len(playbook.tiers) - 1, "volume")
        raise placed.fault(place, _("最后一级不能有上限：{volume} 以上没有级别（空档）").format(volume=expected - 1))


def _check_range(placed: PlacedYaml, index: int, tier: Tier, expected: int | None) -> None:
    first, last, line = tier.volume.first, tier.volume.last, placed.line("tiers", index, "volume")
    if expected is None:
        raise placed.fault(line, _("上一级没有上限，与第 {tier} 级重叠").format(tier=tier.tier))
    if first > expected:
        message = _("{low} 至 {high} 没有级别（空档）").format(low=expected, high=first - 1)
        raise placed.fault(line, message)
    if first < expected:
        raise placed.fault(line, _("{low} 至 {high} 与上一级重叠").format(low=first, high=expected - 1))
    if last is not None and last < first:
        raise placed.fault(line, _("上限 {last} 小于下限 {first}").format(last=last, first=first))


def _check_duties(placed: PlacedYaml, playbook: Playbook) -> None:
    below: set[str] = set()
    for index, tier in enumerate(playbook.tiers):
        keys = [task.key for task in tier.duties]
        for number, task in enumerate(tier.duties):
            place = ("tiers", index, "duties", number)
            if task.key in keys[:number]:
                message = _("第 {tier} 级的任务“{key}”重复").format(tier=tier.tier, key=task.key)
                raise placed.fault(placed.line(*place, "key"), message)
            if unknown := [key for key in task.covers if key not in below]:
                message = _("covers 里的“{key}”不是更低级别的任务").format(key=unknown[0])
                raise placed.fault(placed.line(*place, "covers"), message)
        below |= set(keys)
        _check_escalation(placed, index, tier)


def _check_escalation(placed: PlacedYaml, index: int, tier: Tier) -> None:
    """Each step later than the one before it."""
    for number, (step, following) in enumerate(pairwise(tier.escalation), start=1):
        if following.after <= step.after:
            message = _("逾期上报的每一步都要晚于前一步：{later} 不晚于 {earlier} 分钟")
            line = placed.line("tiers", index, "escalation", number, "after")
            raise placed.fault(line, message.format(later=following.after, earlier=step.after))


def _check_signals(placed: PlacedYaml, playbook: Playbook) -> None:
    from sentiment.scoring.signals import signals

    for name, signalled in playbook.signals.items():
        line = placed.line("signals", name)
        if name not in signals():
            raise placed.fault(line, _("不认识的信号“{name}”").format(name=name))
        if (signalled.propose or 0) > len(playbook.tiers):
            raise placed.fault(line, _("没有第 {tier} 级可建议").format(tier=signalled.propose))
