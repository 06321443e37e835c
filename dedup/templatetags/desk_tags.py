"""The facts of a group's photos side by side, and words of the page of one group."""

from __future__ import annotations

import json

from django import template

from dedup.desk import Extras
from dedup.groups import GroupView, MemberView
from dedup.templatetags.dedup_tags import percent
from gallery.models import Photo
from gallery.templatetags.difference_tags import DifferingFact, differing_facts

register = template.Library()


@register.filter
def facts_that_differ(view: GroupView, extras: Extras) -> list[DifferingFact]:
    """What is not the same for all photos of the group, the cover first."""
    photos = [member.photo for member in view.cover_first]
    return differing_facts(photos, albums=extras.albums, measured=extras.measured)


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
