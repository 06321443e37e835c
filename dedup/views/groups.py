"""The list of groups of similar photos."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dedup import access, group_lists
from dedup import groups as groups_of
from dedup.group_filters import Shown, Sort, Wanted
from dedup.models import Scan
from gallery.web.requests import SignedInRequest, signed_in


@require_safe
@signed_in
def groups(request: SignedInRequest) -> HttpResponse:
    """The groups of one kind that wait for a decision, or those that a person asked for."""
    scan = asked_scan(request)
    running = Scan.objects.owned_by(request.user).running().select_related("job").first()
    context: dict[str, Any] = {"scan": scan, "running": running, "groups": []}
    if scan is not None:
        context |= _list_of(request, scan)
    return render(request, "dedup/groups.html", context)


@require_safe
@signed_in
def filters(request: SignedInRequest) -> HttpResponse:
    """The form that narrows the list; asked for when it is opened, since it names every folder."""
    scan = asked_scan(request)
    wanted = Wanted.from_query(request.GET.dict())
    context = {
        "scan": scan,
        "wanted": wanted,
        "choices": group_lists.choices(scan) if scan else None,
        "shown": list(Shown),
    }
    return render(request, "dedup/_group_filters.html", context)


def asked_scan(request: SignedInRequest) -> Scan | None:
    """The scan that the address names, or else the newest."""
    scan_id = request.GET.get("scan") or request.POST.get("scan")
    if scan_id:
        return access.scan_for(request.user, scan_id)
    return groups_of.newest_scan(request.user)


def _list_of(request: SignedInRequest, scan: Scan) -> dict[str, Any]:
    wanted = Wanted.from_query(request.GET.dict())
    found = group_lists.tabs(scan, wanted)
    asked_kind = wanted.kind
    wanted = wanted.of_kind(asked_kind or group_lists.first_tab(found))
    cursor = request.GET.get("after")
    page = groups_of.listed(request.user, scan, wanted, cursor=cursor)
    is_start = not asked_kind and not wanted.is_narrowed and not cursor
    if not is_start and not cursor:
        group_lists.remember(request.user, scan, wanted)
    return {
        "groups": page.groups,
        "next_cursor": page.next_cursor,
        "is_first_page": not cursor,
        "tabs": found,
        "tab": next(tab for tab in found if tab.kind == wanted.kind),
        "open_count": sum(tab.open for tab in found),
        "wanted": wanted,
        "any_kind": replace(wanted, kind=""),
        "sorts": list(Sort),
        "scan_query": f"&scan={scan.pk}" if request.GET.get("scan") else "",
        "resume": group_lists.resume(request.user, scan) if is_start else None,
    }
