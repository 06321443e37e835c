"""The server's side of tus 1.0: https://tus.io/protocols/resumable-upload, for signed-in people.

Core, creation, creation-with-upload, expiration, checksum and termination. Protection against
forged requests stays on: pages send their token along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.http import http_date

from gallery import access
from gallery.core import tus
from gallery.core.tus import BadHeader, Checksum
from gallery.importing import parts, resumable
from gallery.importing.resumable import Changed, Gone, NewFile
from gallery.importing.room import UploadRefused
from gallery.models import ImportRun, Upload
from gallery.web.answers import json_error
from gallery.web.incoming import limit_silence
from gallery.web.requests import SignedInRequest, signed_in
from gallery.work.claims import ClaimLost

Row = TypeVar("Row", ImportRun, Upload)

BROKEN = "It did not arrive whole. Go on where it stopped."


class Conflict(Exception):
    """The sender is not where the file is."""


REFUSALS: dict[type[Exception], tuple[int, str]] = {
    Http404: (404, "There is no such upload."),
    Gone: (410, "This upload has expired. Start a new one."),
    Conflict: (409, "The file is at another place than Upload-Offset says."),
    ClaimLost: (409, "This upload has ended. Start a new one."),
    parts.Busy: (423, "Another request is sending this file right now."),
    parts.Mismatch: (460, "The checksum is another one: this piece was thrown away."),
    Changed: (460, "The file is not the one that was announced: it begins anew."),
    UnreadablePostError: (400, BROKEN),
}


@signed_in
def begin(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Files of an import are begun here."""
    return _spoken(request, partial(access.import_run_for, request.user, run_id), {"POST": _create})


@signed_in
def upload(request: SignedInRequest, token: str) -> HttpResponse:
    """One file: where it is, the next piece of it, or no more of it."""
    acts = {"HEAD": _look, "PATCH": _go_on, "DELETE": _end}
    return _spoken(request, partial(_alive, request, token), acts)


def _spoken(
    request: SignedInRequest,
    find: Callable[[], Row],
    acts: Mapping[str, Callable[[SignedInRequest, Row], HttpResponse]],
) -> HttpResponse:
    """Check method, row and version; give every answer the headers that it must have."""
    if request.method == "POST":
        # Only then: a GET that were taken for a PATCH would get past the check for forgery.
        request.method = request.headers.get("X-HTTP-Method-Override", "POST").upper()
    act = acts.get(request.method or "")
    if request.method == "OPTIONS":
        response = _options()
    elif act is None:
        response = json_error(405, f"Allowed here: {', '.join(acts)}, OPTIONS.")
        response["Allow"] = ", ".join([*acts, "OPTIONS"])
    else:
        response = _answer(request, find, act)
    response["Tus-Resumable"] = tus.VERSION
    response["Cache-Control"] = "no-store"
    return response


def _answer(
    request: SignedInRequest,
    find: Callable[[], Row],
    act: Callable[[SignedInRequest, Row], HttpResponse],
) -> HttpResponse:
    try:
        row = find()
        if request.headers.get("Tus-Resumable") != tus.VERSION:
            refusal = json_error(412, f"This server speaks tus {tus.VERSION}.")
            refusal["Tus-Version"] = tus.VERSION
            return refusal
        return act(request, row)
    except BadHeader as problem:
        return json_error(400, str(problem))
    except UploadRefused as refused:
        return json_error(refused.code, refused.reason, kind=refused.kind)
    except tuple(REFUSALS) as problem:
        code, text = next(REFUSALS[kind] for kind in type(problem).mro() if kind in REFUSALS)
        return json_error(code, text)


def _alive(request: SignedInRequest, token: str) -> Upload:
    found = access.upload_for(request.user, token)
    if resumable.is_expired(found):
        raise Gone
    return found


def _create(request: SignedInRequest, run: ImportRun) -> HttpResponse:
    """Begin a file; its first bytes may come along."""
    new = _announced(request)
    sent = _body_length(request, new.size_bytes) if _has_piece(request) else 0
    checksum = _checksum(request)
    upload = resumable.find(run, new) or resumable.new_upload(run, new)
    if not upload.finished_at:
        _begin(request, upload, sent, checksum)
    response = HttpResponse(status=201)
    response["Location"] = upload.get_absolute_url()
    return _with_offset(response, upload)


