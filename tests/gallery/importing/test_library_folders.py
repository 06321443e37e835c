"""Library folders: copied or read in place, moved, missing, watched; and never touched."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from gallery import changes
from gallery.decoding.decoder import Decoder, ReadFile
from gallery.files import checking, derivatives, originals
from gallery.files.in_place import OriginalNotHere
from gallery.importing import library_folders
from gallery.models import ImportRun, Job, LibraryFolder, Photo, User
from gallery.work import jobs, runner
from tests.factories import write_picture
from tests.library import (
    COPY,
    IN_PLACE,
    add,
    drawn_folder,
    last_outcomes,
    look,
    photo_of,
    settled,
    snapshot,
    stored,
)
from tests.pictures import jpeg, scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return drawn_folder(tmp_path / "photos")


def test_a_folder_read_in_place_is_never_touched_and_never_copied(root: Path, alice: User) -> None:
    before = snapshot(root)
    add(root, alice)
    assert last_outcomes() == {"a.jpg": "added", "deep/b.jpg": "added", "notes.txt": "refused"}
    assert snapshot(root) == before
    assert stored() == []
    photo = photo_of("a.jpg")
    with originals.open_original(photo) as file:
        assert file.read() == before["a.jpg"][0]
    assert derivatives.missing(photo.checksum) == []
    assert list(checking.originals_with_trouble(read_all=True)) == []


def test_a_small_copy_is_made_from_the_original_in_place(root: Path, alice: User) -> None:
    add(root, alice)
    photo = photo_of("a.jpg")
    derivatives.delete_all(photo.checksum)
    assert set(derivatives.make_missing(photo)) == set(derivatives.AT_IMPORT)


def test_a_folder_to_be_copied_gives_the_library_its_own_originals(root: Path, alice: User) -> None:
    add(root, alice, COPY)
    assert len(stored()) == 2
    shutil.rmtree(root)
    with originals.open_original(photo_of("a.jpg")) as file:
        assert file.read()


@pytest.mark.parametrize("mode", [COPY, IN_PLACE])
def test_a_second_look_finds_nothing_new_and_leaves_no_trace(
    root: Path, alice: User, mode: str
) -> None:
    folder = add(root, alice, mode)
    before = list(Photo.objects.order_by("pk").values())
    for _ in range(3):
        look(folder)
    assert list(Photo.objects.order_by("pk").values()) == before
    assert ImportRun.objects.count() == 1
    assert Job.objects.filter(kind="look").count() == 1


def test_a_look_reads_no_byte_of_a_file_it_knows(
    root: Path, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = add(root, alice)
    opened: list[str] = []
    read = Path.open

    def watched_open(path: Path, *arguments: Any, **options: Any) -> Any:
        opened.append(str(path))
        return read(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", watched_open)
    look(folder)
    assert [path for path in opened if path.startswith(str(root))] == []


@pytest.mark.parametrize("mode", [COPY, IN_PLACE])
def test_a_moved_and_renamed_file_keeps_its_photo_and_what_was_decided(
    root: Path, alice: User, mode: str
) -> None:
    folder = add(root, alice, mode)
    photo = photo_of("a.jpg")
    changes.favourite(Photo.objects.filter(pk=photo.pk), by=alice, on=True)
    changes.archive(Photo.objects.filter(pk=photo.pk), by=alice)
    before = Photo.objects.filter(pk=photo.pk).values().get()
    (root / "new").mkdir()
    (root / "a.jpg").rename(root / "new" / "renamed.jpg")
    look(folder)
    after = Photo.objects.filter(pk=photo.pk).values().get()
    assert (after["source_path"], after["file_name"]) == ("new/renamed.jpg", "renamed.jpg")
    changed = {"source_path", "file_name"}
    assert {k: v for k, v in after.items() if k not in changed} == {
        k: v for k, v in before.items() if k not in changed
    }
    assert Photo.objects.count() == 2
    run = ImportRun.objects.latest("pk")
    assert last_outcomes() == {"new/renamed.jpg": "already_here"}
    assert "It was moved or renamed: before, it was a.jpg" in run.files.get().reason
    assert not folder.files.filter(path="a.jpg").exists()
    with originals.open_original(photo) as file:
        assert file.read()


def test_a_whole_directory_that_is_renamed_is_followed(root: Path, alice: User) -> None:
    folder = add(root, alice)
    (root / "deep").rename(root / "deeper")
    look(folder)
    assert photo_of("b.jpg").source_path == "deeper/b.jpg"
    assert Photo.objects.count() == 2
    assert not folder.files.filter(missing_since__isnull=False).exists()


def test_a_missing_file_is_missing_and_nothing_else(root: Path, alice: User) -> None:
    folder = add(root, alice)
    aside = root.parent / "aside.jpg"
    before = list(Photo.objects.order_by("pk").values())
    shutil.move(root / "a.jpg", aside)
    look(folder)
    file = folder.files.get(path="a.jpg")
    assert file.missing_since is not None
    assert list(Photo.objects.order_by("pk").values()) == before
    with pytest.raises(OriginalNotHere, match="missing from"):
        originals.open_original(photo_of("a.jpg"))
    assert derivatives.missing(photo_of("a.jpg").checksum) == []
    assert [str(each.kind) for each in checking.originals_with_trouble()] == ["missing"]
    shutil.move(aside, root / "a.jpg")
    look(folder)
    file.refresh_from_db()
    assert file.missing_since is None
    assert ImportRun.objects.count() == 1  # nothing had to be read again
    with originals.open_original(photo_of("a.jpg")) as opened:
        assert opened.read()


def test_a_file_that_failed_is_not_tried_for_ever(root: Path, tmp_path: Path, alice: User) -> None:
    secret = write_picture(tmp_path / "secret" / "s.jpg", scene(7))
    (root / "out.jpg").symlink_to(secret)
    folder = add(root, alice)
    for _ in range(6):
        look(folder)
    assert ImportRun.objects.count() == 3
    look(folder, by_hand=True)
    assert ImportRun.objects.count() == 4


def test_a_refused_file_is_offered_again_only_when_it_changes(root: Path, alice: User) -> None:
    folder = add(root, alice)
    look(folder, by_hand=True)
    assert ImportRun.objects.count() == 1
    (root / "notes.txt").write_bytes(jpeg(scene(5)))
    look(folder)
    assert last_outcomes() == {"notes.txt": "added"}


def test_a_watched_folder_leaves_a_file_that_is_being_written_to_the_next_look(
    root: Path, alice: User
) -> None:
    folder = add(root, alice, watched=True)
    path = write_picture(root / "c.jpg", scene(3))
    folder = look(folder)
    assert (folder.unsettled_count, Photo.objects.count()) == (1, 2)
    os.utime(path, (time.time() - 60,) * 2)
    folder = look(folder)
    assert (folder.unsettled_count, Photo.objects.count()) == (0, 3)


def test_a_file_that_changed_after_it_was_listed_fails_and_comes_with_the_next_look(
    root: Path, alice: User
) -> None:
    folder = library_folders.add(root, alice, mode=IN_PLACE, is_watched=False, by=alice)
    runner.drain(Job.objects.get(kind="look"), processes=0)
    (root / "a.jpg").write_bytes(jpeg(scene(9)))
    settled(folder)
    assert last_outcomes()["a.jpg"] == "failed"
    look(folder)
    assert last_outcomes() == {"a.jpg": "added"}


def test_a_file_in_place_that_changes_while_it_is_read_fails(
    root: Path, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, finish = Decoder.begin, Decoder.finish
    begun: list[Path] = []

    def begin_and_note(decoder: Decoder, path: Path, *wanted: Any, **facts: Any) -> None:
        begun.append(path)
        begin(decoder, path, *wanted, **facts)

    def finish_and_write(decoder: Decoder) -> ReadFile:
        found = finish(decoder)
        if begun[-1].name == "a.jpg":
            begun[-1].write_bytes(jpeg(scene(8)))
        return found

    monkeypatch.setattr(Decoder, "begin", begin_and_note)
    monkeypatch.setattr(Decoder, "finish", finish_and_write)
    folder = add(root, alice)
    assert last_outcomes() == {"a.jpg": "failed", "deep/b.jpg": "added", "notes.txt": "refused"}
    monkeypatch.undo()
    look(folder)
    assert last_outcomes() == {"a.jpg": "added"}
    assert Photo.objects.count() == 2


def test_an_edited_file_is_not_taken_for_the_photo_it_was(root: Path, alice: User) -> None:
    add(root, alice)
    photo = photo_of("a.jpg")
    status = (root / "a.jpg").stat()
    data = bytearray((root / "a.jpg").read_bytes())
    data[-10] ^= 1
    (root / "a.jpg").write_bytes(data)  # as long as before
    os.utime(root / "a.jpg", ns=(status.st_atime_ns, status.st_mtime_ns + 10**9))
    with pytest.raises(OriginalNotHere, match="changed or replaced"):
        originals.open_original(photo)


def test_a_file_whose_time_alone_changed_is_still_its_original(root: Path, alice: User) -> None:
    folder = add(root, alice)
    os.utime(root / "a.jpg", (1, 1))
    with originals.open_original(photo_of("a.jpg")) as file:
        assert file.read()
    look(folder)
    assert ImportRun.objects.count() == 1  # what was found out is remembered


def test_a_watched_folder_is_looked_at_when_its_time_has_come(
    root: Path, alice: User, settings: Any
) -> None:
    folder = add(root, alice, watched=True)
    assert library_folders.look_at_watched() == 0
    settings.WATCH_INTERVAL = settings.WATCH_INTERVAL * 0
    LibraryFolder.objects.update(look_seconds=0)
    assert library_folders.look_at_watched() == 1
    assert library_folders.look_at_watched() == 0  # it is just being looked at
    settled(folder)
    folder.refresh_from_db()
    LibraryFolder.objects.update(look_seconds=60)
    assert library_folders.look_at_watched() == 0  # a slow one is left alone for longer
    library_folders.watch(folder, on=False)
    LibraryFolder.objects.update(look_seconds=0)
    assert library_folders.look_at_watched() == 0


def test_a_look_waits_until_what_the_last_one_found_is_imported(root: Path, alice: User) -> None:
    folder = library_folders.add(root, alice, mode=COPY, is_watched=True, by=alice)
    first = folder.look_job
    assert library_folders.look_later(folder) == first
    assert first is not None
    runner.drain(first, processes=0)
    run = ImportRun.objects.get()
    jobs.pause(run.job)
    with pytest.raises(library_folders.StillImporting):
        library_folders.look_later(folder)
    assert library_folders.look_at_watched() == 0
    jobs.resume(run.job)
    settled(folder)
    assert Photo.objects.count() == 2


def test_a_cancelled_import_is_not_begun_again_by_itself(root: Path, alice: User) -> None:
    folder = library_folders.add(root, alice, mode=COPY, is_watched=False, by=alice)
    assert folder.look_job is not None
    runner.drain(folder.look_job, processes=0)
    run = ImportRun.objects.get()
    jobs.cancel(run.job)
    look(folder)
    assert ImportRun.objects.count() == 1
    look(folder, by_hand=True)
    assert Photo.objects.count() == 2


def test_the_total_of_an_import_is_known_from_its_first_file(root: Path, alice: User) -> None:
    library_folders.add(root, alice, mode=COPY, is_watched=False, by=alice)
    runner.drain(Job.objects.get(kind="look"), processes=0)
    job = ImportRun.objects.get().job
    assert (job.total, job.settled, job.is_open) == (3, 0, False)


def test_a_name_that_is_no_utf8_is_read_in_place(root: Path, alice: User) -> None:
    for folder in (os.fsencode(root), os.fsencode(root) + b"/d\xe9ep"):
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - the name is bytes
        with open(folder + b"/caf\xe9.jpg", "wb") as file:  # noqa: PTH123 - the same
            file.write(jpeg(scene(len(folder))))
    add(root, alice)
    for name in ("caf\\xe9.jpg", "d\\xe9ep/caf\\xe9.jpg"):
        assert last_outcomes()[name] == "added"
        with originals.open_original(Photo.objects.get(source_path=name)) as opened:
            assert opened.read()
