"""Send a stored file to a browser: 304, ranges, HEAD, or hand it over to a proxy or to S3.

Whether the person may have the file is settled before, in the view.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header, parse_etags

READ_BYTES = 256 * 1024
ONE_YEAR = 31_536_000
SIGNED_URL_SECONDS = 300
# A picture is looked at, never run: even a forged one may load and execute nothing.
PICTURE_POLICY = "default-src 'none'; sandbox"
SPAN = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a file before it is opened."""

    storage: Storage
    name: str
    content_type: str
    version: str  # names the bytes: becomes the ETag
    file_name: str = ""  # as which a browser would save it
    as_download: bool = False
    # Called before the file is opened, not when the browser has it already.
    prepare: Callable[[], None] | None = None


class NotSatisfiable(Exception):
    """The range lies outside of the file."""


def send(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """The file or the asked part of it; FileNotFoundError if the storage has it no more."""
    etag = f'"{file.version}"'
    if _is_known(request, etag):
        return _with_headers(HttpResponseNotModified(), request, file, etag)
    if file.prepare:
        file.prepare()
    response = _handed_over(file) or _streamed(request, file, etag)
    return _with_headers(response, request, file, etag)


def requested_span(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a Range header; None to send everything.

    Only one range of bytes is served; several, or another unit, get the whole file, as
    RFC 9110 allows. Raises NotSatisfiable.
    """
    match = SPAN.fullmatch(header.strip())
    if not match or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if not first:  # the last n bytes
        length = int(last)
        if length == 0 or size == 0:
            raise NotSatisfiable
        return max(size - length, 0), size - 1
    start, end = int(first), int(last) if last else size - 1
    if last and end < start:
        return None
    if start >= size:
        raise NotSatisfiable
    return start, min(end, size - 1)


def _is_known(request: HttpRequest, etag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag in {tag.removeprefix("W/") for tag in known}


def _with_headers(
    response: HttpResponseBase, request: HttpRequest, file: StoredFile, etag: str
) -> HttpResponseBase:
    response["ETag"] = etag
    if response.status_code in {302, 416}:
        patch_cache_control(response, private=True, no_store=True)
        return response
    if request.GET.get("v") == file.version:
        patch_cache_control(response, private=True, max_age=ONE_YEAR, immutable=True)
    else:  # an address without version: ask again each time, which costs a 304
        patch_cache_control(response, private=True, no_cache=True)
    if response.status_code != 304:
        response["Content-Type"] = file.content_type
        disposition = content_disposition_header(file.as_download, file.file_name)
        response["Content-Disposition"] = disposition or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = PICTURE_POLICY
    return response


def _handed_over(file: StoredFile) -> HttpResponse | None:
    """Let a proxy in front or the bucket itself send the bytes, where there is one."""
    if isinstance(file.storage, FileSystemStorage):
        is_ours = Path(settings.DATA_FOLDER) in Path(file.storage.path(file.name)).parents
        # A proxy knows our data folder, not the library folders that are read in place.
        return (
            _accelerated(file, file.storage) if settings.ACCEL_REDIRECT_PREFIX and is_ours else None
        )
    try:
        address = _signed_address(file)
    except NotImplementedError:  # a storage without addresses: stream
        return None
    return HttpResponseRedirect(address)


def _accelerated(file: StoredFile, storage: FileSystemStorage) -> HttpResponse:
    """An empty answer whose header tells nginx or Caddy which file of DATA_FOLDER to send."""
    if not storage.exists(file.name):
        raise FileNotFoundError(file.name)
    inside = Path(storage.path(file.name)).relative_to(settings.DATA_FOLDER)
    response = HttpResponse()
    prefix = settings.ACCEL_REDIRECT_PREFIX.rstrip("/")
    response["X-Accel-Redirect"] = f"{prefix}/{quote(inside.as_posix())}"
    return response


def _signed_address(file: StoredFile) -> str:
    disposition = content_disposition_header(file.as_download, file.file_name) or "inline"
    sign: Callable[..., str] = file.storage.url
    return sign(
        file.name,
        parameters={
            "ResponseContentType": file.content_type,
            "ResponseContentDisposition": disposition,
            "ResponseCacheControl": f"private, max-age={SIGNED_URL_SECONDS}",
        },
        expire=SIGNED_URL_SECONDS,
    )


def _streamed(request: HttpRequest, file: StoredFile, etag: str) -> HttpResponseBase:
    opened = file.storage.open(file.name, "rb")
    size = opened.size
    try:
        span = _span(request, etag, size)
    except NotSatisfiable:
        opened.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = span or (0, size - 1)
    response: HttpResponseBase
    if request.method == "HEAD":
        opened.close()
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(_pieces(opened, first, last - first + 1))
        response._resource_closers.append(opened.close)  # type: ignore[attr-defined]
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    if span:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _span(request: HttpRequest, etag: str, size: int) -> tuple[int, int] | None:
    header = request.headers.get("Range", "")
    still_same = request.headers.get("If-Range", etag) == etag
    return requested_span(header, size) if header and still_same else None


def _pieces(file: IO[bytes], first: int, length: int) -> Iterator[bytes]:
    file.seek(first)
    left = length
    while left and (piece := file.read(min(READ_BYTES, left))):
        left -= len(piece)
        yield piece