def _begin(request: SignedInRequest, upload: Upload, sent: int, checksum: Checksum | None) -> None:
    try:
        with parts.held(upload) as part:
            limit_silence(request)
            skipped = _skip(request, min(part.offset, sent))
            if sent == skipped < upload.size_bytes and upload.pk is None:
                upload.save(force_insert=True)
            if sent > skipped or upload.size_bytes == 0:
                resumable.append(upload, part, request, sent - skipped, checksum)
    finally:
        if upload.pk is None:
            parts.remove(upload)


def _look(request: SignedInRequest, upload: Upload) -> HttpResponse:
    if not upload.finished_at and parts.arrived(upload) == upload.size_bytes:
        # The server was stopped between the last byte and its row.
        with suppress(Changed), parts.held(upload) as part:
            resumable.finish(upload, part)
    response = HttpResponse()
    response["Upload-Length"] = str(upload.size_bytes)
    return _with_offset(response, upload)


def _go_on(request: SignedInRequest, upload: Upload) -> HttpResponse:
    if not _has_piece(request):
        return json_error(415, f"The Content-Type must be {tus.BODY_TYPE}.")
    offset = tus.number("Upload-Offset", request.headers.get("Upload-Offset"))
    checksum = _checksum(request)
    if upload.finished_at:
        if offset != upload.size_bytes:
            raise Conflict
        _body_length(request, 0)
        return _with_offset(HttpResponse(status=204), upload)
    with parts.held(upload) as part:
        if offset != part.offset:
            raise Conflict
        limit_silence(request)
        length = _body_length(request, upload.size_bytes - offset)
        resumable.append(upload, part, request, length, checksum)
        if part.offset < offset + length:
            raise UnreadablePostError
    return _with_offset(HttpResponse(status=204), upload)


def _end(request: SignedInRequest, upload: Upload) -> HttpResponse:
    resumable.terminate(upload)
    return HttpResponse(status=204)


def _options() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Tus-Version"] = tus.VERSION
    response["Tus-Extension"] = ",".join(tus.EXTENSIONS)
    response["Tus-Max-Size"] = str(max(settings.MAX_FILE_BYTES, settings.MAX_ARCHIVE_BYTES))
    response["Tus-Checksum-Algorithm"] = ",".join(tus.ALGORITHMS)
    return response


def _announced(request: SignedInRequest) -> NewFile:
    if "Upload-Defer-Length" in request.headers:
        raise BadHeader("Upload-Defer-Length is not offered here: say the Upload-Length.")
    size = tus.number("Upload-Length", request.headers.get("Upload-Length"))
    said = tus.described(tus.metadata(request.headers.get("Upload-Metadata", "")))
    return NewFile(said.name, size, said.checksum, said.modified_at)


def _has_piece(request: SignedInRequest) -> bool:
    return request.content_type == tus.BODY_TYPE


def _checksum(request: SignedInRequest) -> Checksum | None:
    text = request.headers.get("Upload-Checksum")
    return None if text is None else tus.checksum(text)


def _body_length(request: SignedInRequest, most: int) -> int:
    """How much the request is going to bring. Refused unread if that is too much."""
    text = request.headers.get("Content-Length", "")
    if not text:
        raise UploadRefused("The length of the body is missing.", 411)
    length = tus.number("Content-Length", text)
    if length > most:
        raise UploadRefused("That is more than the file was said to have.", 413)
    return length


def _skip(request: SignedInRequest, count: int) -> int:
    """Pass over what is here already: the answer that said so was lost."""
    left = count
    while left and (piece := request.read(min(left, parts.READ_BYTES))):
        left -= len(piece)
    return count - left


def _with_offset(response: HttpResponse, upload: Upload) -> HttpResponse:
    arrived = upload.size_bytes if upload.finished_at else parts.arrived(upload)
    response["Upload-Offset"] = str(arrived)
    if not upload.finished_at:
        response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    elif upload.file_id:
        response["Imported-File"] = str(upload.file_id)  # ours: the row that tells the outcome
    return response
