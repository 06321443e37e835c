"""The work of jobs of kind "thinning": compare the frames of a camera, in the order of time.

Each frame needs the last kept one, so one worker goes through all of them; what is found is
committed every few seconds, and whoever comes after goes on from there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from itertools import takewhile

import cv2
import numpy as np

from dedup.camera_settings import rules_for, settings_for_pair
from dedup.core.camera_settings import CameraRules
from dedup.core.camera_stages import StagedComparison, StagedFrame, compare_staged, stage
from dedup.core.thinning import Fate, Frame, Verdict, Why, plan
from dedup.models import ThinnedFrame, Thinning
from dedup.thinning.carrying import carry_out
from gallery.core.camera_overview import TINY_EDGE_PX
from gallery.core.pictures import UnreadablePicture
from gallery.core.taken_at import Precision
from gallery.decoding.decoder import DecoderFailed
from gallery.files import derivatives
from gallery.models import Photo
from gallery.work.claims import Claim, extend, finish, step

STAGES = ("Comparing frames",)
# Small people are lost in the smallest copy.
SIZE = "preview"
FRAMES_PER_STEP = 60
WRITTEN = ("fate", "why", "reason", "beside", "percent", "score", "boxes")
EXACT = frozenset({Precision.SECOND, Precision.SUBSECOND})

_Frame = Frame[int, StagedFrame]


def work_on(claim: Claim) -> None:
    """Go on from the first frame that has no verdict yet; a run of a live rule then acts."""
    thinning = Thinning.objects.select_related("camera").get(job=claim.job_id)
    rules = rules_for(thinning.camera)
    kept, day = None, None
    while rows := _waiting(thinning):
        if day is None or (thinning.is_by_day and day != rows[0].photo.taken_day):
            kept, day = _last_kept(thinning, rows[0].photo), rows[0].photo.taken_day
        seen: dict[int, _Frame] = {}
        frames = _frames(rows, claim, seen)
        verdicts = list(plan(frames, partial(_compare, rules), thinning.rule, kept))
        kept = _latest(verdicts, seen) or kept
        _write(rows, verdicts, claim)
    if thinning.live_rule_id is None:
        finish(claim, done=0)
    else:
        # The act and the end of the chunk are one transaction: neither can be without the other.
        finish(claim, lambda: carry_out(thinning), done=0)


def moment_of(photo: Photo) -> dt.datetime | None:
    """When the frame was taken, if that is sure enough to give it a place in the series."""
    is_exact = photo.taken_precision in EXACT and not photo.taken_doubt
    return photo.taken_at if is_exact else None


def _waiting(thinning: Thinning) -> list[ThinnedFrame]:
    waiting = thinning.frames.filter(fate="").select_related("photo").order_by("place")
    rows = list(waiting[:FRAMES_PER_STEP])
    if not thinning.is_by_day:
        return rows
    return list(takewhile(lambda row: row.photo.taken_day == rows[0].photo.taken_day, rows))


def _write(rows: Sequence[ThinnedFrame], verdicts: Sequence[Verdict[int]], claim: Claim) -> None:
    for row, verdict in zip(rows, verdicts, strict=True):
        row.fate, row.why, row.reason = verdict.fate, verdict.why, verdict.reason
        row.beside_id = verdict.beside
        row.percent, row.score = verdict.percent, verdict.score
        row.boxes = [asdict(box) for box in verdict.boxes]
    listed = sum(verdict.fate is Fate.LISTED for verdict in verdicts)
    step(
        claim,
        lambda: _store(rows),
        done=len(rows) - listed,
        skipped=listed,
        payload=claim.payload,
    )


def _store(rows: Sequence[ThinnedFrame]) -> None:
    ThinnedFrame.objects.bulk_update(rows, WRITTEN)


def _latest(verdicts: Sequence[Verdict[int]], seen: dict[int, _Frame]) -> _Frame | None:
    kept = [each for each in verdicts if each.fate is Fate.KEPT and each.why is not Why.NO_TIME]
    return seen[kept[-1].key] if kept else None


def _last_kept(thinning: Thinning, first: Photo) -> _Frame | None:
    """What the frames from this one on are compared with, if an earlier worker came so far."""
    kept = thinning.frames.filter(fate=Fate.KEPT).exclude(why=Why.NO_TIME)
    if thinning.is_by_day:
        kept = kept.filter(photo__taken_day=first.taken_day)
    row = kept.select_related("photo").order_by("-place").first()
    return _read(row.photo) if row else None


def _frames(
    rows: Sequence[ThinnedFrame], claim: Claim, seen: dict[int, _Frame]
) -> Iterator[_Frame]:
    last = None
    for row in rows:
        extend(claim)
        frame = seen[row.photo_id] = _read(row.photo)
        yield frame
        if last is not None and last.picture is not None:
            last.picture.forget()  # 6 MB each; only the kept one is needed again
        last = frame


def _compare(rules: CameraRules, kept: _Frame, frame: _Frame) -> StagedComparison:
    assert kept.picture and frame.picture and kept.taken and frame.taken
    settings = settings_for_pair(rules, kept.taken, frame.taken)
    return compare_staged(kept.picture, frame.picture, settings)


def _read(photo: Photo) -> _Frame:
    taken = moment_of(photo) and photo.taken_local
    if min(photo.width, photo.height) < TINY_EDGE_PX:
        problem = f"It has only {photo.width} by {photo.height} pixels."
        return Frame(photo.pk, taken, None, problem)
    try:
        rgb = derivatives.read_rgb(photo, SIZE)
    except (UnreadablePicture, DecoderFailed, OSError, ValueError) as error:
        return Frame(photo.pk, taken, None, f"It cannot be read: {error}")
    gray = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    return Frame(photo.pk, taken, stage(gray, (photo.width, photo.height)))
