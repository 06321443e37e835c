"""Real files that crashed or fooled other decoders; they are kept beside the repository."""

import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gallery.core import filenames, pictures, sidecars
from gallery.core.pictures import Problem, UnreadablePicture
from gallery.core.taken_at import Source, choose

DATA = Path(__file__).parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the sample files (../shared/data) are not here"
)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def files(folder: str) -> Iterator[Path]:
    return (path for path in sorted((DATA / folder).rglob("*")) if path.is_file())


@pytest.mark.parametrize("folder", ["robustness", "exif"])
def test_every_file_ends_as_a_picture_or_as_a_reason(folder: str) -> None:
    decoded = 0
    for path in files(folder):
        started = time.monotonic()
        try:
            picture = pictures.decode_once(path)
        except UnreadablePicture as refused:
            assert refused.reason.endswith("."), path
            assert refused.code in Problem, path
        else:
            decoded += 1
            assert picture.image.mode == "RGB", path
            assert max(picture.image.size) <= 1024, path
            assert pictures.probe(path) == picture.facts, path  # the header alone says the same
        assert time.monotonic() - started < 5, path
    assert decoded > 80
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert peak_bytes < 2_000_000_000  # of the whole test process, with other tests before it


def test_turned_copies_of_one_picture_look_alike() -> None:
    folder = DATA / "exif" / "jpg" / "orientation"
    for kind in ("landscape", "portrait"):
        colors, sizes = set(), set()
        for number in range(1, 9):
            picture = pictures.decode_once(folder / f"{kind}_{number}.jpg")
            sizes.add(picture.image.size)
            corner = picture.image.crop((0, 0, 60, 60)).resize((1, 1)).getpixel((0, 0))
            assert isinstance(corner, tuple)
            colors.add(tuple(round(each / 12) for each in corner))
        assert len(sizes) == 1
        assert len(colors) <= 2


def test_real_takeout_photos_know_their_offset_from_three_sources() -> None:
    folder = DATA / "takeout" / "Takeout1" / "Google Photos" / "Album test 6-10-23"
    names = [path.name for path in folder.iterdir()]
    seen = 0
    for name in (each for each in names if each.endswith(".jpg")):
        sidecar = sidecars.sidecar_for(name, names)
        assert sidecar is not None
        told = sidecars.read(sidecar, (folder / sidecar).read_bytes())
        facts = pictures.probe(folder / name)
        candidates = (
            *facts.exif.candidates,
            *told.candidates,
            *filenames.read(name, now=NOW),
        )
        taken = choose(candidates, home_zone=ZoneInfo("America/Lima"), imported_at=NOW)
        assert taken.local.date().isoformat() == "2023-10-06"
        assert taken.instant.hour == 6
        assert taken.source in (Source.EXIF, Source.SIDECAR)
        seen += 1
    assert seen > 5


@pytest.mark.parametrize("folder", ["robustness", "exif"])
def test_sidecar_reader_survives_any_file(folder: str) -> None:
    refused = 0
    for path in files(folder):
        for name in ("a.json", "a.xmp"):
            try:
                sidecars.read(name, path.read_bytes())
            except sidecars.UnreadableSidecar:
                refused += 1
    assert refused > 80
