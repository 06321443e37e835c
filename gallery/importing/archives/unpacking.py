"""Third stage: one entry after the other is unpacked to a file of our own and imported.

Videos are left to the fourth: then the photos they may belong to are here, in whichever order
and zip both came.
"""

from __future__ import annotations

import contextlib
import logging
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q, QuerySet

from gallery.core.videos import ENDINGS
from gallery.core.zip_directory import UnreadableArchive
from gallery.core.zip_entries import BadEntry
from gallery.files.disk import synced_together
from gallery.importing import pipeline, preparing
from gallery.importing.archives.contents import content_of
from gallery.importing.archives.opening import opened
from gallery.importing.pipeline import Offered, Prepared
from gallery.models import ImportedArchive, ImportedFile, ImportRun, Outcome
from gallery.work import claims
from gallery.work.claims import Claim

log = logging.getLogger(__name__)

FILES_PER_CHUNK = 8
# Unpacked at the same time by one worker, beside the one file that may be larger.
BYTES_PER_CHUNK = 128 * 1024**2
PREFIX = "archive-"
DISK_FULL = "The server's disk is nearly full. Make room and import the archive again."
HARMLESS_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")


class DiskFull(Exception):
    """Unpacking would leave less free space than the floor that was set."""


def file_chunks(run: ImportRun) -> list[list[int]]:
    """Rows in portions. Those with a side file first: of two equal files the dated one counts."""
    # By their names alone, so that no video of gigabytes is unpacked twice.
    rows = _waiting(run).exclude(_named_as_videos())
    return [
        chunk
        for dated in (True, False)
        for chunk in _portions(rows.filter(side_file__isnull=not dated))
    ]


def video_chunks(run: ImportRun) -> list[list[int]]:
    """What is named as a video, and what turned out to be one."""
    return list(_portions(_waiting(run)))


def import_files(claim: Claim) -> None:
    """Import the files whose row numbers the chunk lists."""
    _import(claim, may_wait=True)


def import_videos(claim: Claim) -> None:
    """The same, once all photos of the run are here."""
    _import(claim, may_wait=False)


def _waiting(run: ImportRun) -> QuerySet[ImportedFile]:
    return run.files.filter(outcome=Outcome.WAITING)


def _named_as_videos() -> Q:
    named = Q()
    for ending in ENDINGS:
        named |= Q(path__iendswith=ending)
    return named


def _portions(rows: QuerySet[ImportedFile]) -> Iterator[list[int]]:
    size = 0
    chunk: list[int] = []
    for pk, size_bytes in rows.order_by("id").values_list("pk", "size_bytes").iterator():
        if chunk and (len(chunk) == FILES_PER_CHUNK or size + size_bytes > BYTES_PER_CHUNK):
            yield chunk
            chunk, size = [], 0
        chunk.append(pk)
        size += size_bytes
    if chunk:
        yield chunk


def _import(claim: Claim, *, may_wait: bool) -> None:
    run = ImportRun.objects.select_related("owner").get(job=claim.job_id)
    waiting = run.files.filter(pk__in=claim.payload, outcome=Outcome.WAITING)
    rows = list(waiting.select_related("archive", "side_file__archive").order_by("id"))
    with Unpacking(run) as unpacking:
        results = []
        with synced_together():
            for row in rows:
                claims.extend(claim)
                results.append((unpacking.prepared(row, may_wait=may_wait), row))
        refused = sum(1 for result, _ in results if result.refusal and not result.failed)
        failed = sum(1 for result, _ in results if result.failed)
        claims.finish(
            claim,
            lambda: pipeline.admit(results, run.owner),
            done=len(results) - refused - failed,
            skipped=refused,
            failed=failed,
        )


def folder_for(run: ImportRun) -> Path:
    """Where entries lie while they are read, and what a killed worker left of them."""
    return Path(settings.INCOMING_FOLDER) / f"{PREFIX}{run.pk}"


class Unpacking:
    """Entries of one run as files, until the `with` block ends."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run
        self._cleaner = contextlib.ExitStack()
        self._archives: dict[int, BinaryIO] = {}

    def __enter__(self) -> Unpacking:
        home = folder_for(self._run)
        home.mkdir(exist_ok=True, mode=0o750)
        folder = self._cleaner.enter_context(tempfile.TemporaryDirectory(dir=home))
        self._folder = Path(folder)
        return self

    def __exit__(self, *_: object) -> None:
        self._cleaner.close()

    def prepared(self, row: ImportedFile, *, may_wait: bool) -> Prepared:
        """What became of one row; a trouble of its own is in the answer, not raised."""
        try:
            offered = replace(self._offered(row), may_wait=may_wait)
            return preparing.prepare(offered, self._run.owner)
        except DatabaseError:
            raise  # not the file's fault: the whole chunk is tried again
        except BadEntry as error:
            return Prepared(name=row.path, refusal=error.reason, code=error.code)
        except (DiskFull, UnreadableArchive) as error:
            return Prepared(name=row.path, refusal=str(error), failed=True)
        except Exception as error:  # noqa: BLE001 - told and logged
            return preparing.not_read(row.path, error)

    def _offered(self, row: ImportedFile) -> Offered:
        number = row.pk
        return Offered(
            path=self._unpacked(row, f"{number}{_suffix(row.path)}"),
            name=row.path,
            modified_at=row.modified_at,
            sidecar=self._side_file(row.side_file),
            is_ours=True,
        )

    def _side_file(self, row: ImportedFile | None) -> Path | None:
        """The side file, unpacked; one that is damaged is no reason to refuse its photo."""
        if row is None or row.archive is None:
            return None
        try:
            return self._unpacked(row, f"{row.pk}{_suffix(row.path)}")
        except BadEntry as error:
            log.warning("import %s: side file %s: %s", self._run.pk, row.path, error.reason)
            return None

    def _unpacked(self, row: ImportedFile, name: str) -> Path:
        """The entry as a file under a name of our own. Raises BadEntry, DiskFull, OSError."""
        path = self._folder / name
        if path.exists():  # one side file of two photos
            return path
        if shutil.disk_usage(self._folder).free - row.size_bytes < settings.FREE_DISK_FLOOR:
            raise DiskFull(DISK_FULL)
        try:
            with path.open("xb") as file:
                for piece in content_of(self._archive(row.archive), row):
                    file.write(piece)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def _archive(self, archive: ImportedArchive | None) -> BinaryIO:
        assert archive is not None, "rows of an archive run name their archive"
        if archive.pk not in self._archives:
            self._archives[archive.pk] = self._cleaner.enter_context(opened(archive))
        return self._archives[archive.pk]


def _suffix(name: str) -> str:
    """The ending, if it is one: some decoders look at it. Nothing else of a name gets on disk."""
    found: Any = HARMLESS_SUFFIX.search(name)
    return found[0].lower() if found else ""
