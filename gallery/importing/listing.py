"""What the pages and the API show of import runs; reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from gallery.models import ImportedFile, ImportRun, Job, Outcome, User

# How an outcome is shown: a file that is in the trash is "already here" in the table.
IN_TRASH = "in_trash"
SHOWN = (
    Outcome.ADDED.value,
    Outcome.ALREADY_HERE.value,
    IN_TRASH,
    Outcome.REFUSED.value,
    Outcome.FAILED.value,
    Outcome.SIDE_FILE.value,
    Outcome.ARCHIVE.value,
    Outcome.WAITING.value,
)
_TRASHED = Q(outcome=Outcome.ALREADY_HERE, photo__trashed_at__isnull=False)

CSV_HEAD = ("path", "outcome", "reason", "size_bytes", "photo", "taken_at", "camera")
ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class RunCounts:
    """How many files of a run ended how. ``total`` is the sum of all of them."""

    by_outcome: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_outcome.values())

    @property
    def shown(self) -> list[tuple[str, int]]:
        """Outcomes that occurred, in the order people want to know them."""
        return [(name, self.by_outcome[name]) for name in SHOWN if self.by_outcome[name]]


def runs_of(user: User) -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(owner=user).select_related("job")


def counts_of(runs: Iterable[ImportRun]) -> dict[int, RunCounts]:
    """The counts of several runs in two queries, by run."""
    ids = [run.pk for run in runs]
    found = {run_id: dict.fromkeys(SHOWN, 0) for run_id in ids}
    by_run = ImportedFile.objects.filter(run__in=ids).order_by().values("run")
    for row in by_run.values("run", "outcome").annotate(count=Count("id")):
        found[row["run"]][row["outcome"]] += row["count"]
    # Apart, because the count above is answered by an index alone.
    for trashed in by_run.filter(_TRASHED).annotate(count=Count("id")):
        found[trashed["run"]][Outcome.ALREADY_HERE] -= trashed["count"]
        found[trashed["run"]][IN_TRASH] += trashed["count"]
    return {run_id: RunCounts(by_outcome) for run_id, by_outcome in found.items()}


def files_of(run: ImportRun, outcome: str = "", text: str = "") -> QuerySet[ImportedFile]:
    """The files of a run: all, or with one outcome as it is shown, or whose name or reason
    contains a text."""
    files = run.files.select_related("photo__camera", "opened_as__run")
    if text:
        files = files.filter(Q(path__icontains=text) | Q(reason__icontains=text))
    if outcome == IN_TRASH:
        return files.filter(_TRASHED)
    if outcome == Outcome.ALREADY_HERE:
        return files.filter(outcome=outcome).exclude(_TRASHED)
    return files.filter(outcome=outcome) if outcome in SHOWN else files


def settled_among(run: ImportRun, ids: Sequence[int]) -> list[ImportedFile]:
    """Those of the files of which it is known what became of them."""
    settled = run.files.filter(pk__in=ids).exclude(outcome=Outcome.WAITING)
    return list(settled.select_related("photo").order_by("id"))


def shown_outcome(file: ImportedFile) -> str:
    photo = file.photo
    if file.outcome == Outcome.ALREADY_HERE and photo is not None and photo.trashed_at:
        return IN_TRASH
    return file.outcome


def retry_of(run: ImportRun) -> ImportRun | None:
    """The run that tried the failed files of this one again."""
    return ImportRun.objects.filter(retry_of=run).first()


def following_job(run: ImportRun) -> Job | None:
    """Work that began by itself once this run had ended: the look for similar photos."""
    if run.job.finished_at is None:
        return None
    later = Job.objects.filter(owner=run.owner_id, created_at__gte=run.job.finished_at)
    return later.exclude(kind__in=["import", "archive", "bulk", "doubts"]).order_by("pk").first()


def csv_rows(run: ImportRun, outcome: str = "", text: str = "") -> Iterator[Sequence[object]]:
    """The files of a run as the lines of a table; reads them in pieces."""
    yield CSV_HEAD
    for file in files_of(run, outcome, text).order_by("id").iterator(chunk_size=ROWS_AT_ONCE):
        photo = file.photo
        yield (
            file.path,
            shown_outcome(file),
            file.reason,
            file.size_bytes,
            photo.pk if photo else "",
            photo.taken_local.isoformat() if photo else "",
            photo.camera.name if photo and photo.camera else "",
        )
