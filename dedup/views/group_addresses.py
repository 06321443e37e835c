"""Where the list of groups and its groups are found, and what a request to them asks for."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.urls import reverse

from dedup.group_filters import Wanted
from dedup.models import SimilarGroup
from gallery.stacks import Parts
from gallery.web.addresses import address
from gallery.web.requests import SignedInRequest

STATES = ("keep", "archive", "trash")


def asked_list(request: SignedInRequest, group: SimilarGroup) -> Wanted:
    """The list that a group was opened from: its order and filters, on the tab of the group.

    An address holds them one by one; a form has all of them in its field "list".
    """
    sent = dict(parse_qsl(request.POST.get("list", ""))) or request.GET.dict()
    return Wanted.from_query(sent).of_kind(group.kind)


def group_address(group_id: int, wanted: Wanted) -> str:
    return f"{address('dedup:group', group_id)}?{wanted.query()}"


def list_address(scan_id: int, wanted: Wanted) -> str:
    return f"{reverse('dedup:groups')}?{wanted.query()}&scan={scan_id}"


def asked_parts(request: SignedInRequest) -> Parts:
    """Which parts of the shots are to go; all, unless the form says otherwise."""
    asked = request.POST.get("trash_parts", "")
    return Parts(asked) if asked in set(Parts) else Parts.ALL


def chosen_answers(request: SignedInRequest) -> dict[str, list[int]]:
    """Ids by what is to become of them; other fields and values are left out."""
    chosen: dict[str, list[int]] = {state: [] for state in STATES}
    for name, value in request.POST.items():
        kind, _, photo_id = name.partition("-")
        if kind == "photo" and photo_id.isdecimal() and value in chosen:
            chosen[str(value)].append(int(photo_id))
    return chosen
