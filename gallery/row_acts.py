"""Acts on thousands of rows as jobs: look before, do, a result for each row, one undo.

What an act does to one row stays where it is done to a single one; a ``RowAct`` names it, and
settings.ROW_ACTS names the RowAct. The handler of jobs of kinds "rows" and "rows_preview".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Model, QuerySet, Sum
from django.utils import timezone
from django.utils.module_loading import import_string

from gallery import changes
from gallery.changes import CannotUndo
from gallery.core.batches import ROWS_PER_STATEMENT, batches
from gallery.models import Change, Chunk, Job, RowResult, User
from gallery.work import jobs
from gallery.work.claims import Claim, extend, finish, step

KIND = "rows"
PREVIEW_KIND = "rows_preview"
KINDS = (KIND, PREVIEW_KIND)
STAGES = ("Going through the list",)

ROWS_PER_CHUNK = 500
REASONS_SHOWN = 8

Result = RowResult.Result


@dataclass(frozen=True, slots=True)
class Item:
    """What becomes of one row.

    With ``so_far`` it is not settled: the act, which then takes rows one by one, has done a part
    that may be committed, and is called again with that.
    """

    row_id: int
    name: str
    result: Result
    told: str = ""
    photos: int = 0
    made: int | None = None
    so_far: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """Some rows to look at, or to act on inside a transaction."""

    ids: Sequence[int]
    by: User
    options: dict[str, Any]
    job_id: int
    so_far: dict[str, Any] | None = None

    def mine(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the rows that this person may act on: staff on all, others on their own."""
        found = rows.filter(pk__in=self.ids).order_by("pk")
        return found if self.by.is_staff else found.filter(owner=self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAct:
    """One kind of act. A row that ``look`` or ``do`` does not name counts as gone.

    ``look`` writes nothing. ``do`` is called in a transaction, and looks again, because time has
    passed. ``undo`` gets results of ``do`` that are done, and answers for each; an act without it
    says so in its note.
    """

    title: str  # as on the button
    one: str
    many: str
    rows: type[Model]
    note: str  # what it means, and whether it can be undone
    look: Callable[[Call], list[Item]]
    do: Callable[[Call], list[Item]] | None = None
    # Instead of ``do``: what begins a job of another kind, which has results and an undo itself.
    begin: Callable[[Sequence[int], User, dict[str, Any]], Job] | None = None
    undo: Callable[[Sequence[RowResult], User], list[Item]] | None = None
    at_once: int = 100  # rows of one transaction; other writers wait for its end
    looked_at_once: int = 20  # rows between two signs of life
    made_is_job: bool = False

    def counted(self, count: int) -> str:
        return f"{count:,} {self.one if count == 1 else self.many}"

    @property
    def is_final(self) -> bool:
        return self.undo is None and self.begin is None

    @property
    def permission(self) -> str:
        return f"{self.rows._meta.app_label}.change_{self.rows._meta.model_name}"


def named(name: str) -> RowAct:
    found: RowAct = import_string(settings.ROW_ACTS[name])
    return found


def act_of(job: Job) -> RowAct:
    return named(job.options["act"])


def look_later(
    name: str, ids: Iterable[int], by: User, options: dict[str, Any] | None = None, *, back: str
) -> Job:
    """Let a worker find out what the act would do. ``back`` is the address it was asked from."""
    told = {"act": name, "by": by.pk, "with": options or {}, "back": back}
    rows = list(dict.fromkeys(ids))
    title = f"Look before: {named(name).title}, {named(name).counted(len(rows))}"
    return jobs.start(PREVIEW_KIND, by, title[:200], _pieces(rows), told)


def do_later(preview: Job, by: User) -> Job:
    """Let a worker do what was looked at; once, however often this is asked for."""
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=preview.pk)
        if done := done_by(locked):
            return done
        ids = list(results(locked, Result.DONE).values_list("row_id", flat=True))
        act = act_of(locked)
        title = f"{act.title}: {act.counted(len(ids))}"[:200]
        if act.begin is not None:
            job = act.begin(ids, by, locked.options["with"])
        else:
            job = jobs.start(KIND, by, title, _pieces(ids), {**locked.options, "by": by.pk})
        locked.result = {"done_by": job.pk}
        locked.save(update_fields=["result"])
    return job


def undo_later(job: Job, by: User) -> Job:
    """Let a worker undo what a job did to its rows, as far as it still stands."""
    options = {**job.options, "by": by.pk, "undo_of": job.pk}
    ids = list(_standing(job).values_list("pk", flat=True).reverse())
    return jobs.start(KIND, by, f"Undo: {job.title}"[:200], _pieces(ids), options)


def work_on(claim: Claim) -> None:
    """Go on with one piece of the list; each few rows are a transaction of their own."""
    act, by = named(claim.options["act"]), User.objects.get(pk=claim.options["by"])
    left = list(claim.payload)
    is_look = claim.kind == PREVIEW_KIND
    at_once = max(act.at_once, act.looked_at_once) if is_look else act.at_once
    while left:
        extend(claim)
        some, left = left[:at_once], left[at_once:]
        # Looking takes its time, and keeps no other writer waiting.
        seen = _worked(claim, act, by, some) if is_look else []
        # The effects, their results and the counts are one transaction: none without the others.
        with transaction.atomic():
            items = seen if is_look else _worked(claim, act, by, some)
            settled = [item for item in items if item.so_far is None]
            _store(claim.job_id, settled)
            left = [[item.row_id, item.so_far] for item in items if item.so_far] + left
            done, skipped, failed = _tally(claim, settled)
            step(claim, done=done, skipped=skipped, failed=failed, payload=left)
    finish(claim, done=0)


