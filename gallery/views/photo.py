"""One photo, large, with its facts."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gallery import access, albums, stacking, stacks, tags, timeline
from gallery.files import in_place
from gallery.models import Photo
from gallery.web.requests import SignedInRequest, signed_in

PLACES = {
    "timeline": ("gallery:timeline", "Timeline"),
    "archive": ("gallery:archive", "Archive"),
    "trash": ("gallery:trash", "Trash"),
    "hidden": ("gallery:hidden", "Hidden"),
}


@require_safe
@signed_in
def photo(request: SignedInRequest, photo_id: int) -> HttpResponse:
    shown = access.photo_for(request.user, photo_id)
    parts = stacks.parts_of(shown)
    newer, older = timeline.neighbours(shown)
    page_name, place = PLACES[shown.state]
    context = {
        "photo": shown,
        "parts": parts,
        "same_moment": stacking.offered(shown),
        "file_count": sum(map(_files, parts)),
        "newer": newer,
        "older": older,
        "place": place,
        "back": f"{reverse(page_name)}?photo={shown.pk}#photo-{shown.pk}",
        # After the photo has left its place: on to the next one, so that one can go on sorting.
        "onward": _onward(newer, older, page_name),
        "imported": shown.imported_files.select_related("run").first(),
        "original": in_place.told(shown),
        "albums": albums.albums_of(shown),
        "tags": tags.of_photo(shown),
        "photo_ids": [shown.pk],  # for the parts that serve selections as well
        "keeping_days": settings.TRASH_KEEPING_TIME.days,
    }
    return render(request, "gallery/photo.html", context)


def _files(part: Photo) -> int:
    """The part itself, what is kept beside it, and a video inside of it that can be had alone."""
    return 1 + len(part.companions.all()) + ("video" in part.facts)


def _onward(newer: Photo | None, older: Photo | None, page_name: str) -> str:
    following = older or newer
    return following.get_absolute_url() if following else reverse(page_name)
