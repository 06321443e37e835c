from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from gallery import changes
from gallery.importing.archives import opening
from gallery.models import Album, AlbumPhoto, Companion, ImportRun, Photo, User
from gallery.work import runner
from tests.movies import movie
from tests.pictures import scene, with_exif
from tests.zips import album_file, picture, side_file, zip_file

pytestmark = pytest.mark.django_db(transaction=True)

Import = Callable[..., ImportRun]
ROOT = "Takeout/Google Photos"
YEAR = f"{ROOT}/Photos from 2019"
PARIS = f"{ROOT}/Paris, spring"


def outcomes(run: ImportRun) -> dict[str, str]:
    return dict(run.files.values_list("path", "outcome"))


def short(run: ImportRun) -> dict[str, str]:
    return {path.rpartition("/")[2]: outcome for path, outcome in outcomes(run).items()}


def test_side_file_in_another_zip_dates_its_photo(tmp_path: Path, import_zips: Import) -> None:
    first = zip_file(tmp_path / "1.zip", {f"{YEAR}/a.jpg": picture(1)})
    second = zip_file(tmp_path / "2.zip", {f"{YEAR}/a.jpg.json": side_file(1577880000)})
    run = import_zips(first, second)
    assert not list(run.files.exclude(reason="").values_list("path", "reason"))
    assert short(run) == {"a.jpg": "added", "a.jpg.json": "side_file"}
    photo = Photo.objects.get()
    assert (photo.taken_source, photo.taken_at.isoformat()) == (
        "sidecar",
        "2020-01-01T12:00:00+00:00",
    )


def test_albums_come_from_folders_and_years_are_none(tmp_path: Path, import_zips: Import) -> None:
    files = {
        f"{YEAR}/a.jpg": picture(1),
        f"{YEAR}/a.jpg.json": side_file(1577880000),
        f"{YEAR}/metadata.json": album_file("Photos from 2019"),
        f"{PARIS}/a.jpg": picture(1),
        f"{PARIS}/a.jpg.json": side_file(1577880000),
        f"{PARIS}/métadonnées.json": album_file("Paris / spring"),
        f"{ROOT}/Untitled(3)/b.jpg": picture(2),
        f"{ROOT}/Untitled(3)/metadata.json": album_file(""),
        f"{ROOT}/Archive/c.jpg": picture(3),
    }
    run = import_zips(zip_file(tmp_path / "takeout.zip", files))
    assert sorted(outcomes(run).values()) == ["added"] * 3 + ["already_here"] + ["side_file"] * 5
    albums = {album.title: album.members.count() for album in Album.objects.all()}
    assert albums == {"Paris / spring": 1, "Untitled(3)": 1}
    assert Photo.objects.count() == 3


def test_state_at_google_is_kept_and_said(tmp_path: Path, import_zips: Import) -> None:
    files = {
        f"{YEAR}/star.jpg": picture(1),
        f"{YEAR}/star.jpg.json": side_file(1, favorited=True, description=" At the sea "),
        f"{YEAR}/kept.jpg": picture(2),
        f"{YEAR}/kept.jpg.json": side_file(1, archived=True),
        f"{YEAR}/gone.jpg": picture(3),
        f"{YEAR}/gone.jpg.json": side_file(
            1, trashed=True, geoData={"latitude": 48.85, "longitude": 2.29}
        ),
    }
    run = import_zips(zip_file(tmp_path / "takeout.zip", files))
    photos = {photo.file_name: photo for photo in Photo.objects.all()}
    assert photos["star.jpg"].favourite_at and photos["star.jpg"].state == "timeline"
    assert photos["star.jpg"].fact("description") == "At the sea"
    assert photos["kept.jpg"].state == "archive"
    assert photos["gone.jpg"].state == "trash"
    assert photos["gone.jpg"].fact("latitude") == 48.85
    reasons = {row.path.rpartition("/")[2]: row.reason for row in run.files.filter(outcome="added")}
    assert reasons == {
        "star.jpg": "",
        "kept.jpg": "It was archived where it comes from, and is in your archive now.",
        "gone.jpg": "It was in the trash where it comes from, and is in your trash now.",
    }


def test_importing_again_changes_nothing(tmp_path: Path, import_zips: Import) -> None:
    files = {
        f"{PARIS}/a.jpg": picture(1),
        f"{PARIS}/a.jpg.json": side_file(1577880000, favorited=True),
        f"{PARIS}/b.jpg": picture(2),
        f"{PARIS}/b.jpg.json": side_file(1577880001, trashed=True),
    }
    path = zip_file(tmp_path / "takeout.zip", files)

    def state() -> list[object]:
        rows = [Photo.objects.order_by("pk"), Album.objects.order_by("pk")]
        return [list(each.values()) for each in (*rows, AlbumPhoto.objects.order_by("pk"))]

    import_zips(path)
    before = state()
    again = import_zips(path)
    assert state() == before
    assert short(again) == {
        "a.jpg": "already_here",
        "a.jpg.json": "side_file",
        "b.jpg": "already_here",
        "b.jpg.json": "side_file",
    }


