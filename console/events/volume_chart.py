"""The volume curve as SVG, drawn here so that it needs no script; its colours come from the stylesheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup, escape

from yiyuan import clock
from yiyuan.i18n import _


@dataclass(frozen=True)
class Point:
    """Volume and negative mentions from a moment on."""

    at: datetime
    volume: int
    negative: int


@dataclass(frozen=True)
class Size:
    """Width and height of a drawing, and the margins for its axes, in its own units."""

    width: int
    height: int
    left: int = 52
    right: int = 14
    top: int = 16
    bottom: int = 26


WIDE, NARROW = Size(900, 300), Size(380, 250)
#: At most so many corners: more cannot be seen and would make the page heavy.
CORNERS = 400


def thin(points: Sequence[Point], most: int = CORNERS) -> list[Point]:
    """Evenly chosen points, the first and the last among them."""
    if len(points) <= most:
        return list(points)
    step = (len(points) - 1) / (most - 1)
    return [points[round(index * step)] for index in range(most)]


def ceiling(highest: int, thresholds: Sequence[int]) -> int:
    """Upper end of the scale, four round steps: above the curve, and with the next threshold when it is not far."""
    near = [threshold for threshold in thresholds if highest < threshold <= 4 * max(highest, 1)]
    wanted = max([highest, *near[:1], 8]) * 1.08
    steps = sorted({factor * 10**power for power in range(9) for factor in (1, 2, 5, 15, 25)})
    return next(int(4 * step) for step in steps if 4 * step >= wanted)


class _Drawing:
    def __init__(self, size: Size, start: datetime, end: datetime, top: int) -> None:
        self.size, self.start, self.top = size, start, top
        self.length = max((end - start).total_seconds(), 60.0)
        self.parts: list[str] = []

    def x(self, at: datetime) -> float:
        span = self.size.width - self.size.left - self.size.right
        return round(self.size.left + span * (at - self.start).total_seconds() / self.length, 1)

    def y(self, value: float) -> float:
        span = self.size.height - self.size.top - self.size.bottom
        return round(self.size.height - self.size.bottom - span * value / self.top, 1)

    def level(self, value: int, kind: str, label: str) -> None:
        """A line across with its label: outside at the axis, or above the line for a threshold."""
        y, left = self.y(value), self.size.left
        self.parts.append(
            f'<line class="{kind}" x1="{left}" x2="{self.size.width - self.size.right}" y1="{y}" y2="{y}"/>'
        )
        if kind == "grid":
            self.parts.append(f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{escape(label)}</text>')
        else:
            name = kind.rsplit(maxsplit=1)[-1]
            self.parts.append(f'<text class="{name}" x="{left + 8}" y="{y - 6}">{escape(label)}</text>')

    def steps(self, values: Sequence[tuple[datetime, int]]) -> str:
        """A path that keeps each value until the next one."""
        path = f"M{self.x(values[0][0])} {self.y(values[0][1])}"
        return path + "".join(f"H{self.x(at)}V{self.y(value)}" for at, value in values[1:])

    def hours(self) -> None:
        wanted = 4 if self.size.width < 500 else 8
        for index in range(wanted + 1):
            at = self.start + timedelta(seconds=self.length * index / wanted)
            anchor = "start" if index == 0 else "end" if index == wanted else "middle"
            form = "%H:%M" if self.length < 86400 else "%d日%H时"
            shown = clock.local(at).strftime(form)
            self.parts.append(
                f'<text x="{self.x(at)}" y="{self.size.height - 8}" text-anchor="{anchor}">{shown}</text>'
            )


def curve(
    points: Sequence[Point],
    thresholds: Sequence[tuple[int, int, str]],
    crossed: Sequence[tuple[datetime, int]],
    size: Size,
    end: datetime,
) -> Markup:
    """The drawing. thresholds: (tier, first volume, name); crossed: (when, volume) of each tier that was reached."""
    shown = thin(points)
    start = shown[0].at if shown else end - timedelta(hours=1)
    last = max([end, *(point.at for point in shown)])
    highest = max((point.volume for point in shown), default=0)
    drawing = _Drawing(size, start, last, ceiling(highest, [first for _t, first, _n in thresholds]))
    for share in (0, 0.25, 0.5, 0.75, 1):
        drawing.level(round(drawing.top * share), "grid", f"{round(drawing.top * share):,}")
    for tier, first, name in thresholds:
        if 0 < first <= drawing.top:
            drawing.level(first, f"tier t{tier}", f"{name} ≥ {first:,}")
    if shown:
        whole = [(point.at, point.volume) for point in shown] + [(last, shown[-1].volume)]
        path = drawing.steps(whole)
        floor = drawing.y(0)
        drawing.parts.append(f'<path class="area" d="{path}V{floor}H{drawing.x(whole[0][0])}Z"/>')
        drawing.parts.append(f'<path class="volume" d="{path}"/>')
        bad = [(point.at, point.negative) for point in shown] + [(last, shown[-1].negative)]
        drawing.parts.append(f'<path class="negative" d="{drawing.steps(bad)}"/>')
    for at, value in crossed:
        drawing.parts.append(f'<circle class="cross" cx="{drawing.x(max(at, start))}" cy="{drawing.y(value)}" r="5"/>')
    drawing.hours()
    kind = "narrow" if size.width < 500 else "wide"
    title = escape(_("声量曲线，当前 {volume}").format(volume=shown[-1].volume if shown else 0))
    opening = f'<svg class="curve {kind}" viewBox="0 0 {size.width} {size.height}" role="img" aria-label="{title}">'
    return Markup(opening + "".join(drawing.parts) + "</svg>")  # noqa: S704 numbers and escaped texts only
