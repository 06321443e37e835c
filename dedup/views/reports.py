"""The report of a scan as a page to print, as CSV and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import get_template, render_to_string
from django.views.decorators.http import require_safe

from dedup import access, group_lists, reports
from dedup.group_filters import Shown, Wanted
from dedup.models import Scan
from dedup.templatetags.freed_chart import freed_chart
from dedup.views.bulk_groups import json_list
from gallery.web.csv_answers import csv_answer
from gallery.web.requests import SignedInRequest, signed_in

GROUPS_HERE = "<!-- groups -->"  # in the page to print


@require_safe
@signed_in
def report(request: SignedInRequest, scan_id: int) -> HttpResponse:
    scan = access.scan_for(request.user, scan_id)
    page = reports.page(scan, cursor=request.GET.get("after"))
    freed = reports.freed(request.user)
    context = {
        "scan": scan,
        "tabs": group_lists.tabs(scan, Wanted(shown=Shown.BOTH)),
        "page": page,
        "is_first_page": "after" not in request.GET,
        "freed": freed,
        "chart": freed_chart(freed),
    }
    return render(request, "dedup/report.html", context)


@require_safe
@signed_in
def report_to_print(request: SignedInRequest, scan_id: int) -> StreamingHttpResponse:
    """All groups on one page, sent while they are read."""
    scan = access.scan_for(request.user, scan_id)
    context = {"scan": scan, "total": reports.count(scan)}
    head, tail = render_to_string("dedup/report_to_print.html", context, request).split(GROUPS_HERE)
    return StreamingHttpResponse(_printed(request, scan, head, tail))


def _printed(request: SignedInRequest, scan: Scan, head: str, tail: str) -> Iterator[str]:
    template = get_template("dedup/_report_group.html")
    yield head
    for each in reports.all_groups(scan):
        yield template.render({"each": each, "user": request.user})
    yield tail


@require_safe
@signed_in
def report_csv(request: SignedInRequest, scan_id: int) -> StreamingHttpResponse:
    scan = access.scan_for(request.user, scan_id)
    return csv_answer(_with_head(reports.rows(scan)), file_name=f"groups of scan {scan.pk}.csv")


@require_safe
@signed_in
def report_json(request: SignedInRequest, scan_id: int) -> StreamingHttpResponse:
    scan = access.scan_for(request.user, scan_id)
    items = (json.dumps(dict(zip(reports.HEAD, row, strict=True))) for row in reports.rows(scan))
    answer = StreamingHttpResponse(json_list(items), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="groups of scan {scan.pk}.json"'
    return answer


def _with_head(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    yield reports.HEAD
    yield from rows