def test_importing_again_does_not_alter_what_was_decided_here(
    tmp_path: Path, import_zips: Import, alice: User
) -> None:
    files = {f"{PARIS}/{name}.jpg": picture(number) for number, name in enumerate("abc")}
    path = zip_file(tmp_path / "takeout.zip", files)
    import_zips(path)
    a, b, c = Photo.objects.order_by("file_name")
    changes.trash(Photo.objects.filter(pk=a.pk), by=alice)
    changes.archive(Photo.objects.filter(pk=b.pk), by=alice)
    album = Album.objects.get()
    Album.objects.update(title="Our journey")
    AlbumPhoto.objects.filter(photo=c).update(removed_at=c.imported_at)
    again = import_zips(path)
    reasons = {row.path.rpartition("/")[2]: row.reason for row in again.files.all()}
    assert reasons == {
        "a.jpg": "It is in your trash.",
        "b.jpg": "It is in your archive.",
        "c.jpg": "",
    }
    states = dict(Photo.objects.values_list("file_name", "trashed_at"))
    assert states["a.jpg"] is not None
    assert [each.title for each in Album.objects.all()] == ["Our journey"]
    assert set(album.members.there().values_list("photo", flat=True)) == {a.pk, b.pk}


def test_a_deleted_album_stays_deleted(tmp_path: Path, import_zips: Import) -> None:
    path = zip_file(tmp_path / "takeout.zip", {f"{PARIS}/a.jpg": picture(1)})
    import_zips(path)
    Album.objects.update(deleted_at=Photo.objects.get().imported_at)
    import_zips(path)
    assert Album.objects.count() == 1
    assert not Album.objects.there().exists()


def test_a_photo_that_was_here_before_joins_its_album(tmp_path: Path, import_zips: Import) -> None:
    import_zips(zip_file(tmp_path / "plain.zip", {"a.jpg": picture(1)}))
    assert Album.objects.count() == 0
    import_zips(zip_file(tmp_path / "takeout.zip", {f"{PARIS}/x.jpg": picture(1)}))
    assert list(Album.objects.get().members.values_list("photo__file_name", flat=True)) == ["a.jpg"]


def test_of_two_equal_files_the_one_with_a_side_file_dates_the_photo(
    tmp_path: Path, import_zips: Import
) -> None:
    files = {
        f"{PARIS}/a.jpg": picture(1),
        f"{YEAR}/a.jpg": picture(1),
        f"{YEAR}/a.jpg.supplemental-metadata.json": side_file(1577880000),
    }
    import_zips(zip_file(tmp_path / "takeout.zip", files))
    assert Photo.objects.get().taken_source == "sidecar"


def test_owners_do_not_meet_in_an_album(
    tmp_path: Path, import_zips: Import, alice: User, bob: User
) -> None:
    path = zip_file(tmp_path / "takeout.zip", {f"{PARIS}/a.jpg": picture(1)})
    import_zips(path)
    import_zips(path, owner=bob)
    owners = {(album.owner, member.photo.owner) for album in Album.objects.all()
              for member in album.members.all()}  # fmt: skip
    assert owners == {(alice, alice), (bob, bob)}


def test_a_video_that_is_refused_leaves_its_side_file_used(
    tmp_path: Path, import_zips: Import
) -> None:
    files = {f"{YEAR}/v.mp4": b"\0\0\0\x18ftypmp42" + b"x" * 99, f"{YEAR}/v.mp4.json": side_file(1)}
    run = import_zips(zip_file(tmp_path / "takeout.zip", files))
    assert run.files.get(path__endswith=".json").reason == ""
    assert run.files.get(path__endswith=".mp4").outcome == "refused"


def test_a_new_stage_begins_only_when_all_archives_are_listed(tmp_path: Path, alice: User) -> None:
    parts = [zip_file(tmp_path / f"{n}.zip", {f"{YEAR}/{n}.jpg": picture(n)}) for n in range(3)]
    run = opening.begin(parts, alice)
    seen = []
    runner.drain(run.job, processes=0, on_progress=lambda p: seen.append((p.stage, p.fraction)))
    assert sorted(seen) == seen
    assert seen[-1][1] == 1.0
    assert max(fraction for _, fraction in seen) <= 1.0


MOMENT = dt.datetime(2024, 5, 17, 10, 30, 1, tzinfo=dt.UTC)


def live_photo() -> bytes:
    return with_exif(scene(1), taken="2024:05:17 10:30:00", offset="+00:00")


@pytest.mark.parametrize("video", ["IMG_1.MOV", "img_1.mp4", "IMG_1.dat"])
@pytest.mark.parametrize("is_first", [True, False])
def test_video_in_the_zip_of_its_photo_is_kept_with_it(
    tmp_path: Path, import_zips: Import, video: str, is_first: bool
) -> None:
    pair = [(f"{YEAR}/{video}", movie(MOMENT)), (f"{YEAR}/IMG_1.JPG", live_photo())]
    run = import_zips(
        zip_file(tmp_path / "takeout.zip", dict(pair if is_first else reversed(pair)))
    )
    assert run.job.status == "done"
    assert short(run) == {video: "side_file", "IMG_1.JPG": "added"}
    assert Companion.objects.get().photo == Photo.objects.get()


def test_video_in_another_zip_than_its_photo_is_kept_with_it(
    tmp_path: Path, import_zips: Import
) -> None:
    first = zip_file(tmp_path / "1.zip", {f"{YEAR}/IMG_1.MOV": movie(MOMENT)})
    second = zip_file(tmp_path / "2.zip", {f"{YEAR}/IMG_1.JPG": live_photo()})
    assert short(import_zips(first, second))["IMG_1.MOV"] == "side_file"


def test_live_photo_in_a_year_and_an_album_is_one(tmp_path: Path, import_zips: Import) -> None:
    files = {
        f"{folder}/{name}": content
        for folder in (YEAR, PARIS)
        for name, content in (("IMG_1.MOV", movie(MOMENT)), ("IMG_1.JPG", live_photo()))
    }
    run = import_zips(zip_file(tmp_path / "takeout.zip", files))
    assert sorted(outcomes(run).values()) == ["added", "already_here", "already_here", "side_file"]
    assert Photo.objects.count() == Companion.objects.count() == 1
