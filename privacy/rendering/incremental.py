"""Pass 2 once more: only the groups whose cover changed are encoded, the others are taken over packet by packet.

A group that is encoded alone takes the places (decoding times) of the packets it replaces. Everything is checked: that
the former film is the one that was recorded, that the encoder is the same and writes the same parameter sets, that the
source shows what it showed, and in the end that every packet that was to stay has stayed. Runs in the child only.
"""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from privacy.decoding.container import opened, video_stream
from privacy.decoding.seeking import Unseekable
from privacy.job import Job, Progress
from privacy.progress import Stopwatch
from privacy.rendering import encoder
from privacy.rendering.audio.audio import KeptSound, NewSound, changes
from privacy.rendering.groups import CoverDigest, Layout, layout
from privacy.rendering.mask import Plan
from privacy.rendering.segment_encoder import Misfit, Regroup, need
from privacy.rendering.verify import Written, verify
from privacy.segments import AudioSource, Group, Rendering, RenderStats, SoundFrom
from privacy.types import VideoReport
from yiyuan.errors import BadInput, Failed
from yiyuan.i18n import _


def taken_over(job: Job, progress: Progress, watch: Stopwatch) -> VideoReport:
    """Write `job.partial` from `job.former` and the source. Misfit when anything does not fit."""
    assert job.detection
    try:
        with watch.of("render"):
            copy = _Copy(job, progress)
            written = copy.run()
        with watch.of("verify"):
            verified = verify(job.detection, Path(job.partial), written)
            rendering = copy.rendering(verified.sha256)
    except (BadInput, Failed) as error:
        raise Misfit(error.message) from error
    except Unseekable as error:
        raise Misfit(_("原片不能从中间读起")) from error
    return replace(job.report(verified, watch.rounded()), rendering=rendering, work=copy.work())


class _Copy:
    def __init__(self, job: Job, progress: Progress) -> None:
        assert job.detection and job.former
        self._job, self._detection = job, job.detection
        self._former, self._path = job.former.rendering, Path(job.former.path)
        self._starts = [group.first for group in self._former.groups]
        self._read = self._known()
        # Numbers of the groups that are covered otherwise than before.
        plan = Plan(self._job)
        groups = self._former.groups
        self._changed = [at for at, group in enumerate(groups) if self._cover(plan, group) != group.cover]
        need(len(self._changed) < len(self._starts), _("每一段的遮挡都变了"))
        self._same_sound = changes(job) == self._former.sound
        self._audio_source: AudioSource = self._former.audio_source
        with opened(self._job.source) as source:
            base = video_stream(source).time_base
        if base is None:
            raise Misfit(_("原片的时间戳不可用"))
        self._regroup = Regroup(job, self._read, base, self._changed, progress)

    def _known(self) -> Layout:
        """The former film's packets. Misfit unless it is the one that was recorded, by this encoder."""
        need(not self._detection.retimed, _("原片的时间戳不可用"))
        need(self._former.source == self._job.source.identity, _("原片不是上次的那一个"))
        need(self._former.encoder == encoder.build(), _("编码器的版本或设置变了"))
        need(self._path.is_file(), _("上次生成的视频不在了"))
        with self._path.open("rb") as file:
            need(hashlib.file_digest(file, "sha256").hexdigest() == self._former.sha256, _("上次生成的视频被改动过"))
        total = sum(group.frames for group in self._former.groups)
        need(self._starts == list(range(0, total, encoder.length(self._detection))), _("分段方式变了"))
        read = layout(self._path, self._starts)
        need(len(read.pts) == total == self._detection.frames, _("上次生成的视频与原片帧数不同"))
        need(read.is_closed(self._starts), _("上次生成的视频不能分段"))
        return read

    def _cover(self, plan: Plan, group: Group) -> str:
        digest = CoverDigest(plan, self._job.decided.mask)
        for frame, pts in enumerate(self._read.shown(group.first, group.frames), group.first):
            digest.add(frame, float(pts * self._read.base))
        return digest.hexdigest()

    def run(self) -> Written:
        """Write the film."""
        options = {"movflags": "+faststart"}
        with (
            av.open(str(self._path)) as former,
            opened(self._job.source) as source,
            av.open(self._job.partial, "w", format="mp4", options=options) as target,
        ):
            self._audio_source = self._merge(former, source, target)
        self._regroup.end()
        return Written(self._detection.frames, self._former.seconds, self._audio_source)

    def _merge(self, former: InputContainer, source: InputContainer, target: OutputContainer) -> AudioSource:
        video = former.streams.video[0]
        out = target.add_stream_from_template(video)
        out.metadata.clear()
        sound = self._sound(former, source, target)
        target.start_encoding()
        renewed, place = self._regroup.packets(video_stream(source)), 0
        for packet in former.demux(video, *former.streams.audio):
            if packet.size and packet.stream is video:
                sound.until(float((packet.dts or 0) * self._read.base))
                is_new = place // encoder.length(self._detection) in self._changed
                self._put(next(renewed) if is_new else packet, place, out, target)
                place += 1
            elif packet.size:
                sound.former(packet)
        sound.end()
        return sound.audio_source()

    def _sound(self, former: InputContainer, source: InputContainer, target: OutputContainer) -> KeptSound | NewSound:
        if self._same_sound:
            return KeptSound(former, target, self._former.audio_source)
        return NewSound(source, target, self._job)

    def _put(self, packet: "Packet[Any]", place: int, out: VideoStream, target: OutputContainer) -> None:
        packet.dts = self._read.dts[place]
        need(packet.pts is not None and packet.pts >= packet.dts, _("重新编码的一段放不进原来的位置"))
        packet.time_base = self._read.base
        packet.stream = out
        target.mux(packet)

    def rendering(self, sha256: str) -> Rendering:
        """What was written, after comparing it packet by packet with what was to be written."""
        wanted = [self._regroup.encoded.get(at, group) for at, group in enumerate(self._former.groups)]
        now = layout(Path(self._job.partial), self._starts)
        need(now.digests == [group.packets for group in wanted], _("沿用的画面与上次不一致"))
        same = all(now.shown(g.first, g.frames) == self._read.shown(g.first, g.frames) for g in wanted)
        need(same and now.dts == self._read.dts and now.base == self._read.base, _("沿用的画面时间与上次不一致"))
        need(now.extradata == self._read.extradata and now.is_closed(self._starts), _("沿用的画面不能分段"))
        need(not self._same_sound or now.heard == self._former.heard, _("沿用的声音与上次不一致"))
        sound = changes(self._job)
        return replace(
            self._former, groups=wanted, sound=sound, audio_source=self._audio_source, heard=now.heard, sha256=sha256
        )

    def work(self) -> RenderStats:
        """What was done."""
        frames = sum(self._former.groups[at].frames for at in self._changed)
        sound: SoundFrom = "none" if self._audio_source.how == "none" else "former" if self._same_sound else "source"
        return RenderStats(len(self._starts), self._changed, frames, self._regroup.decoded.frames, sound)
