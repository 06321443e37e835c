"""100 % is for photos of the same pixels or bytes, always, and for no others."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from PIL import Image, ImageCms

from dedup.core import similarity_evaluation
from dedup.models import PairScore, PhotoFeatures
from dedup.originals import Originals
from gallery.decoding.decoder import Decoder
from gallery.files import originals
from gallery.importing.pipeline import Offered
from gallery.importing.preparing import prepare
from gallery.models import Photo, User
from tests.dedup.library import options, scanned
from tests.dng import dng
from tests.factories import NOON
from tests.pictures import encoded, exif, scene, with_grain

SAME = {
    "the same bytes": ("view.jpg", "copy.jpg"),
    "png and lossless webp": ("view.png", "view.webp"),
    "png and tiff": ("view.png", "view.tiff"),
    "jpeg and a png of its pixels": ("view.jpg", "decoded.png"),
    "turned by a tag and turned in truth": ("tagged.png", "turned.png"),
    "grey and its copy in colour": ("grey.png", "grey in colour.png"),
    "with and without the profile that says nothing new": ("view.png", "profile.png"),
    "black": ("black.png", "black.webp"),
}
OTHER = {
    "saved again as jpeg": ("view.jpg", "again.jpg"),
    "jpeg of a png": ("view.png", "view.jpg"),
    "one pixel of 12 megapixels": ("large.png", "large changed.png"),
    "one black pixel of 12 megapixels, as jpeg": ("large.jpg", "large spot.jpg"),
    "animations that begin alike": ("one.gif", "other.gif"),
    "raw files, of which only the first developing is looked at": ("one.dng", "other.dng"),
    "resized": ("view.png", "half.png"),
}


def save_pictures(folder: Path) -> None:
    view, large = scene(3, (1600, 1200)), grainy(4000, 3000)
    view.save(folder / "view.jpg", quality=88)
    shutil.copy(folder / "view.jpg", folder / "copy.jpg")
    decoded = Image.open(folder / "view.jpg").convert("RGB")
    decoded.save(folder / "decoded.png", compress_level=1)
    decoded.save(folder / "again.jpg", quality=87)
    view.save(folder / "view.png", compress_level=1)
    view.save(folder / "view.webp", lossless=True, method=0)
    view.save(folder / "view.tiff", compression="tiff_lzw")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    view.save(folder / "profile.png", compress_level=1, icc_profile=profile)
    view.resize((800, 600)).save(folder / "half.png", compress_level=1)
    view.save(folder / "tagged.png", compress_level=1, exif=exif(orientation=6))
    view.transpose(Image.Transpose.ROTATE_270).save(folder / "turned.png", compress_level=1)
    view.convert("L").save(folder / "grey.png", compress_level=1)
    view.convert("L").convert("RGB").save(folder / "grey in colour.png", compress_level=1)
    for name, second in (("one.dng", 10), ("other.dng", 11)):
        taken = f"2024:05:17 10:30:{second}"
        (folder / name).write_bytes(dng(scene(5, (640, 480)), taken=taken))
    black = Image.new("RGB", (400, 300))
    black.save(folder / "black.png")
    black.save(folder / "black.webp", lossless=True)
    large.save(folder / "large.png", compress_level=1)
    with_other_pixel(large, 1).save(folder / "large changed.png", compress_level=1)
    large.save(folder / "large.jpg", quality=90)
    with_other_pixel(large, 255).save(folder / "large spot.jpg", quality=90)
    for name, second in (("one.gif", 6), ("other.gif", 7)):
        frames = [scene(seed, (200, 150)).convert("P") for seed in (5, second)]
        frames[0].save(folder / name, save_all=True, append_images=frames[1:])


def grainy(width: int, height: int) -> Image.Image:
    return with_grain(scene(5, (width // 10, height // 10)).resize((width, height)), 5)


def with_other_pixel(image: Image.Image, by: int) -> Image.Image:
    pixels = np.array(image)
    pixels[image.height // 3, image.width // 3] ^= by
    return Image.fromarray(pixels)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pictures")
    save_pictures(made)
    return made


@pytest.fixture(scope="module")
def percents(folder: Path) -> dict[tuple[str, str], float]:
    """What manage.py evaluate_similarity says of all these pairs."""
    with (folder / "pairs.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("image_a", "image_b", "similar", "kind"))
        writer.writerows((*pair, "1", "copy") for pair in (SAME | OTHER).values())
        writer.writerow(("view.png", "large.png", "0", "random"))
    graded = pytest.MonkeyPatch()
    graded.setattr(similarity_evaluation, "GRADED_PICTURES", 1)
    scores = folder / "scores.csv"
    call_command(
        "evaluate_similarity",
        str(folder / "pairs.csv"),
        images=folder,
        scores=scores,
        stdout=io.StringIO(),
    )
    graded.undo()
    with scores.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["image_a"], row["image_b"]): float(row["percent"]) for row in rows}


@pytest.mark.parametrize("name", SAME)
def test_the_same_pixels_are_100_percent(percents: dict[tuple[str, str], float], name: str) -> None:
    assert percents[SAME[name]] == 100


@pytest.mark.parametrize("name", OTHER)
def test_other_pixels_are_less_than_100_percent(
    percents: dict[tuple[str, str], float], name: str
) -> None:
    assert 50 < percents[OTHER[name]] < 100


def imported(owner: User, path: Path, after: float) -> Photo:
    prepared = prepare(Offered(path, path.name), owner)
    assert prepared.photo, prepared.refusal
    prepared.photo.taken_at = NOON + dt.timedelta(seconds=after)
    prepared.photo.taken_precision, prepared.photo.taken_doubt = "second", ""
    prepared.photo.save()
    return prepared.photo


def percent_of(one: Photo, other: Photo) -> float:
    first, second = sorted((one.pk, other.pk))
    return PairScore.objects.get(photo_a=first, photo_b=second).percent


@pytest.mark.django_db
def test_a_scan_decodes_only_what_may_be_identical_and_each_original_once(
    alice: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("view.png", "view.webp", "view.jpg", "again.jpg", "large.png", "large changed.png")
    photos = {name: imported(alice, folder / name, after) for after, name in enumerate(names)}
    decoded: list[Path] = []
    digest = Decoder.pixel_digest

    def noted(self: Decoder, path: Path) -> bytes:
        decoded.append(path)
        return digest(self, path)

    monkeypatch.setattr(Decoder, "pixel_digest", noted)
    scanned(alice, options())
    assert percent_of(photos["view.png"], photos["view.webp"]) == 100
    assert 90 < percent_of(photos["view.jpg"], photos["again.jpg"]) < 100
    assert 90 < percent_of(photos["large.png"], photos["large changed.png"]) < 100
    assert len(decoded) == len(set(decoded))
    PairScore.objects.all().delete()
    again = len(decoded)
    scanned(alice, options())
    assert percent_of(photos["view.png"], photos["view.webp"]) == 100
    assert len(decoded) == again


@pytest.mark.django_db
def test_a_burst_of_jpegs_is_compared_without_decoding_an_original(
    alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames from a tripod are nearly equal; to decode them all would take longer than the rest."""
    view = scene(2, (640, 480))
    for number in range(4):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(encoded(with_grain(view, number, strength=1), quality=90))
        imported(alice, path, number)
    monkeypatch.setattr(Decoder, "pixel_digest", None)
    scanned(alice, options())
    assert PairScore.objects.filter(percent__gt=95, percent__lt=100).count() == 6


@pytest.mark.django_db
def test_nothing_is_claimed_of_an_original_that_is_lost(alice: User, folder: Path) -> None:
    one, other = (
        imported(alice, folder / name, after)
        for after, name in enumerate(("view.png", "view.webp"))
    )
    originals.storage().delete(originals.name_of(other.checksum))
    assert not Originals([one.pk, other.pk]).are_equal(one.pk, other.pk, copies_are_equal=True)
    scanned(alice, options())
    assert percent_of(one, other) < 100
    assert not PhotoFeatures.objects.get(photo=other).pixels
