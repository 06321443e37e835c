"""Workers that are killed in the middle of a scan: real processes, real SIGKILL."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dedup import measuring, scanning
from dedup.models import LocalFeatures, PairScore, PhotoFeatures, Scan
from dedup.scanning import comparing, group_rows
from gallery.models import Chunk, User
from gallery.work import runner
from tests.dedup.library import contents, options
from tests.factories import NOON, make_stored_photo
from tests.pictures import scene, with_grain

pytestmark = pytest.mark.django_db(transaction=True)

# The module and the function in it at whose end the first worker to get there dies.
MOMENTS = {
    "measured, not committed": (measuring, "store_all"),
    "scored, not committed": (comparing, "store_scores"),
    "some of a slice committed": (comparing, "step"),
    "groups written, not committed": (group_rows, "store_members"),
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


def _everything(scan: Scan) -> Any:
    return (
        contents(scan),
        sorted(PhotoFeatures.objects.values_list("photo", "version", "light", "sharpness")),
        sorted(LocalFeatures.objects.values_list("photo", "data")),
        sorted(PairScore.objects.values_list("photo_a", "photo_b", "percent", "kind", "measures")),
        (scan.photo_count, scan.pair_count, scan.group_count),
    )


def _scan(owner: User, processes: int) -> Scan:
    scan = scanning.start(owner, options())
    job = runner.drain(scan.job, processes=processes)
    scan.refresh_from_db()
    assert (job.status, job.failed) == ("done", 0), job.error
    return scan


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_scan_whose_worker_is_killed_ends_like_an_undisturbed_one(
    alice: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, moment: str
) -> None:
    for number in range(9):
        picture = with_grain(scene(number // 3), number)
        make_stored_photo(alice, picture, taken_at=NOON.replace(second=number))
    monkeypatch.setattr(scanning, "PHOTOS_PER_SLICE", 5)
    monkeypatch.setattr(comparing, "PAIRS_PER_STEP", 6)
    undisturbed = _everything(_scan(alice, processes=0))
    assert undisturbed[4][2] == 3, "there is something to lose"

    for rows in (PairScore, PhotoFeatures, LocalFeatures, Scan):
        rows._default_manager.all().delete()
    mark = tmp_path / "killed"
    module, name = MOMENTS[moment]
    monkeypatch.setattr(module, name, _dying(getattr(module, name), mark, os.getpid()))
    disturbed = _scan(alice, processes=2)

    assert mark.exists()
    assert Chunk.objects.filter(job=disturbed.job, attempts__gt=1).exists()
    assert _everything(disturbed) == undisturbed
