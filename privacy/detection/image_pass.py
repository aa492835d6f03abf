"""Pass 1 of pictures, animations and PDF: the same eyes as for videos. Runs in the child only."""

from itertools import accumulate

from privacy.decoding.image_frames import Album, Still, opened
from privacy.detection.analyser import Eyes
from privacy.job import Job, Progress
from privacy.progress import Pace
from privacy.types import Detection, Probe
from yiyuan.codes import SpeechCheck

FPS = 10.0  # how often an animation is read: every tenth frame


def detect_image(job: Job, progress: Progress) -> Detection:
    """Find faces and identifiers in every picture of a file. BadInput as `stills.opened`."""
    with opened(job.source) as album:
        eyes: Eyes[Still] = Eyes(job.model, job.profile, FPS, 0, pages=album.pages, scene_detector=job.scene_detector)
        pace = Pace("detect", progress, album.count)
        sizes, shown = [], []
        with eyes.watch.of("detect"):
            for still in album.pictures:
                eyes.see(still)
                sizes.append((still.width, still.height))
                shown.append(still.seconds)
                pace.tick(still.index + 1)
            eyes.close()
        pace.end()
        return _detection(job, album, eyes, sizes, shown)


def _detection(
    job: Job, album: Album, eyes: Eyes[Still], sizes: list[tuple[int, int]], shown: list[float]
) -> Detection:
    starts = [0.0, *accumulate(shown)]
    size = (max(width for width, _height in sizes), max(height for _width, height in sizes))

    def seconds(frame: int) -> float:
        return float(frame) if album.pages else starts[frame]

    form = album.form.lower()
    return Detection(
        probe=Probe(form, form, None, starts[-1], len(sizes), *size, 0.0, has_audio=False, has_subtitles=False),
        frames=len(sizes),
        tracks=eyes.tracks(size, seconds),
        screen_hits=eyes.texts(size, seconds, job.allow),
        shots=eyes.cuts,
        retimed=False,
        profile=job.profile,
        stage_seconds=eyes.watch.rounded(),
        scenes=eyes.scenes(seconds),
        speech=SpeechCheck.SILENT,
        scene_watch=eyes.scene_watch,
    )