def ended(job: Job) -> None:
    """Name the rows that nobody came to, so that each has a result."""
    for chunk in job.chunks.filter(status__in=[Chunk.Status.CANCELLED, Chunk.Status.FAILED]):
        is_failed = chunk.status == Chunk.Status.FAILED
        why = f"It failed: {chunk.error}" if is_failed else "Cancelled before its turn."
        result = Result.REFUSED if is_failed else Result.NOTHING_TO_DO
        ids = [_row_of(entry) for entry in chunk.payload]
        if "undo_of" in job.options:
            ids = list(RowResult.objects.filter(pk__in=ids).values_list("row_id", flat=True))
        _store(job.pk, [Item(pk, _unnamed(act_of(job), pk), result, why) for pk in ids])


def results(job: Job, result: str = "") -> QuerySet[RowResult]:
    found = RowResult.objects.filter(job=job)
    return (found.filter(result=result) if result else found).order_by("pk")


def counts(job: Job) -> dict[str, int]:
    """How many rows had which result; only results that occurred."""
    told = results(job).order_by().values_list("result").annotate(count=Count("pk"))
    return dict(told)


def photo_count(job: Job) -> int:
    """Photos that the done rows concern."""
    told = results(job, Result.DONE).aggregate(count=Sum("photos", default=0))
    return int(told["count"])


def reasons(job: Job) -> list[tuple[str, int]]:
    """Why rows are left, with how many of them; the most frequent first."""
    left = results(job).exclude(result=Result.DONE).order_by()
    told = left.values_list("told").annotate(count=Count("pk")).order_by("-count", "told")
    return list(told[:REASONS_SHOWN])


def done_by(preview: Job) -> Job | None:
    """The job that did what this one looked at."""
    return Job.objects.filter(pk=preview.result.get("done_by")).first()


def undone_by(job: Job) -> Job | None:
    """The last job that undid this one, or began to."""
    undoing = Job.objects.filter(kind=KIND, owner=job.owner_id, options__undo_of=job.pk)
    return undoing.order_by("-pk").first()


def can_be_undone(job: Job) -> bool:
    if job.kind != KIND or not job.has_ended or "undo_of" in job.options:
        return False
    undoing = undone_by(job)
    is_undone_now = undoing is not None and not undoing.has_ended
    return act_of(job).undo is not None and not is_undone_now and _standing(job).exists()


def undo_changes(some: Sequence[RowResult], by: User) -> list[Item]:
    """The undo of acts that made one change of each row."""
    found = Change.objects.in_bulk([each.made for each in some if each.made])
    return [_undone(each, found.get(each.made or 0), by) for each in some]


def _undone(result: RowResult, change: Change | None, by: User) -> Item:
    if change is None:
        why = "This change no longer exists."
        return Item(result.row_id, result.name, Result.GONE, why)
    if change.undone_at:
        return Item(result.row_id, result.name, Result.NOTHING_TO_DO, "It was undone already.")
    try:
        with transaction.atomic():
            changes.undo(change, by=by)
    except CannotUndo as refusal:
        return Item(result.row_id, result.name, Result.REFUSED, " ".join(refusal.reasons))
    told = f"Undone: {change.summary}"
    return Item(result.row_id, result.name, Result.DONE, told, result.photos)


def _worked(claim: Claim, act: RowAct, by: User, entries: Sequence[Any]) -> list[Item]:
    ids = [_row_of(entry) for entry in entries]
    if "undo_of" in claim.options:
        return _undo(act, by, ids)
    so_far = entries[0][1] if isinstance(entries[0], list) else None
    call = Call(ids, by, claim.options["with"], claim.job_id, so_far)
    works = act.look if claim.kind == PREVIEW_KIND else act.do
    assert works is not None
    items = works(call)
    named_rows = {item.row_id for item in items}
    gone = [
        Item(pk, _unnamed(act, pk), Result.GONE, "It is no longer there.")
        for pk in ids
        if pk not in named_rows
    ]
    return [*items, *gone]


def _row_of(entry: Any) -> int:
    """A row of a payload stands alone, or with what was done to it so far."""
    return int(entry[0] if isinstance(entry, list) else entry)


def _tally(claim: Claim, settled: Sequence[Item]) -> tuple[int, int, int]:
    """How many rows are done, skipped and failed. A look is done with each, whatever it found."""
    if claim.kind == PREVIEW_KIND:
        return len(settled), 0, 0
    told = Counter(item.result for item in settled)
    done, failed = told[Result.DONE], told[Result.REFUSED]
    return done, len(settled) - done - failed, failed


def _undo(act: RowAct, by: User, ids: Sequence[int]) -> list[Item]:
    assert act.undo is not None
    found = RowResult.objects.in_bulk(ids)
    some = [found[pk] for pk in ids if pk in found]  # the last one done is undone first
    items = act.undo(some, by)
    settled = {item.row_id for item in items if item.result != Result.REFUSED}
    undone = [each.pk for each in some if each.row_id in settled]
    RowResult.objects.filter(pk__in=undone).update(undone_at=timezone.now())
    return items


def _store(job_id: int, items: Sequence[Item]) -> None:
    RowResult.objects.bulk_create(
        (
            RowResult(
                job_id=job_id,
                row_id=item.row_id,
                name=item.name[:200],
                result=item.result,
                told=item.told,
                photos=item.photos,
                made=item.made,
            )
            for item in items
        ),
        batch_size=ROWS_PER_STATEMENT,
    )


def _standing(job: Job) -> QuerySet[RowResult]:
    return results(job, Result.DONE).filter(undone_at=None)


def _unnamed(act: RowAct, row_id: int) -> str:
    return f"{act.one} {row_id}"


def _pieces(ids: Sequence[int]) -> list[list[int]]:
    return [list(some) for some in batches(ids, ROWS_PER_CHUNK)]
