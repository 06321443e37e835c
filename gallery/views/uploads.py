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
from gallery.forms import OfferedFileForm, UploadForm
from gallery.importing import listing, uploads
from gallery.importing.uploads import UploadRefused
from gallery.models import ImportedFile, ImportRun
from gallery.web.answers import invalid, json_error, json_if_changed
from gallery.web.incoming import receive_body
from gallery.web.requests import SignedInRequest, signed_in
from gallery.work.claims import ClaimLost

# Ids in one question of the page; more would not fit into an address.
MOST_IDS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def upload(request: SignedInRequest) -> HttpResponse:
    """The page; and, for browsers without script, all files in one form."""
    if request.method != "POST":
        return render(request, "gallery/upload.html", _page_context(UploadForm()))
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return invalid(request, "gallery/upload.html", _page_context(form))
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
    run = uploads.begin(request.user)
    return JsonResponse({"run": run.pk, "page": run.get_absolute_url()}, status=201)


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
        return json_error(409, "This upload has ended. Start a new one.")
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


def _page_context(form: UploadForm) -> dict[str, Any]:
    return {
        "form": form,
        "most_bytes": settings.MAX_FILE_BYTES,
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
