"""Whatever is stored equals what was offered, to the last byte, or is not stored at all."""

import contextlib
import errno
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from gallery.files import arrivals, originals
from gallery.files.arrivals import arriving

pytestmark = pytest.mark.django_db

PAGE = 4096
SIZES = [1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE, 300_001]


def offered(folder: Path, data: bytes, name: str = "photo") -> Path:
    path = folder / f"{name}.jpg"
    path.write_bytes(data)
    return path


def stored(checksum: str) -> bytes:
    with originals.storage().open(originals.name_of(checksum)) as file:
        return bytes(file.read())


def left_over() -> list[Path]:
    return [path for path in Path(settings.INCOMING_FOLDER).iterdir() if path.is_file()]


def bring_in(path: Path) -> str:
    with arriving(path) as arrival:
        arrival.begin_copy()
        arrival.store()
        return arrival.checksum


@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_any_size_is_stored_to_the_last_byte(tmp_path: Path, size: int) -> None:
    bring_in(offered(tmp_path, os.urandom(500_000)))  # its bytes are left behind in the room
    data = os.urandom(size)
    checksum = bring_in(offered(tmp_path, data))
    assert checksum == hashlib.sha256(data).hexdigest()
    assert stored(checksum) == data
    assert left_over() == []


@pytest.mark.parametrize("size", SIZES)
def test_a_disk_without_direct_writes_stores_the_same(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_with = arrivals._write_with

    def without_direct(place: Path, flags: int, *rest: Any) -> None:
        if flags:
            raise OSError(errno.EINVAL, "not on this file system")
        write_with(place, flags, *rest)

    monkeypatch.setattr(arrivals, "_write_with", without_direct)
    data = os.urandom(size)
    assert stored(bring_in(offered(tmp_path, data))) == data


def test_a_full_disk_is_an_error_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(arrivals, "_write_with", full)
    path = offered(tmp_path, b"a photo")
    with pytest.raises(OSError, match="No space"):
        bring_in(path)
    assert not originals.exists(hashlib.sha256(b"a photo").hexdigest())
    assert left_over() == []


def test_a_file_too_large_for_memory_is_stored_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "LARGEST_IN_MEMORY", 1000)
    data = os.urandom(5000)
    assert stored(bring_in(offered(tmp_path, data))) == data


def test_two_files_at_a_time_do_not_touch_each_other(tmp_path: Path) -> None:
    first, second = os.urandom(50_000), os.urandom(50_000)
    paths = offered(tmp_path, first, "1"), offered(tmp_path, second, "2")
    with arriving(paths[0]) as one, arriving(paths[1]) as other:
        one.begin_copy()
        other.begin_copy()
        one.store()
        other.store()
    assert stored(one.checksum) == first
    assert stored(other.checksum) == second
    assert left_over() == []


def test_a_forked_worker_does_not_write_into_what_is_being_stored_here(tmp_path: Path) -> None:
    bring_in(offered(tmp_path, os.urandom(50_000), "before"))  # its room is used again
    data = os.urandom(50_000)
    mine, its = offered(tmp_path, data, "mine"), offered(tmp_path, os.urandom(50_000), "its")
    ready, go = os.pipe()
    worker = os.fork()
    if worker == 0:
        with contextlib.suppress(BaseException):
            os.read(ready, 1)
            with arriving(its):
                pass
        os._exit(0)
    with arriving(mine) as arrival:
        os.write(go, b".")
        os.waitpid(worker, 0)
        arrival.store()
    assert stored(arrival.checksum) == data


def test_what_is_here_already_is_not_copied_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = offered(tmp_path, b"a photo")
    bring_in(path)
    monkeypatch.setattr(arrivals, "_write", lambda *_: pytest.fail("it was written again"))
    with arriving(path) as arrival:
        arrival.store()


def test_a_file_that_is_written_to_meanwhile_is_not_stored(tmp_path: Path) -> None:
    path = offered(tmp_path, b"a photo")
    with arriving(path) as arrival:
        arrival.begin_copy()
        path.write_bytes(b"another photo")
        with pytest.raises(originals.ChangedMeanwhile):
            arrival.store()
    assert not originals.exists(arrival.checksum)
    assert left_over() == []
