from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from gallery import changes
from gallery.decoding.decoder import Decoder, ReadFile
from gallery.files import checking, derivatives, originals
from gallery.importing import folders, results
from gallery.models import Camera, ImportRun, Photo, User
from gallery.work import runner
from tests.factories import write_picture
from tests.pictures import jpeg, scene, with_exif

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "photos"
    write_picture(root / "IMG_20240517_103000.jpg", scene(1))
    write_picture(root / "deep" / "er" / "c21_2021_03_27__10_36_36.png", scene(2))
    (root / "notes.txt").write_text("no picture")
    (root / ".hidden.jpg").write_bytes(jpeg(scene(3)))
    (root / "Thumbs.db").write_bytes(b"junk")
    return root


def import_it(folder: Path, owner: User) -> ImportRun:
    run = folders.begin(folder, owner)
    runner.drain(run.job, processes=0)
    run.job.refresh_from_db()
    return run


def outcomes(run: ImportRun) -> dict[str, str]:
    return dict(run.files.values_list("path", "outcome"))


def test_every_file_ends_with_exactly_one_outcome(folder: Path, alice: User) -> None:
    run = import_it(folder, alice)
    assert run.job.status == "done"
    assert outcomes(run) == {
        "IMG_20240517_103000.jpg": "added",
        "deep/er/c21_2021_03_27__10_36_36.png": "added",
        "notes.txt": "refused",
    }
    assert results.counts(run)["refused"] == 1
    assert run.files.get(path="notes.txt").reason == "It is not a picture in any known format."


def test_a_photo_has_its_original_its_copies_its_date_and_its_camera(
    folder: Path, alice: User
) -> None:
    import_it(folder, alice)
    photo = Photo.objects.get(file_name="c21_2021_03_27__10_36_36.png")
    source = folder / "deep" / "er" / photo.file_name
    with originals.open_original(photo) as file:
        assert file.read() == source.read_bytes()
    assert derivatives.missing(photo.checksum) == []
    assert photo.taken_local.isoformat() == "2021-03-27T10:36:36"
    assert photo.taken_source == "name"
    assert photo.camera == Camera.objects.get(owner=alice, prefix="c21")


def test_importing_again_changes_nothing(folder: Path, alice: User) -> None:
    import_it(folder, alice)
    before = list(Photo.objects.order_by("pk").values())
    again = import_it(folder, alice)
    assert outcomes(again)["IMG_20240517_103000.jpg"] == "already_here"
    assert list(Photo.objects.order_by("pk").values()) == before


def test_two_files_of_equal_bytes_are_one_photo(folder: Path, alice: User) -> None:
    picture = folder / "IMG_20240517_103000.jpg"
    (folder / "copy.jpg").write_bytes(picture.read_bytes())
    run = import_it(folder, alice)
    assert sorted(run.files.filter(path__endswith=".jpg").values_list("outcome", flat=True)) == [
        "added",
        "already_here",
    ]
    assert Photo.objects.filter(owner=alice).count() == 2


def test_a_file_in_the_trash_is_said_to_be_there(folder: Path, alice: User) -> None:
    import_it(folder, alice)
    changes.trash(Photo.objects.filter(file_name__startswith="IMG"), by=alice)
    run = import_it(folder, alice)
    row = run.files.get(path="IMG_20240517_103000.jpg")
    assert (row.outcome, row.reason) == ("already_here", "It is in your trash.")


def test_two_owners_share_one_original_and_nothing_else(
    folder: Path, alice: User, bob: User
) -> None:
    import_it(folder, alice)
    import_it(folder, bob)
    mine = Photo.objects.filter(owner=alice).first()
    theirs = Photo.objects.get(owner=bob, checksum=mine.checksum) if mine else None
    assert mine and theirs and mine.pk != theirs.pk
    stored = [name for _, _, names in os.walk(originals.storage().path("")) for name in names]
    assert len(stored) == 2


