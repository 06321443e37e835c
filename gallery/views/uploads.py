"""The upload page and what its script asks for: begin, one file, close, outcomes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gallery import access
from gallery.forms import BegunUploadForm, OfferedFileForm, UploadForm
from gallery.importing import listing, offers, room, uploads
from gallery.importing.room import UploadRefused
from gallery.models import ImportedFile, ImportRun
from gallery.web.answers import invalid, json_error, json_if_changed
from gallery.web.incoming import BadOffer, offer_of, receive_body
from gallery.web.requests import SignedInRequest, signed_in
from gallery.work import jobs
from gallery.work.claims import ClaimLost

# Ids in one question of the page; more would not fit into an address.
MOST_IDS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def upload(request: SignedInRequest) -> HttpResponse:
    """The page; and, for browsers without script, all files in one form."""
    if request.method != "POST":
        return render(request, "gallery/upload.html", _page_context(request, UploadForm()))
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return invalid(request, "gallery/upload.html", _page_context(request, form))
    run = uploads.begin(request.user)
    try:
        for file in form.cleaned_data["files"]:
            _take_in(run, file)
    finally:  # or the run would wait for more, and nothing would follow it
        uploads.close(run)
    messages.success(request, "Everything has arrived. The photos are being read now.")
    return redirect(run)


def _take_in(run: ImportRun, file: Any) -> None:
    try:
        uploads.receive(
            run, name=file.name, size_bytes=file.size, modified_at=None, stream=file.file
        )
    except UploadRefused as refusal:
        uploads.note_refusal(run, file.name, file.size, refusal)


@require_POST
@signed_in
def begin(request: SignedInRequest) -> HttpResponse:
    """Open a run for the files that the page is about to send."""
    asked = BegunUploadForm(request.POST)
    if not asked.is_valid():
        return json_error(422, "The number of files is not understood.", fields=asked.errors)
    continued = asked.cleaned_data["continues"]
    old = access.import_run_for(request.user, continued) if continued else None
    run = uploads.begin(request.user, asked.cleaned_data["expected"])
    if old is not None:
        offers.side_files_go_with(old, run)
    return JsonResponse({"run": run.pk, "page": run.get_absolute_url()}, status=201)


@require_POST
@signed_in
def offer(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Say of many files, before they are sent, which of them need to be."""
    run = access.import_run_for(request.user, run_id)
    try:
        offered = offer_of(request)
        if offered.expected is not None:
            jobs.expect(run.job, offered.expected)
        answers = offers.answer(run, offered.files)
    except BadOffer as problem:
        return json_error(422, str(problem))
    except ClaimLost:
        return _over(run)
    return JsonResponse({"answers": [_answer_as_json(each) for each in answers]})


@require_GET
@signed_in
def line(request: SignedInRequest) -> HttpResponse:
    """A page that lost the server asks here until there is an answer, and its session holds."""
    return HttpResponse(status=204)


@require_http_methods(["PUT"])
@signed_in
def receive(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Take one file as the raw body. PUT, so that Django never reads it into a form.

    A file that is too large is asked for with an empty body: it is refused, and noted as
    refused, before its bytes travel.
    """
    run = access.import_run_for(request.user, run_id)
    offered = OfferedFileForm(request.GET)
    if not offered.is_valid():
        return json_error(422, "Name and size of the file are needed.", fields=offered.errors)
    try:
        file = receive_body(request, run, offered.cleaned_data)
    except UploadRefused as refusal:
        return json_error(refusal.code, refusal.reason)
    except ClaimLost:
        return _over(run)
    except UnreadablePostError:
        return json_error(400, "It did not arrive whole. Send it again.")
    return JsonResponse({"id": file.pk}, status=201)


@require_POST
@signed_in
def close(request: SignedInRequest, run_id: int) -> HttpResponse:
    """No more files will come. Also sent by a page that is being left."""
    uploads.close(access.import_run_for(request.user, run_id))
    return HttpResponse(status=204)


@require_GET
@signed_in
def outcomes(request: SignedInRequest, run_id: int) -> HttpResponse:
    """What became of those of the asked files that a worker has dealt with."""
    run = access.import_run_for(request.user, run_id)
    texts = request.GET.get("ids", "").split(",")[:MOST_IDS]
    ids = [int(text) for text in texts if text.isdecimal() and len(text) < 19]
    files = listing.settled_among(run, ids)
    return json_if_changed(request, {"files": [_as_json(file) for file in files]})


def _over(run: ImportRun) -> HttpResponse:
    """The page goes on in a new run by itself, unless a person wanted this one to end."""
    is_cancelled = run.job.cancel_requested_at is not None
    message = "This upload was cancelled." if is_cancelled else "This upload has ended."
    return json_error(409, message, cancelled=is_cancelled)


def _answer_as_json(answer: offers.Answer) -> dict[str, Any]:
    if answer.file is not None:
        return _as_json(answer.file) | {"may_change": answer.may_change}
    upload = answer.upload.get_absolute_url() if answer.upload else None
    return {"outcome": "send", "upload": upload, "arrived": answer.arrived}


def _page_context(request: SignedInRequest, form: UploadForm) -> dict[str, Any]:
    quota = request.user.quota_bytes
    return {
        "form": form,
        "quota_bytes": quota,
        "used_bytes": None if quota is None else room.used_by(request.user),
        "most_bytes": settings.MAX_FILE_BYTES,
        "most_archive_bytes": settings.MAX_ARCHIVE_BYTES,
        "most_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
    }


def _as_json(file: ImportedFile) -> dict[str, Any]:
    photo = file.photo
    return {
        "id": file.pk,
        "outcome": listing.shown_outcome(file),
        "reason": file.reason,
        "photo": photo.pk if photo else None,
        "page": photo.get_absolute_url() if photo else None,
    }
