"""Where the list of groups and its groups are found, and what a request to them asks for."""

from __future__ import annotations

from django.urls import reverse

from dedup.group_filters import Sort
from gallery.web.requests import SignedInRequest

STATES = ("keep", "archive", "trash")


def asked_sort(request: SignedInRequest) -> Sort:
    asked = request.POST.get("sort") or request.GET.get("sort") or ""
    return Sort(asked) if asked in set(Sort) else Sort.EASE


def group_address(group_id: int, sort: Sort) -> str:
    return f"{reverse('dedup:group', args=[group_id])}?sort={sort}"


def list_address(scan_id: int, sort: Sort) -> str:
    return f"{reverse('dedup:groups')}?sort={sort}&scan={scan_id}"


def chosen_answers(request: SignedInRequest) -> dict[str, list[int]]:
    """Ids by what is to become of them; other fields and values are left out."""
    chosen: dict[str, list[int]] = {state: [] for state in STATES}
    for name, value in request.POST.items():
        kind, _, photo_id = name.partition("-")
        if kind == "photo" and photo_id.isdecimal() and value in chosen:
            chosen[str(value)].append(int(photo_id))
    return chosen