def test_a_takeout_side_file_dates_its_photo_and_is_not_offered_itself(
    tmp_path: Path, alice: User
) -> None:
    root = tmp_path / "takeout"
    write_picture(root / "holiday.jpg", scene(4))
    side = {"title": "holiday.jpg", "photoTakenTime": {"timestamp": "1577880000"}}
    (root / "holiday.jpg.json").write_text(json.dumps(side))
    run = import_it(root, alice)
    assert outcomes(run) == {"holiday.jpg": "added"}
    photo = Photo.objects.get()
    assert photo.taken_source == "sidecar"
    assert photo.taken_at.isoformat() == "2020-01-01T12:00:00+00:00"


def test_a_broken_side_file_is_named_but_does_not_refuse_its_photo(
    tmp_path: Path, alice: User
) -> None:
    root = tmp_path / "takeout"
    write_picture(root / "holiday.jpg", scene(4))
    (root / "holiday.jpg.json").write_text("{")
    import_it(root, alice)
    refusals = [each.refusal for each in Photo.objects.get().candidates if each.refusal]
    assert refusals == ["The sidecar is no readable JSON."]


def test_exif_decides_before_the_name(tmp_path: Path, alice: User) -> None:
    root = tmp_path / "photos"
    root.mkdir()
    data = with_exif(scene(5), taken="2022:02:03 04:05:06", make="Canon", model="Canon EOS 6D")
    (root / "IMG_20190509_154733.jpg").write_bytes(data)
    import_it(root, alice)
    photo = Photo.objects.get()
    assert photo.taken_local.isoformat() == "2022-02-03T04:05:06"
    assert photo.taken_source == "exif"
    assert {each.source for each in photo.candidates} >= {"exif", "name", "file"}
    assert photo.camera and photo.camera.name == "Canon EOS 6D"


def test_a_name_that_is_no_utf8_is_imported(tmp_path: Path, alice: User) -> None:
    root = tmp_path / "photos"
    root.mkdir()
    odd = os.fsencode(root) + b"/caf\xe9.jpg"
    with open(odd, "wb") as file:  # noqa: PTH123 - the name is bytes
        file.write(jpeg(scene(6)))
    run = import_it(root, alice)
    assert outcomes(run) == {"caf\\xe9.jpg": "added"}


def test_a_file_that_vanished_fails_and_can_be_tried_again(folder: Path, alice: User) -> None:
    run = folders.begin(folder, alice)
    (folder / "IMG_20240517_103000.jpg").unlink()
    runner.drain(run.job, processes=0)
    row = run.files.get(path="IMG_20240517_103000.jpg")
    assert (row.outcome, row.reason) == ("failed", "The file is no longer there.")


