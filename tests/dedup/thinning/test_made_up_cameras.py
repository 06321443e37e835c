"""Overview and thinning on a set of frames of which everything is known, with fewer frames."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dedup.benchmarks.camera_truth import judge
from dedup.core.camera_settings import DEFAULT_RULES
from dedup.core.thinning import Fate, Keep, Rule, Why
from dedup.thinning.folder import FileVerdict, plan_folder
from gallery.core.camera_overview import CameraOverview, by_camera
from gallery.core.camera_times import in_words
from gallery.core.frame_files import FrameFile, facts, find, named
from tests import made_up_cameras

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("frames")
    made_up_cameras.write(found, share=0.12, suffix="jpg", divisor=3)
    return found


@pytest.fixture(scope="module")
def truth(folder: Path) -> Any:
    return json.loads((folder / "ground_truth.json").read_text())


@pytest.fixture(scope="module")
def files(folder: Path) -> list[FrameFile]:
    zone = ZoneInfo(made_up_cameras.ZONE)
    return [named(path, folder, zone, NOW) for path in find(folder)]


@pytest.fixture(scope="module")
def overviews(folder: Path, files: list[FrameFile]) -> dict[str, CameraOverview]:
    described = [(file.camera, facts(file, folder)) for file in files]
    return {each.camera: each for each in by_camera(described, made_up_cameras.ZONE, NOW)}


def test_the_whole_set_has_the_shape_of_the_known_task() -> None:
    shots = made_up_cameras.planned()
    counts = {
        each.name: sum(shot.camera == each.name for shot in shots)
        for each in made_up_cameras.CAMERAS
    }
    assert counts == {"c10": 126, "c20": 324, "c21": 146, "c23": 484}
    assert len({shot.name for shot in shots}) == 1080
    assert {shot.size for shot in shots if shot.camera == "c21"} == {
        (1920, 1080),
        (1100, 619),
        (1200, 675),
        (10, 6),
    }


def test_the_overview_counts_every_file_of_every_camera(
    overviews: dict[str, CameraOverview], truth: Any
) -> None:
    assert set(overviews) == {"c10", "c20", "c21", "c23"}
    assert sum(each.frames for each in overviews.values()) == len(truth["frames"])


def test_it_names_the_unreadable_file_and_the_tiny_one(
    overviews: dict[str, CameraOverview], truth: Any
) -> None:
    assert [each.name for each in overviews["c21"].unreadable] == truth["unreadable"]
    assert [each.name for each in overviews["c21"].tiny] == truth["tiny"]
    assert (10, 6) in {(each.width, each.height) for each in overviews["c21"].sizes}


def test_it_names_each_odd_interval(overviews: dict[str, CameraOverview], truth: Any) -> None:
    for odd in truth["odd_intervals"]:
        found = [each.seconds for each in overviews[odd["camera"]].intervals.odd]
        assert found == [odd["seconds"]]
    assert in_words(overviews["c23"].intervals.odd[0].seconds) == "18 min 49 s"


def test_both_forms_of_names_lie_on_one_axis(
    overviews: dict[str, CameraOverview], truth: Any
) -> None:
    assert len(overviews["c20"].forms) == 2
    assert overviews["c20"].intervals.median_s == pytest.approx(300, abs=5)
    first = dt.datetime.fromisoformat(truth["frames"][0]["taken"])
    assert overviews["c10"].first == first


@pytest.mark.parametrize("keep", list(Keep))
def test_thinning_keeps_what_happened_and_lets_the_rest_go(
    keep: Keep, folder: Path, files: list[FrameFile], truth: Any
) -> None:
    verdicts = plan_folder(files, Rule(keep), DEFAULT_RULES, workers=1)
    figures = judge(truth, _gone(verdicts, folder))
    kept, planted = figures.promised
    assert planted > 0
    assert kept == planted
    if keep is Keep.FIRST:  # the figures ask which frame differs from the one before it
        assert figures.removed_percent >= 90
    listed = {each.file.path.name for each in verdicts if each.verdict.fate is Fate.LISTED}
    assert listed == {*truth["unreadable"], *truth["tiny"]}


def test_frames_of_another_shape_stay_with_the_reason(files: list[FrameFile]) -> None:
    c10 = [file for file in files if file.camera == "c10"]
    verdicts = plan_folder(c10, Rule(), DEFAULT_RULES, workers=1)
    (other,) = [each for each in verdicts if each.verdict.why is Why.OTHER_SHAPE]
    assert "another shape" in other.verdict.reason


def test_worker_processes_come_to_the_same_plan(files: list[FrameFile]) -> None:
    # Four cameras for two processes: whoever is free takes the next one.
    cameras = {
        file.camera: [each for each in files if each.camera == file.camera] for file in files
    }
    some = [file for theirs in cameras.values() for file in theirs[:15]]
    assert len(cameras) == 4
    alone = plan_folder(some, Rule(), DEFAULT_RULES, workers=1)
    counted: list[int] = []
    together = plan_folder(some, Rule(), DEFAULT_RULES, workers=2, told=counted.append)
    assert [each.verdict for each in together] == [each.verdict for each in alone]
    assert sum(counted) == len(some)


def _gone(verdicts: list[FileVerdict], folder: Path) -> list[str]:
    return [
        each.file.path.relative_to(folder).as_posix()
        for each in verdicts
        if each.verdict.fate is Fate.GOES
    ]
