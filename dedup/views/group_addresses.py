"""Where the list of groups and its groups are found, and what an address of them asks for."""

from __future__ import annotations

from django.urls import reverse

from dedup.group_filters import Sort
from gallery.web.requests import SignedInRequest


def asked_sort(request: SignedInRequest) -> Sort:
    asked = request.POST.get("sort") or request.GET.get("sort") or ""
    return Sort(asked) if asked in set(Sort) else Sort.EASE


def group_address(group_id: int, sort: Sort) -> str:
    return f"{reverse('dedup:group', args=[group_id])}?sort={sort}"


def list_address(scan_id: int, sort: Sort) -> str:
    return f"{reverse('dedup:groups')}?sort={sort}&scan={scan_id}"
