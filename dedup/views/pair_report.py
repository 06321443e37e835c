"""The pairs of a scan: as a page, as CSV and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dedup import access, pairs
from dedup.models import Scan
from dedup.views.bulk_groups import json_list
from gallery.web.csv_answers import csv_answer
from gallery.web.requests import SignedInRequest, signed_in

PAIR_COLUMNS = (
    "photo_a",
    "taken_a",
    "photo_b",
    "taken_b",
    "seconds_apart",
    "percent",
    "passes",
    "kind",
    "reasons",
)


@require_safe
@signed_in
def pairs_report(request: SignedInRequest, scan_id: int) -> HttpResponse:
    found = access.scan_for(request.user, scan_id)
    page = pairs.report(found, cursor=request.GET.get("after"))
    context = {"scan": found, "pairs": page.pairs, "next_cursor": page.next_cursor}
    return render(request, "dedup/pairs.html", context)


@require_safe
@signed_in
def pairs_csv(request: SignedInRequest, scan_id: int) -> StreamingHttpResponse:
    found = access.scan_for(request.user, scan_id)
    return csv_answer(_csv_rows(found), file_name=f"pairs-of-scan-{found.pk}.csv")


@require_safe
@signed_in
def pairs_json(request: SignedInRequest, scan_id: int) -> StreamingHttpResponse:
    """The same rows; what was not measured is null, and the reasons are a list."""
    found = access.scan_for(request.user, scan_id)
    items = (json.dumps(dict(zip(PAIR_COLUMNS, row, strict=True))) for row in _pair_rows(found))
    answer = StreamingHttpResponse(json_list(items), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="pairs-of-scan-{found.pk}.json"'
    return answer


def _csv_rows(scan: Scan) -> Iterator[tuple[Any, ...]]:
    yield PAIR_COLUMNS
    for *facts, percent, passes, kind, reasons in _pair_rows(scan):
        said = "" if percent is None else percent
        yield (*facts, said, "yes" if passes else "no", kind, "; ".join(reasons))


def _pair_rows(scan: Scan) -> Iterator[tuple[Any, ...]]:
    """In the columns of PAIR_COLUMNS."""
    for pair in pairs.all_pairs(scan):
        yield (
            pair.first.file_name,
            pair.first.taken_local.isoformat(),
            pair.second.file_name,
            pair.second.taken_local.isoformat(),
            round(pair.seconds_apart, 3),
            None if pair.percent is None else round(pair.percent, 2),
            pair.passes,
            pair.kind,
            [reason.sentence for reason in pair.reasons],
        )
