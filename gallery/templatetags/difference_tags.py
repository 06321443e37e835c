"""Which facts of some photos differ, in words: what a person looks at to choose between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django import template

from gallery.core import sizes
from gallery.models import Album, AlbumPhoto, Photo
from gallery.templatetags.gallery_tags import shutter, source_name, taken_time, taken_zone
from gallery.templatetags.shot_tags import shot_badge

register = template.Library()

NOTHING = "–"  # noqa: RUF001
# What was measured comes behind this fact, and the albums behind that one.
_BEFORE_MEASURED, _BEFORE_ALBUMS = "File size", "Place"

Titles = Mapping[int, Sequence[str]]  # of albums, by photo
Measured = Mapping[str, Mapping[int, str]]  # values in words, by name and photo


@dataclass(frozen=True, slots=True)
class DifferingFact:
    """One row: a name, and what holds of each of the photos, in their order."""

    name: str
    values: tuple[str, ...]

    @property
    def of_first(self) -> str:
        return self.values[0]


def differing_facts(
    photos: Sequence[Photo], *, albums: Titles, measured: Measured
) -> list[DifferingFact]:
    """The facts in which at least two of the photos differ, the telling ones first."""
    told: dict[str, list[str]] = {}
    for name, read in _FACTS.items():
        told[name] = [read(photo) for photo in photos]
        if name == _BEFORE_MEASURED:
            for each, values in measured.items():
                told[each] = [values.get(photo.pk, "") for photo in photos]
        if name == _BEFORE_ALBUMS:
            told["Albums"] = [", ".join(albums.get(photo.pk, ())) for photo in photos]
    return [
        DifferingFact(name, tuple(value or NOTHING for value in values))
        for name, values in told.items()
        if len(set(values)) > 1
    ]


def albums_of(photo_ids: Iterable[int]) -> dict[int, list[str]]:
    """Titles of the albums that each of these photos is in; one query."""
    there = AlbumPhoto.objects.there().filter(
        photo__in=list(photo_ids), album__in=Album.objects.there()
    )
    titles: dict[int, list[str]] = {}
    for photo_id, title in there.order_by("album__title").values_list("photo", "album__title"):
        titles.setdefault(photo_id, []).append(title)
    return titles


def _said(name: str, form: str) -> Callable[[Photo], str]:
    def value(photo: Photo) -> str:
        found = photo.fact(name)
        return form.format(found) if found not in (None, "") else ""

    return value


def _shutter(photo: Photo) -> str:
    seconds = photo.fact("exposure_seconds")
    return shutter(seconds) if seconds else ""


def _position(photo: Photo) -> str:
    if photo.place:
        return photo.place
    latitude, longitude = photo.fact("latitude"), photo.fact("longitude")
    return f"{latitude:.5f}, {longitude:.5f}" if latitude is not None else ""


def _folder(photo: Photo) -> str:
    folder = str(PurePosixPath(photo.source_path).parent) if photo.source_path else ""
    return "" if folder == "." else folder


_FACTS: dict[str, Callable[[Photo], str]] = {
    "Time": taken_time,
    "Size": lambda photo: f"{photo.width}×{photo.height}",  # noqa: RUF001
    "File size": lambda photo: sizes.in_words(photo.shot_bytes),
    "Exposure": _shutter,
    "Aperture": _said("f_number", "f/{:g}"),
    "ISO": _said("iso", "{}"),
    "Exposure bias": _said("exposure_bias_ev", "{:+.1f} EV"),
    "Focal length": _said("focal_length_mm", "{:g} mm"),
    "Flash": lambda photo: {True: "fired", False: "off"}.get(photo.fact("flash"), ""),
    "Format": lambda photo: shot_badge(photo) or photo.format,
    "Camera": lambda photo: photo.camera.name if photo.camera else "",
    "Lens": _said("lens", "{}"),
    "Place": _position,
    "Favourite": lambda photo: "yes" if photo.favourite_at else "",
    "In the": lambda photo: photo.state,
    "Edited with": _said("software", "{}"),
    "Day": lambda photo: f"{photo.taken_day:%-d %b %Y}",
    "Time zone": taken_zone,
    "Date from": lambda photo: source_name(photo.taken_source),
    "Folder": _folder,
    "File name": lambda photo: photo.file_name,
}

# A browser shows these as they came; of others it gets the largest small copy.
_SHOWN_BY_BROWSERS = {"JPEG", "PNG", "WebP", "GIF", "BMP", "AVIF"}


@register.filter
def shown_by_browsers(photo: Photo) -> bool:
    """Whether the original itself can be shown at its full size."""
    return photo.format in _SHOWN_BY_BROWSERS
