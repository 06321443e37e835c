"""A file that comes as the raw body of a request: from the upload page and from the API."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from gallery.core import tus
from gallery.importing import uploads
from gallery.importing.resumable import NewFile
from gallery.importing.room import Room, UploadRefused
from gallery.models import ImportedFile, ImportRun

TOO_LARGE = 413
SECONDS_OF_SILENCE = 60


# In one question of the page: enough that questions cost little, few enough to answer at once.
MOST_OFFERED = 200
LONGEST_NAME = 4096


class BadOffer(Exception):
    """The question is not one that our page asks; the text says why."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Files that a page has chosen, and how many it has chosen in all."""

    files: list[NewFile]
    expected: int | None


def offer_of(request: HttpRequest) -> Offer:
    """The body of the page's question, checked. Raises BadOffer."""
    try:
        data = json.loads(request.body)
    except ValueError:  # also bytes that are no UTF-8
        raise BadOffer("The list of files is no JSON.") from None
    if not isinstance(data, dict) or not isinstance(data.get("files"), list):
        raise BadOffer("The list of files is missing.")
    if len(data["files"]) > MOST_OFFERED:
        raise BadOffer(f"At most {MOST_OFFERED} files can be asked about at once.")
    expected = data.get("expected")
    return Offer(
        files=[_offered_file(file) for file in data["files"]],
        expected=None if expected is None else _count("expected", expected),
    )


def _offered_file(data: Any) -> NewFile:
    if not isinstance(data, Mapping):
        raise BadOffer("A file of the list is not described.")
    name, checksum, modified = data.get("name"), data.get("sha256", ""), data.get("modified")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise BadOffer("A file of the list has no name.")
    values = {"sha256": checksum, "modified": "" if modified is None else str(modified)}
    if not isinstance(checksum, str):
        raise BadOffer("A checksum of the list is no text.")
    try:
        said = tus.described(values)
    except tus.BadHeader as problem:
        raise BadOffer(str(problem)) from None
    return NewFile(name, _count("size", data.get("size")), said.checksum, said.modified_at)


def _count(name: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value <= tus.LARGEST:
        raise BadOffer(f"“{name}” must be a whole number.")
    return value


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


def limit_silence(request: HttpRequest) -> None:
    """Stop waiting for a sender that is gone without a word, a phone in a tunnel perhaps.

    The web server itself waits for ever. Its socket is set anew for the next request.
    """
    connection = request.META.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(SECONDS_OF_SILENCE)


def _received(request: HttpRequest, run: ImportRun, offered: dict[str, Any]) -> ImportedFile:
    Room(run.owner).check(offered["size"], offered["name"])
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal():
        raise UploadRefused("The length of the file is missing.", 411)
    Room(run.owner).check(int(length), offered["name"])
    limit_silence(request)
    modified = offered.get("modified")
    return uploads.receive(
        run,
        name=offered["name"],
        size_bytes=offered["size"],
        modified_at=dt.datetime.fromtimestamp(modified / 1000, dt.UTC) if modified else None,
        stream=request,  # type: ignore[arg-type]  # has read(), which is all it takes
    )
