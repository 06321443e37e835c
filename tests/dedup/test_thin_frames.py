"""The command that thins out a plain folder: it lists, and only moves or deletes when told to."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from dedup import camera_settings
from dedup.core.camera_settings import FrameSettings, TimeOfDay
from gallery.models import Camera, User
from tests.factories import make_camera
from tests.pictures import scene, with_grain, with_thing, write_frames

pytestmark = pytest.mark.usefixtures("folder")
STILL = ("c10_2021_03_27__10_05_00.jpg", "c10_2021_03_27__10_10_00.jpg")
MOVED = "c10_2021_03_27__10_15_00.jpg"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three frames in which nothing happens, one in which something does, and a broken one."""
    view = scene(5, (640, 480))
    pictures = [with_grain(view, seed) for seed in range(3)]
    pictures.append(with_thing(view, (300, 250, 380, 360)))
    root = tmp_path / "frames"
    write_frames(root, "c10", pictures)
    (root / "c10_2021_03_27__10_20_00.jpg").write_bytes(b"\xff\xd8\xff no picture")
    return root


def thinned(folder: Path, *arguments: str) -> str:
    out = StringIO()
    call_command("thin_frames", str(folder), "--workers", "1", *arguments, stdout=out)
    return out.getvalue()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*.jpg")}


def test_without_being_told_it_touches_nothing_and_says_so(folder: Path) -> None:
    before = names(folder)
    told = thinned(folder)
    assert "2 of 5 frames can go" in told
    assert "Nothing was touched" in told
    assert "c10_2021_03_27__10_20_00.jpg" in told
    assert names(folder) == before


def test_the_report_gives_a_reason_for_every_file(folder: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    thinned(folder, "--report", str(report))
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    assert set(rows) == names(folder)
    assert all(row["reason"] for row in rows.values())
    assert [rows[name]["fate"] for name in (*STILL, MOVED)] == ["goes", "goes", "kept"]
    assert json.loads(rows[MOVED]["boxes"])


def test_json_is_for_programs(folder: Path) -> None:
    told: dict[str, Any] = json.loads(thinned(folder, "--json"))
    assert (told["goes"], told["listed"], told["dry_run"]) == (2, 1, True)
    assert told["cameras"]["c10"]["frames"] == 5


def test_what_is_moved_can_be_moved_back(folder: Path, tmp_path: Path) -> None:
    before, aside = names(folder), tmp_path / "aside"
    thinned(folder, "--move-to", str(aside))
    assert names(folder) == before - set(STILL)
    assert names(aside) == set(STILL)
    (manifest,) = aside.glob("*.jsonl")
    assert "2 frames moved back" in thinned(folder, "--restore", str(manifest))
    assert names(folder) == before
    assert "It is back already" in thinned(folder, "--restore", str(manifest))


def test_nothing_is_moved_over_another_file(folder: Path, tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    (aside / STILL[0]).write_bytes(b"somebody's")
    assert "is there already" in thinned(folder, "--move-to", str(aside))
    assert (aside / STILL[0]).read_bytes() == b"somebody's"
    assert STILL[0] in names(folder)


def test_deleting_has_to_be_asked_for_by_name(folder: Path) -> None:
    before = names(folder)
    assert "2 deleted" in thinned(folder, "--delete")
    assert names(folder) == before - set(STILL)


def test_of_two_names_of_one_file_never_both_are_deleted(folder: Path) -> None:
    other = folder / "c10_2021_03_27__10_11_00.jpg"
    os.link(folder / STILL[1], other)
    told = thinned(folder, "--delete")
    assert "another name of a file that goes" in told
    assert other.exists() != (folder / STILL[1]).exists()


def test_one_camera_can_be_chosen(folder: Path) -> None:
    write_frames(folder, "c20", [scene(9, (640, 480))])
    told = json.loads(thinned(folder, "--camera", "C20", "--json"))
    assert list(told["cameras"]) == ["c20"]
    with pytest.raises(CommandError, match="Cameras here: c10, c20"):
        thinned(folder, "--camera", "c99")


@pytest.mark.parametrize(
    "wrong",
    [
        ("--border", "60,0,60,0"),
        ("--border", "1,2"),
        ("--every", "0"),
        ("--sure", "150"),
        ("--zone", "Mars/Base"),
        ("--owner", "alice"),
        ("--settings-of", "c10"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_read(
    folder: Path, wrong: tuple[str, str]
) -> None:
    with pytest.raises(CommandError):
        thinned(folder, *wrong)


def test_something_else_than_a_manifest_restores_nothing(folder: Path) -> None:
    with pytest.raises(CommandError, match="no manifest"):
        thinned(folder, "--restore", str(folder / MOVED))


def saved_night(alice: User, settings: FrameSettings) -> Camera:
    """A camera of which the night, here from 10:10 on, has settings of its own."""
    camera = make_camera(alice, "c10", prefix="c10")
    night = {TimeOfDay.DAY: (FrameSettings(), 60), TimeOfDay.NIGHT: (settings, 10 * 60 + 10)}
    camera_settings.save([camera], night, by=alice)
    return camera


def test_the_settings_that_the_tuner_saved_can_be_used(folder: Path, alice: User) -> None:
    """The thing stands in an area that the camera leaves out by night."""
    around = ((0.4, 0.4), (0.7, 0.4), (0.7, 0.9), (0.4, 0.9))
    saved_night(alice, FrameSettings(ignored=(around,)))
    told = thinned(folder, "--settings-of", "C10", "--owner", "alice", "--zone", "Europe/Berlin")
    assert "3 of 5 frames can go" in told


def test_day_and_night_are_read_from_the_clock_of_the_zone(folder: Path, alice: User) -> None:
    """A number in a name is a moment: 10:15 in Berlin is 9:15 in UTC, which is day there."""
    around = ((0.4, 0.4), (0.7, 0.4), (0.7, 0.9), (0.4, 0.9))
    saved_night(alice, FrameSettings(ignored=(around,)))
    taken = dt.datetime(2021, 3, 27, 10, 15, tzinfo=ZoneInfo("Europe/Berlin"))
    (folder / MOVED).rename(folder / f"c10-{round(taken.timestamp() * 1000)}.jpg")
    settings = ("--settings-of", "c10", "--owner", "alice")
    assert "3 of 5" in thinned(folder, *settings, "--zone", "Europe/Berlin")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (("--settings-of", "c10", "--owner", "nobody"), "no account nobody"),
        (("--settings-of", "c99", "--owner", "alice"), "There are: c10"),
        (("--settings-of", "c10", "--owner", "alice", "--sure", "60"), "says already"),
    ],
)
def test_settings_that_are_not_clear_are_refused(
    folder: Path, alice: User, wrong: tuple[str, ...], why: str
) -> None:
    make_camera(alice, "c10", prefix="c10")
    with pytest.raises(CommandError, match=why):
        thinned(folder, *wrong)