def test_a_file_that_changes_while_it_is_read_fails_and_keeps_nothing_wrong(
    tmp_path: Path, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a camera's file that is still being written, or a folder that is being synchronised."""
    path = write_picture(tmp_path / "photos" / "a.jpg", scene(1))
    finish = Decoder.finish

    def finish_and_write(decoder: Decoder) -> ReadFile:
        found = finish(decoder)
        path.write_bytes(jpeg(scene(2)))
        return found

    monkeypatch.setattr(Decoder, "finish", finish_and_write)
    run = import_it(path.parent, alice)
    assert outcomes(run) == {"a.jpg": "failed"}
    assert "changed while it was read" in run.files.get().reason
    assert not Photo.objects.exists()
    assert list(checking.unneeded_originals()) == []
    monkeypatch.undo()
    assert outcomes(import_it(path.parent, alice)) == {"a.jpg": "added"}
    assert list(checking.originals_with_trouble(read_all=True)) == []


def test_importing_again_brings_back_an_original_that_was_lost(folder: Path, alice: User) -> None:
    import_it(folder, alice)
    photo = Photo.objects.first()
    assert photo is not None
    originals.storage().delete(originals.name_of(photo.checksum))
    import_it(folder, alice)
    assert Photo.objects.count() == 2
    assert list(checking.originals_with_trouble(read_all=True)) == []


def test_a_folder_that_cannot_be_listed_is_named(
    folder: Path, alice: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if os.fspath(path).endswith("/deep"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    run = import_it(folder, alice)
    assert outcomes(run) == {
        "IMG_20240517_103000.jpg": "added",
        "deep": "failed",
        "notes.txt": "refused",
    }
    assert "Permission denied" in run.files.get(path="deep").reason
    report = tmp_path / "report.json"
    call_command("import_folder", folder, owner="alice", dry_run=True, json=report)
    found = {file["path"]: file["outcome"] for file in json.loads(report.read_text())["files"]}
    assert found["deep"] == "failed"


def test_cancelling_leaves_every_file_with_an_outcome(folder: Path, alice: User) -> None:
    from gallery.work import jobs

    run = folders.begin(folder, alice)
    jobs.cancel(run.job, by=alice)
    assert set(outcomes(run).values()) == {"failed"}
    assert all("cancelled" in row.reason for row in run.files.all())


def test_the_data_folder_itself_is_refused(data_folder: Path, alice: User) -> None:
    with pytest.raises(folders.FolderRefused, match="overlaps"):
        folders.begin(data_folder, alice)


def test_the_command_writes_every_outcome(folder: Path, alice: User, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    call_command("import_folder", folder, owner="alice", json=report, processes=1)
    told = json.loads(report.read_text())
    assert {key: told[key] for key in ("added", "already_here", "refused", "failed")} == {
        "added": 2,
        "already_here": 0,
        "refused": 1,
        "failed": 0,
    }
    assert told["files"][0] == {
        "path": "IMG_20240517_103000.jpg",
        "outcome": "added",
        "reason": "",
        "taken_at": "2024-05-17T10:30:00",
        "precision": "second",
        "camera": None,
    }


def test_a_dry_run_tells_the_same_and_stores_nothing(
    folder: Path, alice: User, tmp_path: Path
) -> None:
    trial, real = tmp_path / "trial.json", tmp_path / "real.json"
    call_command("import_folder", folder, owner="alice", json=trial, dry_run=True)
    assert Photo.objects.count() == 0
    assert not Path(originals.storage().path("")).exists()
    call_command("import_folder", folder, owner="alice", json=real, processes=1)
    assert json.loads(trial.read_text()) == json.loads(real.read_text())


def test_an_unknown_owner_is_named_with_those_there_are(folder: Path, alice: User) -> None:
    with pytest.raises(CommandError, match=r"no user “carol”\. There is: alice"):
        call_command("import_folder", folder, owner="carol")


def test_real_takeout_folders_keep_every_photo(shared_data: Path, alice: User) -> None:
    run = import_it(shared_data / "takeout", alice)
    counts: dict[str, Any] = results.counts(run)
    assert counts["failed"] == 0
    assert counts["waiting"] == 0
    assert Photo.objects.count() == counts["added"]
    pixel = Photo.objects.filter(file_name="PXL_20231006_063528961.jpg").first()
    assert pixel is not None
    assert pixel.taken_at.isoformat() == "2023-10-06T06:35:28.961000+00:00"
    assert pixel.utc_offset_minutes == 120


def test_the_folder_itself_names_the_camera_of_frames_named_by_time(
    tmp_path: Path, alice: User
) -> None:
    root = tmp_path / "c30"
    write_picture(root / "2023-06-18T03_11_46.jpg", scene(1))
    write_picture(root / "day1" / "2023-06-18T03_11_47.jpg", scene(2))
    import_it(root, alice)
    assert Photo.objects.get(file_name="2023-06-18T03_11_46.jpg").camera == Camera.objects.get(
        owner=alice, prefix="c30"
    )
    assert Photo.objects.get(file_name="2023-06-18T03_11_47.jpg").camera is None
