"""Which facts of some photos differ, in words: what a person looks at to choose between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django import template

from gallery.core import sizes
from gallery.models import Album, AlbumPhoto, Photo
from gallery.templatetags.gallery_tags import exposure, taken_time, taken_zone

register = template.Library()

NOTHING = "–"  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class DifferingFact:
    """One row: a name, and what holds of each of the photos, in their order."""

    name: str
    values: tuple[str, ...]


@register.filter
def differing_facts(photos: Sequence[Photo]) -> list[DifferingFact]:
    """The facts in which at least two of the photos differ, the telling ones first."""
    in_albums = _albums_of(photos)
    rows = [DifferingFact(name, tuple(map(read, photos))) for name, read in _FACTS]
    rows.append(DifferingFact("Albums", tuple(in_albums.get(photo.pk, "") for photo in photos)))
    return [
        DifferingFact(row.name, tuple(value or NOTHING for value in row.values))
        for row in rows
        if len(set(row.values)) > 1
    ]


def _albums_of(photos: Iterable[Photo]) -> dict[int, str]:
    there = AlbumPhoto.objects.there().filter(
        photo__in=[photo.pk for photo in photos], album__in=Album.objects.there()
    )
    titles: dict[int, str] = {}
    for photo_id, title in there.order_by("album__title").values_list("photo", "album__title"):
        titles[photo_id] = f"{titles[photo_id]}, {title}" if photo_id in titles else title
    return titles


def _day(photo: Photo) -> str:
    return f"{photo.taken_day:%-d %b %Y}"


def _pixels(photo: Photo) -> str:
    return f"{photo.width}×{photo.height}"  # noqa: RUF001


def _camera(photo: Photo) -> str:
    return photo.camera.name if photo.camera else ""


def _lens(photo: Photo) -> str:
    return str(photo.fact("lens") or "")


def _folder(photo: Photo) -> str:
    folder = str(PurePosixPath(photo.source_path).parent) if photo.source_path else ""
    return "" if folder == "." else folder


def _favourite(photo: Photo) -> str:
    return "yes" if photo.favourite_at else ""


def _size(photo: Photo) -> str:
    return sizes.in_words(photo.size_bytes)


def _place(photo: Photo) -> str:
    return photo.place or ("" if photo.fact("latitude") is None else "without a name")


_FACTS: tuple[tuple[str, Callable[[Photo], str]], ...] = (
    ("Day", _day),
    ("Time", taken_time),
    ("Zone", taken_zone),
    ("Picture", _pixels),
    ("File size", _size),
    ("Format", lambda photo: photo.format),
    ("Exposure", exposure),
    ("Camera", _camera),
    ("Lens", _lens),
    ("Place", _place),
    ("Favourite", _favourite),
    ("In the", lambda photo: photo.state),
    ("Folder", _folder),
    ("Name", lambda photo: photo.file_name),
)

# A browser shows these as they came; of others it gets the largest small copy.
_SHOWN_BY_BROWSERS = {"JPEG", "PNG", "WebP", "GIF", "BMP", "AVIF"}


@register.filter
def shown_by_browsers(photo: Photo) -> bool:
    """Whether the original itself can be shown at its full size."""
    return photo.format in _SHOWN_BY_BROWSERS
