from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from gallery.files import disk
from gallery.files.disk import DiskStorage, LinkedFile


def read(storage: DiskStorage, name: str) -> bytes:
    with storage.open(name) as file:
        return bytes(file.read())


@pytest.fixture
def storage(tmp_path: Path) -> DiskStorage:
    return DiskStorage(location=tmp_path / "store")


def test_a_name_is_kept_as_it_is(storage: DiskStorage) -> None:
    assert storage.save("ab/cd/name", ContentFile(b"one")) == "ab/cd/name"
    assert storage.save("ab/cd/name", ContentFile(b"one")) == "ab/cd/name"
    assert read(storage, "ab/cd/name") == b"one"


def test_a_crash_while_writing_leaves_nothing_under_the_name(
    storage: DiskStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        storage.save("name", ContentFile(b"half"))
    assert not storage.exists("name")
    assert list(Path(storage.location).iterdir()) == []


def test_a_file_of_our_own_is_linked_and_outlives_its_first_name(
    storage: DiskStorage, tmp_path: Path
) -> None:
    mine = tmp_path / "incoming"
    mine.write_bytes(b"bytes")
    with mine.open("rb") as file:
        storage.save("name", LinkedFile(file, mine))
    assert Path(storage.path("name")).stat().st_ino == mine.stat().st_ino
    mine.unlink()
    assert read(storage, "name") == b"bytes"


def test_where_links_cannot_be_made_the_bytes_are_copied(
    storage: DiskStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(source: Path, target: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refused)
    mine = tmp_path / "incoming"
    mine.write_bytes(b"bytes")
    with mine.open("rb") as file:
        storage.save("name", LinkedFile(file, mine))
    assert read(storage, "name") == b"bytes"


def test_files_stored_together_are_synced_at_the_end_each_folder_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(disk, "_sync", synced.extend)
    storage = DiskStorage(location=tmp_path)
    with disk.synced_together():
        storage.save("ab/cd/one", ContentFile(b"1"))
        storage.save("ab/cd/two", ContentFile(b"2"))
        assert synced == []
    assert sorted(synced) == [tmp_path, tmp_path / "ab", tmp_path / "ab" / "cd"]
    storage.save("ab/cd/three", ContentFile(b"3"))
    assert len(synced) == 6
