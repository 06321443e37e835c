"""Try the failed files of an import again, as an import of its own."""

from __future__ import annotations

import logging
import os
import secrets
import shutil

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from gallery.importing.archives import opening
from gallery.importing.folders import in_chunks
from gallery.models import ImportedFile, ImportRun, Outcome, User
from gallery.work import jobs

log = logging.getLogger(__name__)


class NothingToRetry(Exception):
    """No file of the run failed, or none of those that did is still here."""


def retriable(run: ImportRun) -> QuerySet[ImportedFile]:
    """Failed files whose bytes can still be read: from their folder, or kept aside."""
    failed = run.files.filter(outcome=Outcome.FAILED)
    if run.door == ImportRun.Door.ARCHIVE:
        return failed if opening.are_there(run) else failed.none()
    return failed if run.root else failed.exclude(incoming="")


def try_again(run: ImportRun, *, by: User) -> ImportRun:
    """Offer the failed files of an ended run once more. The same again gives the same run.

    Raises NothingToRetry.
    """
    if not run.job.has_ended:
        raise NothingToRetry("This import has not ended yet.")
    with transaction.atomic():
        ImportRun.objects.select_for_update().get(pk=run.pk)
        if again := ImportRun.objects.filter(retry_of=run).select_related("job").first():
            return again
        failed = list(retriable(run).order_by("id"))
        if not failed:
            raise NothingToRetry("No file of this import failed that could be tried again.")
        log.info("import %s: %s files are tried again by %s", run.pk, len(failed), by)
        return _begin(run, failed)


def _begin(run: ImportRun, failed: list[ImportedFile]) -> ImportRun:
    if run.door == ImportRun.Door.ARCHIVE:  # read again as a whole: what is here stays as it is
        return opening.begin_again(run)
    job = jobs.create("import", owner=run.owner, title=f"Again: {run.job.title}"[:200])
    again = ImportRun.objects.create(
        owner=run.owner,
        door=run.door,
        root=run.root,
        job=job,
        retry_of=run,
        folder=run.folder,
        started_at=timezone.now(),
    )
    beside = list(run.files.filter(outcome=Outcome.SIDE_FILE).exclude(incoming=""))
    ImportedFile.objects.bulk_create(
        [_copy(again, file) for file in beside if _is_kept(file)], batch_size=1000
    )
    rows = [_copy(again, file) for file in failed]
    rows = ImportedFile.objects.bulk_create(rows, batch_size=1000)
    jobs.add_chunks(job, in_chunks([row.pk for row in rows]))
    jobs.ring_later(job)
    return again


def _copy(again: ImportRun, file: ImportedFile) -> ImportedFile:
    is_side_file = file.outcome == Outcome.SIDE_FILE
    return ImportedFile(
        run=again,
        path=file.path,
        incoming=_kept_for(again, file) if file.incoming else "",
        size_bytes=file.size_bytes,
        modified_at=file.modified_at,
        folder_file_id=file.folder_file_id,
        outcome=Outcome.SIDE_FILE if is_side_file else Outcome.WAITING,
    )


def _is_kept(file: ImportedFile) -> bool:
    return (settings.INCOMING_FOLDER / file.incoming).exists()


def _kept_for(again: ImportRun, file: ImportedFile) -> str:
    """A second name for the kept bytes, because the first run's folder is cleared in time.

    The first name stays: should this transaction fail, nothing was taken away.
    """
    incoming = f"{again.pk}/{secrets.token_hex(16)}"
    target = settings.INCOMING_FOLDER / incoming
    source = settings.INCOMING_FOLDER / file.incoming
    target.parent.mkdir(exist_ok=True, mode=0o750)
    try:
        os.link(source, target)
    except FileNotFoundError:
        return file.incoming  # the worker says that it is gone
    except OSError:  # a disk without hard links
        shutil.copyfile(source, target)
    return incoming
