"""The facts of a group's photos side by side, and words of the page of one group."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from django import template

from dedup.desk import Extras
from dedup.groups import GroupView, MemberView
from dedup.templatetags.dedup_tags import percent
from gallery.core import sizes
from gallery.models import Photo
from gallery.templatetags.gallery_tags import shutter, source_name, taken_time, taken_zone
from gallery.templatetags.shot_tags import shot_badge

register = template.Library()

NOTHING = "–"  # noqa: RUF001
SHOWN_FACTS = 5


@dataclass(frozen=True, slots=True)
class DifferingFact:
    name: str
    values: tuple[str, ...]  # of the members, the cover first
    of_cover: str


@register.filter
def differing_facts(view: GroupView, extras: Extras) -> list[DifferingFact]:
    """What is not the same for all photos of the group, the telling things first."""
    photos = [member.photo for member in view.cover_first]
    told = [
        (name, tuple(value(photo, extras) or NOTHING for photo in photos))
        for name, value in _FACTS.items()
    ]
    return [DifferingFact(name, values, values[0]) for name, values in told if len(set(values)) > 1]


@register.filter
def facts_of(facts: list[DifferingFact], place: int) -> str:
    """The values of one photo, as a script reads them."""
    return json.dumps([fact.values[place] for fact in facts])


@register.filter
def albums_of(photo: Photo, extras: Extras) -> list[str]:
    return extras.albums.get(photo.pk, [])


@register.simple_tag
def state_of(member: MemberView, answers: dict[int, str], *, keeps_all: bool) -> str:
    """What a photo is to become unless somebody says otherwise: the tray's answer goes first."""
    suggested = "keep" if member.is_suggested or keeps_all else "trash"
    return answers.get(member.photo.pk, suggested)


@register.filter
def is_among(photo: Photo, answers: dict[int, str]) -> bool:
    return photo.pk in answers


@register.filter
def or_not_compared(value: float) -> str:
    return percent(value) if value >= 0 else "not compared"


def _exposure_bias(photo: Photo, _: Extras) -> str:
    bias = photo.fact("exposure_bias_ev")
    return f"{bias:+.1f} EV" if bias is not None else ""


def _sharpness(photo: Photo, extras: Extras) -> str:
    found = extras.sharpness.get(photo.pk)
    return f"{found * 100:.0f} of 100" if found is not None else ""


def _position(photo: Photo, _: Extras) -> str:
    if photo.place:
        return photo.place
    latitude, longitude = photo.fact("latitude"), photo.fact("longitude")
    return f"{latitude:.5f}, {longitude:.5f}" if latitude is not None else ""


def _said(name: str, form: str) -> Callable[[Photo, Extras], str]:
    def value(photo: Photo, _: Extras) -> str:
        found = photo.fact(name)
        return form.format(found) if found not in (None, "") else ""

    return value


def _shutter(photo: Photo, _: Extras) -> str:
    seconds = photo.fact("exposure_seconds")
    return shutter(seconds) if seconds else ""


_FACTS: dict[str, Callable[[Photo, Extras], str]] = {
    "Time": lambda photo, _: taken_time(photo) or f"{photo.taken_day:%Y-%m-%d}",
    "Size": lambda photo, _: f"{photo.width}×{photo.height}",  # noqa: RUF001
    "File size": lambda photo, _: sizes.in_words(photo.shot_bytes),
    "Sharpness": _sharpness,
    "Exposure": _shutter,
    "Aperture": _said("f_number", "f/{:g}"),
    "ISO": _said("iso", "{}"),
    "Exposure bias": _exposure_bias,
    "Focal length": _said("focal_length_mm", "{:g} mm"),
    "Flash": lambda photo, _: {True: "fired", False: "off"}.get(photo.fact("flash"), ""),
    "Format": lambda photo, _: shot_badge(photo) or photo.format,
    "Camera": lambda photo, _: photo.camera.name if photo.camera else "",
    "Lens": _said("lens", "{}"),
    "Place": _position,
    "Albums": lambda photo, extras: ", ".join(extras.albums.get(photo.pk, [])),
    "Favourite": lambda photo, _: "yes" if photo.favourite_at else "no",
    "Edited with": _said("software", "{}"),
    "Time zone": lambda photo, _: taken_zone(photo),
    "Date from": lambda photo, _: source_name(photo.taken_source),
    "Day": lambda photo, _: f"{photo.taken_day:%Y-%m-%d}",
    "Folder": lambda photo, _: photo.source_path.rpartition("/")[0],
    "File name": lambda photo, _: photo.file_name,
}
