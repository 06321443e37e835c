"""What another window or threshold would give, while a person moves a slider; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dedup import access, previews
from dedup.core.intervals import Intervals, advice, place_of, suggested_window
from dedup.forms import ScanForm
from dedup.intervals import intervals
from dedup.models import Scan
from gallery.web.requests import SignedInRequest, signed_in

# The drawing of the intervals, in the units of its viewBox.
BAR_WIDTH = 10
DRAWING_HEIGHT = 56
# A bar with anything in it can be seen.
LEAST_HEIGHT = 1.5


@dataclass(frozen=True, slots=True)
class DrawnBar:
    x: int
    y: float
    height: float
    is_inside: bool


@require_safe
@signed_in
def preview(request: SignedInRequest, scan_id: int | None = None) -> HttpResponse:
    """Counts, examples and intervals for the options in the address, as a part of a page."""
    asked = access.scan_for(request.user, scan_id) if scan_id is not None else None
    form = ScanForm(request.user, request.GET)
    if not form.is_valid():
        problems = [text for texts in form.errors.values() for text in texts]
        # Said softly: the field may be half typed. Sent, the form refuses it beside the field.
        return render(request, "dedup/_preview.html", {"problems": problems})
    return render(request, "dedup/_preview.html", _context(request, form, asked))


@require_safe
@signed_in
def sliders(request: SignedInRequest, scan_id: int) -> HttpResponse:
    """The sliders of a scan's window and threshold, for the page of its groups."""
    scan = access.scan_for(request.user, scan_id)
    form = ScanForm.filled(request.user, scan.chosen, scan.scope, name=scan.name)
    form.auto_id = "slider_%s"
    return render(request, "dedup/_window_sliders.html", {"scan": scan, "form": form})


def _context(request: SignedInRequest, form: ScanForm, asked: Scan | None) -> dict[str, Any]:
    options, scope = form.options, form.scope
    scan = asked or previews.source_for(request.user, scope)
    found = intervals(request.user, scan, scope, by_camera=not options.across_cameras)
    return {
        "scan": scan,
        "counts": previews.counts(scan, options, scope) if scan else None,
        "examples": previews.examples(scan, options, scope) if scan else None,
        "options": options,
        "interval_count": found.count,
        "advice": advice(found, options.window_seconds),
        "suggested": suggested_window(found, options.window_seconds),
        "bars": _drawn(found, options.window_seconds),
        "window_x": round(_x(options.window_seconds), 1),
        "marks": [(_x(seconds), text) for seconds, text in _MARKS],
        "width": BAR_WIDTH * len(found.bars),
    }


def _drawn(found: Intervals, window_seconds: float) -> list[DrawnBar]:
    highest = max((bar.count for bar in found.bars), default=0) or 1
    drawn = []
    for place, bar in enumerate(found.bars):
        height = max(LEAST_HEIGHT, DRAWING_HEIGHT * bar.count / highest) if bar.count else 0
        y, inside = DRAWING_HEIGHT - height, bar.from_seconds <= window_seconds
        drawn.append(DrawnBar(place * BAR_WIDTH, round(y, 1), round(height, 1), inside))
    return drawn


def _x(seconds: float) -> float:
    return place_of(seconds) * 300


_MARKS = ((1.0, "1 s"), (10.0, "10 s"), (60.0, "1 min"), (600.0, "10 min"), (3600.0, "1 h"),
          (36000.0, "10 h"))  # fmt: skip
