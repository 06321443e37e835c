"""The history: every change, searched by words, act and day, and as CSV and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gallery import history as history_of
from gallery.forms import HistoryForm
from gallery.history import Search
from gallery.web.csv_answers import csv_answer
from gallery.web.paging import page_of
from gallery.web.requests import SignedInRequest, signed_in

PAGE_SIZE = 40


@require_safe
@signed_in
def history(request: SignedInRequest) -> HttpResponse:
    form, search = _asked(request)
    page = page_of(
        history_of.changes_of(request.user, search),
        order=("-made_at", "-id"),
        cursor=request.GET.get("after"),
        size=PAGE_SIZE,
    )
    given = {name: value for name, value in request.GET.items() if value and name != "after"}
    context = {
        "entries": history_of.entries(page.rows),
        "next_cursor": page.next_cursor,
        "form": form,
        "is_searched": search != Search(),
        "query": urlencode(given),
    }
    return render(request, "gallery/history.html", context)


@require_safe
@signed_in
def history_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """One line for each changed photo of the changes that were asked for."""
    head = history_of.EXPORT_HEAD
    rows = ([_cell(row[name]) for name in head] for row in _exported(request))
    return csv_answer(_with_head(head, rows), file_name="history.csv")


@require_safe
@signed_in
def history_json(request: SignedInRequest) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_as_list(_exported(request)), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="history.json"'
    return response


def _exported(request: SignedInRequest) -> Iterator[dict[str, Any]]:
    _, search = _asked(request)
    return history_of.exported(history_of.changes_of(request.user, search))


def _asked(request: SignedInRequest) -> tuple[HistoryForm, Search]:
    """The search of the address. What cannot be understood narrows nothing, and is said."""
    form = HistoryForm(request.GET, acts=history_of.acts_of(request.user))
    return form, form.search


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "" if value is None else value


def _with_head(head: Iterable[str], rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    yield list(head)
    yield from rows


def _as_list(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """A JSON list, an element a line, so that it is never in memory whole."""
    before = "[\n"
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
