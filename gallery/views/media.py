"""Originals and small copies, to their owner only."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.core.files import File
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from gallery import access
from gallery.core.pictures import FORMATS, UnreadablePicture
from gallery.decoding.decoder import DecoderFailed
from gallery.files import derivatives, originals
from gallery.files.in_place import OriginalNotHere
from gallery.models import Photo
from gallery.web.media_urls import COPIES, media_version, original_version
from gallery.web.requests import SignedInRequest, signed_in
from gallery.web.stored_files import READ_BYTES, StoredFile, send

log = logging.getLogger(__name__)

# What a browser may be told an original is. Anything else is bytes to be saved: an answer
# of type text/html or image/svg+xml would run as a page of this site.
CONTENT_TYPES = {kind.name: kind.mime for kind in FORMATS.values() if kind.name != "RAW"}
# A decoded original may take 360 MB; the threads of the web server draw one after the other.
ONE_DECODE_AT_A_TIME = threading.Lock()
UNSAFE_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\\u202a-\u202e\u2066-\u2069]")


@require_safe
@signed_in
def media(request: SignedInRequest, photo_id: int, size: str) -> HttpResponseBase:
    """A small copy of one photo."""
    photo = access.photo_for(request.user, photo_id)
    return _sent(request, photo, _copy(photo, size))


@require_safe
@signed_in
def original(request: SignedInRequest, photo_id: int) -> HttpResponseBase:
    """The bytes as they came."""
    photo = access.photo_for(request.user, photo_id)
    known_type = CONTENT_TYPES.get(photo.format)
    try:
        storage, name = originals.place_of(photo)
    except OriginalNotHere as error:
        raise Http404(str(error)) from error
    file = StoredFile(
        storage=storage,
        name=name,
        content_type=known_type or "application/octet-stream",
        version=original_version(photo),
        file_name=safe_file_name(photo),
        as_download=known_type is None or "download" in request.GET,
    )
    return _sent(request, photo, file)


@require_safe
@signed_in
def companion(request: SignedInRequest, photo_id: int, companion_id: int) -> HttpResponseBase:
    """What is kept beside a photo: the video of a live photo, a side file. To be saved."""
    photo = access.photo_for(request.user, photo_id)
    kept = get_object_or_404(photo.companions, pk=companion_id)
    file = StoredFile(
        storage=originals.storage(),
        name=originals.name_of(kept.checksum),
        content_type="application/octet-stream",
        version=kept.checksum[:16],
        file_name=_safe(kept.file_name) or f"beside-{photo.pk}",
        as_download=True,
    )
    return _sent(request, photo, file)


@require_safe
@signed_in
def motion(request: SignedInRequest, photo_id: int) -> HttpResponseBase:
    """The video inside of a motion photo, cut out of the original as it is sent."""
    photo = access.photo_for(request.user, photo_id)
    if not (place := photo.facts.get("video")):
        raise Http404("There is no video inside of this photo.")
    try:
        file = originals.open_original(photo)
    except FileNotFoundError:
        raise Http404("The file of this photo is missing.") from None
    answer = StreamingHttpResponse(
        _piece(file, place["offset"], place["length"]), content_type="video/mp4"
    )
    answer["Content-Length"] = place["length"]
    name = f"{PurePosixPath(safe_file_name(photo)).stem}.mp4"
    answer["Content-Disposition"] = content_disposition_header(True, name)  # noqa: FBT003
    answer["Cache-Control"] = "private"
    return answer


def _piece(file: File[bytes], offset: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(offset)
        while length > 0 and (some := file.read(min(length, READ_BYTES))):
            length -= len(some)
            yield some


def safe_file_name(photo: Photo) -> str:
    """The photo's name without what could lead into folders or hide its ending."""
    return _safe(photo.file_name) or f"photo-{photo.pk}"


def _safe(file_name: str) -> str:
    return UNSAFE_IN_NAMES.sub("_", file_name).strip(" .")


def _copy(photo: Photo, size: str) -> StoredFile:
    if size not in COPIES:
        raise Http404("No such size.")
    return StoredFile(
        storage=derivatives.storage(),
        name=derivatives.name_of(photo.checksum, size),
        content_type=derivatives.MIME,
        version=media_version(photo, size),
        file_name=f"{PurePosixPath(safe_file_name(photo)).stem}-{size}.jpg",
        prepare=lambda: _make_if_missing(photo, size),
    )


def _make_if_missing(photo: Photo, size: str) -> None:
    if derivatives.storage().exists(derivatives.name_of(photo.checksum, size)):
        return
    with ONE_DECODE_AT_A_TIME:
        derivatives.open_or_make(photo, size).close()


def _sent(request: SignedInRequest, photo: Photo, file: StoredFile) -> HttpResponseBase:
    try:
        return send(request, file)
    except FileNotFoundError:
        log.error("The original of photo %s (%s) is missing.", photo.pk, photo.checksum)
    except (UnreadablePicture, DecoderFailed) as error:
        log.error("Photo %s (%s) cannot be decoded: %s", photo.pk, photo.checksum, error)
    raise Http404("The file of this photo is missing or damaged.")
