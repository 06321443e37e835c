"""A row of the list of groups in words: made once for each row, since a page shows thirty."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from dedup.groups import GroupView, MemberView
from dedup.models import SimilarGroup
from dedup.templatetags.dedup_tags import percent, span
from gallery.core import sizes
from gallery.templatetags.gallery_tags import aspect_class, grid_height, taken_short
from gallery.web.addresses import address
from gallery.web.media_urls import media_url

register = template.Library()

PICTURES_SHOWN = 6
State = SimilarGroup.State


@dataclass(frozen=True, slots=True)
class Picture:
    source: str
    css_class: str
    colour: str
    height: str  # of a picture 480 pixels wide


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Everything as text, because a template is slow to format numbers."""

    id: str
    name: str  # for those who hear the page
    address: str
    pictures: tuple[Picture, ...]
    more: str  # "+3" beyond the pictures that are shown
    title: str
    label: str
    camera: str
    when: str
    alike: str
    is_open: bool
    is_decided: bool
    accept: str  # what the quick decision says; empty where nothing could go
    accept_address: str
    keep_all_address: str


@register.simple_tag
def group_row(view: GroupView, query: str) -> GroupRow:
    """``query`` is the list's own, so that the group knows from which list it was opened."""
    group, count = view.group, view.photo_count
    spare = view.spare_count
    state = group.state
    return GroupRow(
        id=str(view.id),
        name=f"{count} similar photos, {taken_short(view.cover.photo)}",
        address=f"{address('dedup:group', view.id)}?{query}",
        pictures=tuple(_picture(member) for member in view.kept_first[:PICTURES_SHOWN]),
        more=f"+{count - PICTURES_SHOWN}" if count > PICTURES_SHOWN else "",
        title=f"{count} photos",
        label=group.label,
        camera=group.camera_name,
        when=f"{taken_short(view.members[0].photo)} · {span(view.span_seconds)}",
        alike=_alike(view),
        is_open=state == State.OPEN,
        is_decided=state == State.DECIDED,
        accept=f"Keep {count - spare}, trash {spare}" if spare else "",
        accept_address=address("dedup:accept", view.id),
        keep_all_address=address("dedup:keep-all", view.id),
    )


def _alike(view: GroupView) -> str:
    lowest, highest = percent(view.lowest_percent), percent(view.highest_percent)
    alike = f"{lowest if lowest == highest else f'{lowest} to {highest}'} alike"
    spare = view.spare_bytes
    return f"{alike} · {sizes.in_words(spare)} could go" if spare else alike


def _picture(member: MemberView) -> Picture:
    kept = " group-row__picture--kept" if member.is_suggested else ""
    return Picture(
        source=media_url(member.photo, "grid"),
        css_class=f"group-row__picture{kept} {aspect_class(member.photo)}",
        colour=member.photo.average_color,
        height=str(grid_height(member.photo)),
    )
