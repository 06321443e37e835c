"""The list of groups of similar photos."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dedup import access
from dedup import groups as groups_of
from dedup.groups import Sort
from dedup.models import Scan
from dedup.views.group_addresses import asked_sort
from gallery.web.requests import SignedInRequest, signed_in


@require_safe
@signed_in
def groups(request: SignedInRequest) -> HttpResponse:
    """The groups that wait for a decision."""
    scan = _asked_scan(request)
    sort = asked_sort(request)
    page = groups_of.open_groups(request.user, scan, sort=sort, cursor=request.GET.get("after"))
    running = Scan.objects.owned_by(request.user).running().select_related("job").first()
    context = {
        "scan": page.scan,
        "groups": page.groups,
        "next_cursor": page.next_cursor,
        "open": groups_of.summary(page.scan) if page.scan else None,
        "sort": sort,
        "sorts": list(Sort),
        "running": running,
        "query": _query(request),
    }
    return render(request, "dedup/groups.html", context)


def _asked_scan(request: SignedInRequest) -> Scan | None:
    scan_id = request.GET.get("scan")
    return access.scan_for(request.user, scan_id) if scan_id else None


def _query(request: SignedInRequest) -> str:
    """The choice of the scan, to be carried from page to page."""
    scan_id = request.GET.get("scan")
    return f"&scan={int(scan_id)}" if scan_id and scan_id.isdecimal() else ""
