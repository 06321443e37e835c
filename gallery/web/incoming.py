"""A file that comes as the raw body of a request: from the upload page and from the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest

from gallery.importing import uploads
from gallery.importing.uploads import UploadRefused
from gallery.models import ImportedFile, ImportRun

TOO_LARGE = 413


def receive_body(request: HttpRequest, run: ImportRun, offered: dict[str, Any]) -> ImportedFile:
    """Write the body aside piece by piece; ``offered`` says its name, size and modified time.

    A file that is too large is noted as refused before its bytes travel: such a refusal is an
    outcome like any other. Raises UploadRefused for what may be better at another try.
    """
    try:
        return _received(request, run, offered)
    except UploadRefused as refusal:
        if refusal.code != TOO_LARGE:
            raise
        return uploads.note_refusal(run, offered["name"], offered["size"], refusal)


def _received(request: HttpRequest, run: ImportRun, offered: dict[str, Any]) -> ImportedFile:
    uploads.check_room(offered["size"])
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal():
        raise UploadRefused("The length of the file is missing.", 411)
    uploads.check_room(int(length))
    modified = offered.get("modified")
    return uploads.receive(
        run,
        name=offered["name"],
        size_bytes=offered["size"],
        modified_at=dt.datetime.fromtimestamp(modified / 1000, dt.UTC) if modified else None,
        stream=request,  # type: ignore[arg-type]  # has read(), which is all it takes
    )
