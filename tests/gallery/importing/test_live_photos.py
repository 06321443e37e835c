from __future__ import annotations

import datetime as dt
import struct
from pathlib import Path
from typing import Any

import pytest

from gallery.core import videos
from gallery.files import originals
from gallery.importing import folders
from gallery.models import Companion, ImportRun, Photo, User
from gallery.work import runner
from tests.movies import movie
from tests.pictures import jpeg, scene, with_exif

pytestmark = pytest.mark.django_db(transaction=True)

TAKEN = "2024:05:17 10:30:00"
MOMENT = dt.datetime(2024, 5, 17, 10, 30, 1, tzinfo=dt.UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "photos"
    root.mkdir()
    return root


def photo_file(path: Path, seed: int = 1, **tags: Any) -> None:
    path.write_bytes(with_exif(scene(seed), taken=TAKEN, offset="+00:00", **tags))


def import_it(folder: Path, owner: User) -> ImportRun:
    run = folders.begin(folder, owner)
    runner.drain(run.job, processes=0)
    run.job.refresh_from_db()
    assert run.job.status == "done"
    return run


def outcomes(run: ImportRun) -> dict[str, str]:
    return dict(run.files.values_list("path", "outcome"))


# The video sorts before its photo in one case and after it in the other.
@pytest.mark.parametrize("name", ["IMG_1.MOV", "IMG_1.mp4"])
@pytest.mark.parametrize("photo", ["IMG_1.JPG", "IMG_1.ZZZ.jpg", "IMG_1.heic.jpg"])
def test_video_is_kept_with_its_photo_whatever_the_order(
    folder: Path, alice: User, name: str, photo: str
) -> None:
    if photo == "IMG_1.ZZZ.jpg":
        photo = "img_1.JPG"  # lower case sorts behind
    photo_file(folder / photo)
    (folder / name).write_bytes(movie(MOMENT))
    run = import_it(folder, alice)
    assert outcomes(run) == {photo: "added", name: "side_file"}
    companion = Companion.objects.get()
    assert companion.photo == Photo.objects.get()
    assert (companion.kind, companion.file_name) == ("video", name)
    with originals.storage().open(originals.name_of(companion.checksum)) as file:
        assert file.read() == movie(MOMENT)


def test_importing_again_keeps_it_once(folder: Path, alice: User) -> None:
    photo_file(folder / "IMG_1.JPG")
    (folder / "IMG_1.MOV").write_bytes(movie(MOMENT))
    import_it(folder, alice)
    again = import_it(folder, alice)
    assert outcomes(again) == {"IMG_1.JPG": "already_here", "IMG_1.MOV": "already_here"}
    assert Companion.objects.count() == 1


def test_video_that_comes_in_a_later_import_finds_its_photo(folder: Path, alice: User) -> None:
    photo_file(folder / "IMG_1.JPG")
    import_it(folder, alice)
    (folder / "IMG_1.MOV").write_bytes(movie(MOMENT))
    assert outcomes(import_it(folder, alice))["IMG_1.MOV"] == "side_file"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("IMG_2.MOV", movie(MOMENT)),
        ("IMG_1.MOV", movie(MOMENT + dt.timedelta(minutes=5))),
        ("IMG_1.MOV", movie(MOMENT, seconds=600)),
        ("IMG_1.MOV", movie()),
        ("IMG_1.MOV", movie(MOMENT)[:40]),
    ],
    ids=["another name", "another moment", "a film", "no time", "cut off"],
)
def test_video_of_no_photo_is_refused_with_the_reason(
    folder: Path, alice: User, name: str, content: bytes
) -> None:
    photo_file(folder / "IMG_1.JPG")
    (folder / name).write_bytes(content)
    run = import_it(folder, alice)
    assert outcomes(run) == {"IMG_1.JPG": "added", name: "refused"}
    assert "none of this name and moment is here" in run.files.get(path=name).reason
    assert not Companion.objects.exists()


def test_video_in_another_folder_is_nobodys(folder: Path, alice: User) -> None:
    photo_file(folder / "IMG_1.JPG")
    (folder / "deep").mkdir()
    (folder / "deep" / "IMG_1.MOV").write_bytes(movie(MOMENT))
    assert outcomes(import_it(folder, alice))["deep/IMG_1.MOV"] == "refused"


def apple_notes(content_id: str) -> bytes:
    value = content_id.encode() + b"\0"
    entry = struct.pack(">HHII", 0x0011, 2, len(value), 14 + 2 + 12 + 4)
    return b"Apple iOS\0\0\1MM" + struct.pack(">H", 1) + entry + b"\0\0\0\0" + value


@pytest.mark.parametrize(("other", "outcome"), [("A-1", "side_file"), ("B-2", "refused")])
def test_apples_number_decides_where_both_have_it(
    folder: Path, alice: User, other: str, outcome: str
) -> None:
    photo_file(folder / "IMG_1.JPG", shot={0x927C: apple_notes("A-1")})
    assert_photo = movie(content_id=other, apple_date="2024-05-17T12:30:00+0200")
    (folder / "IMG_1.MOV").write_bytes(assert_photo)
    assert outcomes(import_it(folder, alice))["IMG_1.MOV"] == outcome
    assert Photo.objects.get().facts["content_id"] == "A-1"


@pytest.mark.parametrize("maker", ["google", "old google", "samsung"])
def test_video_inside_of_a_motion_photo_is_found(folder: Path, alice: User, maker: str) -> None:
    picture, clip = jpeg(scene(1)), movie(MOMENT)
    size = len(clip)
    told = {
        "google": f'<x Item:Semantic="MotionPhoto" Item:Length="{size}"/>',
        "old google": f'<x GCamera:MicroVideoOffset="{size}"/>',
        "samsung": "",
    }[maker]
    if told:
        segment = b"http://ns.adobe.com/xap/1.0/\0" + told.encode()
        picture = (
            picture[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + picture[2:]
        )
        content = picture + clip
    else:
        content = picture + b"MotionPhoto_Data" + clip + b"SEFH....SEFT"
    (folder / "IMG_20240517_103000.jpg").write_bytes(content)
    import_it(folder, alice)
    place = Photo.objects.get().facts["video"]
    assert content[place["offset"] :].startswith(clip)


def test_plain_picture_has_no_video_inside(folder: Path) -> None:
    path = folder / "a.jpg"
    path.write_bytes(jpeg(scene(1)))
    with path.open("rb") as file:
        assert videos.inside(file) is None
