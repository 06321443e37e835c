"""Zips that mean mischief: refused by entry, with a reason; the photos beside go on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gallery.core import zip_entries
from gallery.importing import archive_runs, retrying
from gallery.importing.archives import opening, unpacking
from gallery.models import ImportRun, Photo, User
from gallery.work import runner
from tests.zips import Raw, picture, side_file, zip_file

pytestmark = pytest.mark.django_db(transaction=True)

Import = Callable[..., ImportRun]


def told(run: ImportRun) -> dict[str, tuple[str, str]]:
    return {row.path: (row.outcome, row.code) for row in run.files.all()}


def every_file_below(folder: Path) -> set[Path]:
    return {Path(place) / name for place, _, names in os.walk(folder) for name in names}


def test_everything_hostile_is_refused_by_name_and_the_photos_go_on(
    tmp_path: Path, data_folder: Path, import_zips: Import
) -> None:
    before = every_file_below(tmp_path)
    raw = (
        Raw()
        .add(b"good.jpg", picture(1))
        .add(b"../../escaped.jpg", picture(2))
        .add(b"/tmp/absolute.jpg", picture(3))
        .add(b"..\\..\\windows.jpg", picture(4))
        .add(b"nul\0.jpg", picture(5))
        .add(b"l" * 2000 + b".jpg", picture(6))
        .add(b"link.jpg", b"/etc/passwd", attributes=0o120777 << 16)
        .add(b"locked.jpg", picture(7), flags=1)
        .add(b"lzma.jpg", picture(8), method=14, packed_data=b"xx")
        .add(b"inner.zip", b"PK\5\6" + b"\0" * 18)
        .add(b"damaged.jpg", picture(9), crc=1)
        .add(b"short.jpg", picture(10), size=100_000)
        .add(b"bomb.jpg", b"\0" * 1000, size=100 * 1024**2, method=8)
        .add(b"nowhere.jpg", picture(11), offset=2**31)
        .add(b"notes.txt", b"no picture")
        .add(b"last.jpg", picture(12))
    )
    run = import_zips(raw.written(tmp_path / "hostile.zip"))
    assert run.job.status == "done"
    assert told(run) == {
        "good.jpg": ("added", ""),
        "../../escaped.jpg": ("refused", "bad_name"),
        "/tmp/absolute.jpg": ("refused", "bad_name"),
        "../../windows.jpg": ("refused", "bad_name"),
        "nul\\x00.jpg": ("refused", "bad_name"),
        "l" * 1020 + ".jpg": ("refused", "bad_name"),
        "link.jpg": ("refused", "link"),
        "locked.jpg": ("refused", "encrypted"),
        "lzma.jpg": ("refused", "unknown_packing"),
        "inner.zip": ("refused", "nested_archive"),
        "damaged.jpg": ("refused", "damaged"),
        "short.jpg": ("refused", "damaged"),
        "bomb.jpg": ("refused", "bomb"),
        "nowhere.jpg": ("refused", "damaged"),
        "notes.txt": ("refused", "not_an_image"),
        "last.jpg": ("added", ""),
    }
    assert all(row.reason.endswith(".") for row in run.files.filter(outcome="refused"))
    assert Photo.objects.count() == 2
    # Nothing was written outside the library, and nothing is left of the unpacking.
    written = every_file_below(tmp_path) - before - {tmp_path / "hostile.zip"}
    assert written and all(data_folder in path.parents for path in written)
    assert every_file_below(data_folder / "incoming") == set()


def test_files_laid_over_each_other_are_refused(tmp_path: Path, import_zips: Import) -> None:
    raw = Raw().add(b"outer.jpg", picture(1) * 20)
    for number in range(5):
        raw.add(b"copy%d.jpg" % number, b"", size=5000, packed=5000, offset=40 + number)
    run = import_zips(raw.written(tmp_path / "overlapping.zip"))
    assert {row.code for row in run.files.filter(path__startswith="copy")} == {"bomb"}
    assert run.files.get(path="outer.jpg").outcome == "added"


def test_an_archive_that_unpacks_to_far_too_much_is_read_as_far_as_is_sensible(
    tmp_path: Path, import_zips: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_entries, "WHOLE_BYTES", 0)
    monkeypatch.setattr(zip_entries, "WHOLE_RATIO", 1)
    raw = Raw().add(b"good.jpg", picture(1))
    for number in range(3):
        raw.add(b"zeros%d.jpg" % number, bytes(3000), method=8)
    run = import_zips(raw.written(tmp_path / "bomb.zip"))
    assert told(run)["good.jpg"] == ("added", "")
    assert told(run)["zeros2.jpg"] == ("refused", "bomb")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "The archive is empty", id="empty"),
        pytest.param(picture(1), "It is no zip archive", id="a_photo"),
        pytest.param(b"PK\3\4" + b"x" * 99, "The archive is incomplete", id="cut"),
    ],
)
def test_an_archive_that_cannot_be_opened_is_named_and_the_other_one_goes_on(
    tmp_path: Path, import_zips: Import, content: bytes, reason: str
) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(content)
    run = import_zips(bad, zip_file(tmp_path / "good.zip", {"a.jpg": picture(1)}))
    assert run.job.status == "done"
    assert told(run) == {"a.jpg": ("added", ""), "bad.zip": ("refused", "unreadable_archive")}
    assert run.files.get(path="bad.zip").reason.startswith(reason)


def test_a_cut_zip_says_that_it_is_incomplete(tmp_path: Path, import_zips: Import) -> None:
    whole = zip_file(tmp_path / "whole.zip", {f"{n}.jpg": picture(n) for n in range(5)})
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:-30])
    run = import_zips(cut)
    assert "incomplete" in run.files.get().reason


def test_an_archive_that_changes_meanwhile_is_not_read_on(tmp_path: Path, alice: User) -> None:
    path = zip_file(tmp_path / "a.zip", {f"{n}.jpg": picture(n) for n in range(3)})
    run = opening.begin([path], alice)
    path.write_bytes(path.read_bytes() + b"more")
    runner.drain(run.job, processes=0)
    assert run.files.get().reason == "The archive was changed while it was being imported."


def test_an_archive_that_vanishes_between_listing_and_reading_fails_by_file(
    tmp_path: Path, alice: User
) -> None:
    path = zip_file(tmp_path / "a.zip", {f"{n}.jpg": picture(n) for n in range(3)})
    run = opening.begin([path], alice)
    assert runner.run_chunk_of(run.job)  # the listing
    path.unlink()
    run.job.refresh_from_db()
    runner.drain(run.job, processes=0)
    assert {(row.outcome, row.reason) for row in run.files.all()} == {
        ("failed", "The file is no longer there.")
    }


def test_a_damaged_side_file_does_not_refuse_its_photo(tmp_path: Path, import_zips: Import) -> None:
    raw = (
        Raw()
        .add(b"IMG_20190509_154733.jpg", picture(1))
        .add(b"IMG_20190509_154733.jpg.json", b"{}", crc=7)
    )
    run = import_zips(raw.written(tmp_path / "a.zip"))
    assert told(run)["IMG_20190509_154733.jpg"] == ("added", "")
    assert Photo.objects.get().taken_source == "name"


def test_nothing_is_unpacked_onto_a_disk_that_is_nearly_full(
    tmp_path: Path, settings: Any, import_zips: Import
) -> None:
    settings.FREE_DISK_FLOOR = 2**60
    run = import_zips(zip_file(tmp_path / "a.zip", {"a.jpg": picture(1)}))
    assert [(row.outcome, row.reason) for row in run.files.all()] == [
        ("failed", unpacking.DISK_FULL)
    ]


def test_names_of_every_encoding_are_shown(tmp_path: Path, import_zips: Import) -> None:
    raw = (
        Raw()
        .add("Größe/ä.jpg".encode(), picture(1), flags=2048)
        .add("Größe/ö.jpg".encode(), picture(2))
        .add("Größe/ü.jpg".encode("cp437"), picture(3))
        .add(b"bell\x07.jpg", picture(4))
    )
    run = import_zips(raw.written(tmp_path / "a.zip"))
    assert set(told(run)) == {"Größe/ä.jpg", "Größe/ö.jpg", "Größe/ü.jpg", "bell\\x07.jpg"}
    assert {outcome for outcome, _ in told(run).values()} == {"added"}


def test_what_systems_leave_in_archives_is_not_offered(tmp_path: Path, import_zips: Import) -> None:
    files = {
        "a.jpg": picture(1),
        "__MACOSX/._a.jpg": b"x",
        ".DS_Store": b"x",
        "trip/Thumbs.db": b"x",
        "trip/.hidden/b.jpg": picture(2),
        "alone.json": side_file(1),
    }
    run = import_zips(zip_file(tmp_path / "a.zip", files))
    assert {row.path: row.reason for row in run.files.all()} == {
        "a.jpg": "",
        "alone.json": "No photo of this import belongs to it.",
    }


def test_what_failed_is_tried_again_and_what_is_here_stays(
    tmp_path: Path, settings: Any, import_zips: Import, alice: User
) -> None:
    path = zip_file(tmp_path / "a.zip", {"a.jpg": picture(1), "b.jpg": picture(2)})
    import_zips(zip_file(tmp_path / "b.zip", {"a.jpg": picture(1)}))
    floor, settings.FREE_DISK_FLOOR = settings.FREE_DISK_FLOOR, 2**60
    failed = import_zips(path)
    settings.FREE_DISK_FLOOR = floor
    again = retrying.try_again(failed, by=alice)
    runner.drain(again.job, processes=0)
    assert told(again) == {"a.jpg": ("already_here", ""), "b.jpg": ("added", "")}
    assert retrying.try_again(failed, by=alice) == again
    path.unlink()
    assert not retrying.retriable(failed).exists()


def test_an_uploaded_archive_is_removed_once_nothing_is_left_to_try(
    data_folder: Path, settings: Any, import_zips: Import
) -> None:
    """What lies in the folder of uploaded archives is ours to remove."""
    path = zip_file(opening.our_folder() / "1.zip", {"a.jpg": picture(1)})
    floor, settings.FREE_DISK_FLOOR = settings.FREE_DISK_FLOOR, 2**60
    run = import_zips(path)
    assert path.exists()
    assert archive_runs.expire_forgotten() == 0
    run.job.finished_at = run.started_at - 2 * settings.UPLOAD_KEEPING_TIME
    run.job.save()
    assert archive_runs.expire_forgotten() == 1
    path = zip_file(opening.our_folder() / "1.zip", {"a.jpg": picture(1)})
    settings.FREE_DISK_FLOOR = floor
    assert told(import_zips(path)) == {"a.jpg": ("added", "")}
    assert every_file_below(data_folder / "incoming") == set()
