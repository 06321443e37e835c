"""Workers that are killed in the middle of a run of a live rule: real processes, real SIGKILL."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dedup.models import LiveRule, ThinnedFrame, Thinning
from dedup.thinning import carrying, live, work
from gallery.models import Change, Chunk, Photo, User
from gallery.work import runner
from tests.dedup.thinning.live_frames import add_frames, left, switched_on
from tests.factories import make_camera

pytestmark = pytest.mark.django_db(transaction=True)

# The module and the function in it at whose end the first worker to get there dies.
MOMENTS = {
    "compared, not committed": (work, "_store"),
    "some frames committed": (work, "step"),
    "archived, not committed": (carrying, "_act"),
}


def _dying(act: Callable[..., Any], mark: Path, main_process: int) -> Callable[..., Any]:
    def once(*args: Any, **kwargs: Any) -> Any:
        result = act(*args, **kwargs)
        if os.getpid() != main_process:
            try:
                mark.touch(exist_ok=False)
            except FileExistsError:
                return result
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return once


def _run(rule: LiveRule, processes: int) -> Any:
    (run,) = live.begin(rule)
    job = runner.drain(run.job, processes=processes)
    assert (job.status, job.failed) == ("done", 0), job.error
    run.refresh_from_db()
    rows = ThinnedFrame.objects.filter(thinning=run).order_by("place")
    return (
        left(rule.camera),
        list(rows.values_list("photo", "fate", "why", "beside", "percent", "spared")),
        run.gone_count,
        list(Change.objects.values_list("act", "summary", "photo_count")),
    )


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_whose_worker_is_killed_ends_like_an_undisturbed_one(
    alice: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, moment: str
) -> None:
    camera = make_camera(alice, "c21", prefix="c21")
    add_frames(camera, "..cc..")
    monkeypatch.setattr(work, "FRAMES_PER_STEP", 2)
    rule = switched_on(camera)
    undisturbed = _run(rule, processes=0)
    assert undisturbed[2] == 3, "there is something to lose"

    Thinning.objects.filter(live_rule=rule).delete()
    Change.objects.all().delete()
    Photo.objects.update(archived_at=None)
    mark = tmp_path / "killed"
    module, name = MOMENTS[moment]
    monkeypatch.setattr(module, name, _dying(getattr(module, name), mark, os.getpid()))
    disturbed = _run(rule, processes=2)

    assert mark.exists()
    assert Chunk.objects.filter(attempts__gt=1).exists()
    assert disturbed == undisturbed
