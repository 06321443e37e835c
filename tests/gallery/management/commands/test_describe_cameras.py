"""The command that describes cameras: of a plain folder, and of an account."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from gallery.models import ImportedFile, ImportRun, User
from gallery.models.import_run import Outcome
from gallery.work import jobs
from tests.factories import NOON, make_camera, make_photo
from tests.pictures import scene, write_frames


def described(*arguments: str) -> str:
    out = StringIO()
    call_command("describe_cameras", *arguments, stdout=out)
    return out.getvalue()


def test_a_folder_is_described_where_it_lies(tmp_path: Path) -> None:
    write_frames(tmp_path, "c10", [scene(1), scene(2), scene(3, (10, 6))])
    (tmp_path / "c10-1616835900000.jpg").write_bytes(b"")
    told: dict[str, Any] = json.loads(described(str(tmp_path), "--json", "--zone", "Europe/Berlin"))
    (camera,) = told["cameras"]
    assert (told["frames"], camera["camera"]) == (4, "c10")
    assert camera["unreadable"] == [{"name": "c10-1616835900000.jpg", "reason": "It is empty."}]
    assert [each["reason"] for each in camera["tiny"]] == ["10 by 6 pixels"]
    assert camera["first"] == "2021-03-27T10:00:00+01:00"
    assert len(camera["forms"]) == 2


def test_markdown_is_the_table_that_people_write_by_hand(tmp_path: Path) -> None:
    write_frames(tmp_path, "c10", [scene(1), scene(2)])
    assert "| c10 | 2 | 2021-03-27 10:00:00 |" in described(str(tmp_path), "--zone", "UTC")


def test_frames_without_a_camera_in_name_or_tags_go_by_their_folder(tmp_path: Path) -> None:
    scene(1).save(tmp_path / "picture.jpg")
    assert f"| {tmp_path.name} | 1 |" in described(str(tmp_path))


def test_an_account_is_described_with_the_files_that_its_imports_refused(alice: User) -> None:
    camera = make_camera(alice, "c21", prefix="c21")
    camera.key = "prefix:c21"
    camera.save()
    make_photo(alice, camera=camera, average_color="#101010")
    run = ImportRun.objects.create(
        owner=alice, door="folder", started_at=NOON, job=jobs.create("import", alice, "Import")
    )
    for name, code, reason in (
        ("x/c21-1616835900000.png", "truncated", "It is cut off."),
        ("c21_2021_03_27__10_36_36.png", "too_small", "It has only 10 x 6 pixels; nothing to see."),
        ("c22_2021_03_27__10_36_36.png", "truncated", "It is cut off."),
    ):
        ImportedFile.objects.create(
            run=run, path=name, outcome=Outcome.REFUSED, code=code, reason=reason
        )
    (told,) = json.loads(described("--owner", "alice", "--json"))["cameras"]
    assert told["frames"] == 3
    assert [each["name"] for each in told["unreadable"]] == ["c21-1616835900000.png"]
    assert told["tiny"] == [
        {"name": "c21_2021_03_27__10_36_36.png", "reason": "10 by 6 pixels"},
    ]
    assert told["daylight"] == {"day": 0, "night": 1, "unknown": 0}


@pytest.mark.django_db
def test_somebody_has_to_be_named() -> None:
    with pytest.raises(CommandError, match="Name a folder"):
        described()
    with pytest.raises(CommandError, match="no account"):
        described("--owner", "nobody")
    with pytest.raises(CommandError, match="no folder"):
        described("/nowhere/at/all")
