"""Decides many groups at once: what it would do, doing it, and what became of each group."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dedup import bulk, bulk_preview, bulk_results
from dedup.group_filters import Wanted
from dedup.models import SimilarGroup
from dedup.views.groups import asked_scan
from gallery import access
from gallery import bulk as gallery_bulk
from gallery.models import Job
from gallery.web.answers import unless_known
from gallery.web.csv_answers import csv_answer
from gallery.web.requests import SignedInRequest, signed_in
from gallery.work import jobs as work

RESULTS_SHOWN = 200


@require_POST
@signed_in
def start(request: SignedInRequest) -> HttpResponse:
    """Look at the groups that are ticked, or at all that the list shows; nothing is changed yet."""
    wanted = Wanted.from_query(request.POST.dict())
    scan = asked_scan(request)
    asked = request.POST.get("act", "")
    if scan is None or asked not in set(bulk.Act):
        raise Http404("Nothing to decide.")
    rows = SimilarGroup.objects.filter(scan=scan)
    if request.POST.get("all"):
        rows = wanted.among(rows).open()
    else:
        ticked = [int(pk) for pk in request.POST.getlist("group") if pk.isdecimal()]
        rows = rows.filter(pk__in=ticked)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    query = f"{wanted.query()}&{urlencode({'scan': scan.pk})}"
    if not ids:
        messages.info(request, "Tick the groups first, or choose all of them.")
        return redirect(f"{reverse('dedup:groups')}?{query}")
    return redirect(
        "dedup:bulk-preview", bulk_preview.later(bulk.Act(asked), ids, request.user, query).pk
    )


@require_safe
@signed_in
def preview(request: SignedInRequest, job_id: int) -> HttpResponse:
    """What it would do; or, of the job that does it, what became of each group."""
    job = _job(request, job_id)
    context = _context(job)
    if job.kind == bulk.KIND:
        left = bulk_results.left(job)
        context |= {"left": left[:RESULTS_SHOWN], "left_more": len(left) - RESULTS_SHOWN}
        context["decided"] = bulk_results.decisions(job)[:RESULTS_SHOWN]
        context["own"] = _own([each.group_id for each in left[:RESULTS_SHOWN]], request)
    return render(request, "dedup/bulk.html", context)


@require_safe
@signed_in
def progress(request: SignedInRequest, job_id: int) -> HttpResponse:
    job = _job(request, job_id)
    page = "_bulk_preview" if job.kind == bulk_preview.KIND else "_bulk_done"
    return unless_known(request, render(request, f"dedup/{page}.html", _context(job)))


@require_POST
@signed_in
def do(request: SignedInRequest, job_id: int) -> HttpResponse:
    job = _job(request, job_id)
    if job.kind != bulk_preview.KIND:
        raise Http404("This is no preview.")
    return redirect("dedup:bulk-preview", bulk_preview.do_later(job, request.user).pk)


@require_safe
@signed_in
def results_csv(request: SignedInRequest, job_id: int) -> StreamingHttpResponse:
    job = _job(request, job_id)
    rows = bulk_results.rows(job)
    return csv_answer(_with_head(rows), file_name=f"groups of job {job.pk}.csv")


@require_safe
@signed_in
def results_json(request: SignedInRequest, job_id: int) -> StreamingHttpResponse:
    job = _job(request, job_id)
    lines = (
        json.dumps(dict(zip(bulk_results.HEAD, row, strict=True))) for row in bulk_results.rows(job)
    )
    answer = StreamingHttpResponse(json_list(lines), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="groups of job {job.pk}.json"'
    return answer


def json_list(items: Iterator[str]) -> Iterator[str]:
    """Items, each JSON already, as one list."""
    yield "["
    for number, item in enumerate(items):
        yield f",\n{item}" if number else f"\n{item}"
    yield "\n]\n"


def _with_head(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    yield bulk_results.HEAD
    yield from rows


def _job(request: SignedInRequest, job_id: int) -> Job:
    job = access.job_for(request.user, job_id)
    if job.kind not in (bulk.KIND, bulk_preview.KIND):
        raise Http404("No such job.")
    return job


def _own(ids: Iterable[int], request: SignedInRequest) -> set[int]:
    """The groups that this person has a page of; staff decide those of others as well."""
    rows = SimilarGroup.objects.filter(pk__in=list(ids), scan__owner=request.user)
    return set(rows.values_list("pk", flat=True))


def _context(job: Job) -> dict[str, Any]:
    context: dict[str, Any] = {
        "job": job,
        "progress": work.progress(job),
        "act": job.options.get("act"),
        "is_preview": job.kind == bulk_preview.KIND,
        "query": job.options.get("query", ""),
    }
    if job.kind == bulk_preview.KIND:
        return context | {"preview": bulk_preview.numbers(job)}
    return context | {
        "counts": gallery_bulk.counts(job),
        "problems": gallery_bulk.problems(job),
        "can_be_undone": gallery_bulk.can_be_undone(job),
    }
