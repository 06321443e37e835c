"""The parts of a shot in words: what is stacked, and what is kept beside a photo."""

from __future__ import annotations

from django import template
from django.urls import reverse

from gallery.core.companions import Part
from gallery.core.formats import FORMATS
from gallery.models import Companion, Photo

register = template.Library()

RAW = FORMATS["RAW"].name


@register.filter
def shot_badge(photo: Photo) -> str:
    """What a frame says of its shot: "RAW+JPEG", "edited", "Live"; nothing for a plain photo."""
    parts = photo.parts
    formats = [part.format for part in parts if not _is_edited(part)]
    words = [_formats(formats or [photo.format])]
    if any(_is_edited(part) for part in parts):
        words.append("edited")
    if has_video(photo):
        words.append("Live")
    return " · ".join(word for word in words if word)


def _formats(formats: list[str]) -> str:
    if RAW in formats:
        return "+".join([RAW, *dict.fromkeys(each for each in formats if each != RAW)])
    return "+".join(dict.fromkeys(formats)) if len(formats) > 1 else ""


def _is_edited(photo: Photo) -> bool:
    return photo.stack_id is not None and photo.stack_place == Part.EDITED


@register.filter
def has_video(photo: Photo) -> bool:
    if "video" in photo.facts:
        return True
    kinds = {each.kind for part in photo.parts for each in part.companions.all()}
    return Companion.Kind.VIDEO in kinds


@register.filter
def has_raw_and_picture(photo: Photo) -> bool:
    """Whether one of the two can go alone."""
    return len({part.format == RAW for part in photo.parts}) == 2


@register.filter
def part_name(photo: Photo) -> str:
    """What a part is of its shot."""
    if photo.format == RAW:
        return "RAW"
    return f"Edited, {photo.format}" if _is_edited(photo) else photo.format


@register.filter
def trash_pictures_words(photo: Photo) -> str:
    """What the button says that leaves only the RAW."""
    pictures = [part for part in photo.parts if part.format != RAW]
    return f"Trash only the {pictures[0].format}" if len(pictures) == 1 else "Trash all but the RAW"


@register.filter
def bytes_of(photo: Photo, which: str) -> int:
    """How much goes with "all" parts, only the "raw", or only the "picture"."""
    if which == "all" or not has_raw_and_picture(photo):
        return photo.shot_bytes
    is_raw = which == "raw"
    return sum(part.size_bytes for part in photo.parts if (part.format == RAW) == is_raw)


@register.simple_tag
def companion_url(companion: Companion) -> str:
    return reverse("gallery:companion", args=[companion.photo_id, companion.pk])
