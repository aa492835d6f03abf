"""Encoding single groups of a film anew, so that they fit where the old ones were. Runs in the child only."""

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from av.packet import Packet
from av.video.stream import VideoStream

from privacy.decoding.seeking import Counter, pictures_from
from privacy.decoding.video_frames import Picture
from privacy.job import Job, Progress
from privacy.progress import Pace
from privacy.rendering import encoder
from privacy.rendering.groups import Covered, Layout
from privacy.rendering.mask import Plan
from privacy.segments import Group
from yiyuan.i18n import _


class Misfit(Exception):
    """The former film cannot be taken over; `why` in Chinese."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def need(holds: bool, why: str) -> None:
    """Misfit unless it holds."""
    if not holds:
        raise Misfit(why)


class Regroup:
    """Makes the packets of `changed` groups. read: the former film; base: time base of the source.

    made: the groups so far, as they are now; decoded: counts frames of the source.
    """

    def __init__(self, job: Job, read: Layout, base: Fraction, changed: list[int], progress: Progress) -> None:
        assert job.detection and job.former
        self._job, self._detection, self._read, self._base = job, job.detection, read, base
        self._former, self._changed = job.former.rendering, changed
        self._plan = Plan(job)
        self._pace = Pace("render", progress, sum(self._former.groups[at].frames for at in changed))
        self._done = 0
        self.encoded: dict[int, Group] = {}
        self.decoded = Counter()

    def packets(self, origin: VideoStream) -> Iterator["Packet[Any]"]:
        """All packets, in the order of the film; groups that follow each other are decoded in one go.

        Misfit, or Unseekable, when the source or the encoder does not give what it gave before.
        """
        for run in _runs(self._changed):
            first = self._former.groups[run[0]].first
            source = pictures_from(self._job.source, self._source_pts(self._read.shown(first, 1)[0]), self.decoded)
            for number in run:
                yield from self._group(number, source, origin)

    def end(self) -> None:
        """All is written."""
        self._pace.end()

    def _group(self, number: int, source: Iterator[Picture], origin: VideoStream) -> "list[Packet[Any]]":
        group = self._former.groups[number]
        codec = encoder.alone(self._detection, origin, self._base)
        covered = Covered(self._plan, self._job.decided.mask, encoder.length(self._detection))
        encoded: list[Packet[Any]] = []
        for frame, pts in enumerate(self._read.shown(group.first, group.frames), group.first):
            picture, wanted = next(source, None), self._source_pts(pts)
            if picture is None or picture.pts != wanted:
                raise Misfit(_("原片的时间戳与上次不同"))
            covered.cover(picture, frame, float(pts * self._read.base))
            stamp = wanted - self._former.zero
            encoded += codec.encode(encoder.frame_of(picture, stamp, self._base, begins=frame == group.first))
            self._done += 1
            self._pace.tick(self._done)
        encoded += codec.encode(None)
        covered.close()
        need(bytes(codec.extradata or b"") == self._read.extradata, _("编码参数与上次不同"))
        return self._checked(number, encoded, covered.groups[0])

    def _checked(self, number: int, encoded: "list[Packet[Any]]", now: Group) -> "list[Packet[Any]]":
        """The packets with the stamps of the film. Misfit unless they fit where the old ones were."""
        group, payload = self._former.groups[number], hashlib.sha256()
        need(now.seen == group.seen, _("从中间读起时，原片的画面与上次不同"))
        for packet in encoded:
            pts = (packet.pts or 0) * self._base / self._read.base
            need(packet.pts is not None and pts.denominator == 1, _("原片与上次的时间单位不合"))
            packet.pts = int(pts)
            payload.update(bytes(packet))
        shown = sorted(packet.pts or 0 for packet in encoded)
        need(shown == self._read.shown(group.first, group.frames), _("重新编码的一段帧数或时间不同"))
        need(encoded[0].is_keyframe and encoded[0].pts == shown[0], _("重新编码的一段不能单独解码"))
        self.encoded[number] = now.with_packets(payload.hexdigest())
        return encoded

    def _source_pts(self, pts: int) -> int:
        stamp = pts * self._read.base / self._base
        need(stamp.denominator == 1, _("原片与上次的时间单位不合"))
        return self._former.zero + int(stamp)


def _runs(numbers: list[int]) -> Iterator[list[int]]:
    """Numbers that follow each other, together."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run
