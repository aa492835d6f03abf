"""What outlives a kill -9 of the intake, and what outlives the deletion of an item."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from review.approval import gate, sheet
from review.intake import pipeline
from review.items import lookup
from review.submission import attachments, deletion, submission
from yiyuan import audit, clock
from yiyuan.codes import AssetRole
from yiyuan.db.session import transaction
from yiyuan.errors import Missing, Refused
from yiyuan.models import Asset, Post, Sheet, Track
from yiyuan.settings import settings

Hospital = Any
pytestmark = pytest.mark.usefixtures("plain_checks")

#: Runs the intake with recorded results until the rendering, then waits to be killed.
VICTIM = """
import sys, time
from pathlib import Path
from privacy.api import video
from privacy.api import Detection
from review.intake import pipeline
found = Detection.from_bytes(Path(sys.argv[2]).read_bytes())
def hang(*args, **more):
    Path(sys.argv[3]).touch()
    time.sleep(600)
video.probe = lambda source: found.probe
video.detect = lambda source, **more: found
video.render = hang
pipeline.run(int(sys.argv[1]))
"""


def test_an_intake_survives_kill_9(hospital: Hospital, recorded: Any, film: Path, tmp_path: Path) -> None:
    item_id = hospital.draft()
    with transaction() as s:
        item = lookup.item(s, item_id)
        with film.open("rb") as stream:
            attachments.attach_video(s, item, stream, "a.mp4", editor=hospital.doctor)
        submission.submit(s, hospital.doctor, item_id, item.version)
    revision_id = hospital.revision(item_id).id
    saved, marker = tmp_path / "detection", tmp_path / "rendering"
    saved.write_bytes(recorded.detection.to_bytes())
    command = [sys.executable, "-c", VICTIM, str(revision_id), str(saved), str(marker)]
    victim = subprocess.Popen(command, env=dict(os.environ), start_new_session=True)
    try:
        until = time.monotonic() + 120
        while not marker.exists() and victim.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        assert marker.exists()
    finally:
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
    revision = hospital.revision(item_id)
    assert (hospital.item(item_id).state, revision.stage, revision.attempt) == ("intake", "render", 1)
    with transaction() as s:
        lookup.revision(s, lookup.item(s, item_id)).lease_until = clock.now() - timedelta(seconds=1)
    pipeline.run(revision_id)
    assert (hospital.item(item_id).state, hospital.revision(item_id).attempt) == ("naming", 2)
    with transaction(read_only=True) as s:
        roles = dict(s.execute(select(Asset.role, func.count()).group_by(Asset.role)).tuples().all())
        tracks = s.scalar(select(func.count()).select_from(Track))
    assert roles[AssetRole.DETECTION] == roles[AssetRole.COVER] == 1
    assert roles[AssetRole.FACE] == tracks == len(recorded.detection.tracks)


def test_the_record_outlives_the_item(hospital: Hospital) -> None:
    item_id = hospital.approved()
    gate.after_decision(hospital.revision(item_id).id)
    version = hospital.item(item_id).version
    with pytest.raises(Refused), transaction() as s:
        deletion.delete(s, hospital.doctor, item_id, version, "不要了")
    with transaction() as s:
        deletion.delete(s, hospital.publicity, item_id, version, "内容过期")
    with pytest.raises(Missing):
        hospital.item(item_id)
    with transaction(read_only=True) as s:
        assert sheet.verify(s, s.scalars(select(Sheet)).one()) == []
        assert audit.verify(s).ok
        assert s.scalars(select(Post)).one().state == "withdrawn"
        left = s.scalars(select(Asset).where(Asset.item_id == item_id)).all()
    assert left
    assert all(asset.key is None and not (settings().home / "media" / asset.blob).exists() for asset in left)


def test_three_kills_leave_it_to_the_author(hospital: Hospital) -> None:
    item_id = hospital.draft()
    with transaction() as s:
        revision = submission.submit(s, hospital.doctor, item_id, lookup.item(s, item_id).version)
        revision.attempt, revision.lease_until = 3, clock.now() - timedelta(seconds=1)
    pipeline.run(revision.id)
    assert hospital.item(item_id).state == "intake_failed"
    assert "中断" in hospital.revision(item_id).failure
    hospital.submit(item_id)
    assert hospital.item(item_id).state == "naming"
