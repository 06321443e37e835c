"""Acts of administrators on thousands of imports."""

from __future__ import annotations

from django.db.models import Count, Q

from gallery import job_acts
from gallery.importing import retrying
from gallery.models import ImportRun, Outcome
from gallery.row_acts import Call, Item, Result, RowAct

_NOUNS = ("import", "imports")

PAUSE = job_acts.pausing(ImportRun, *_NOUNS)
RESUME = job_acts.resuming(ImportRun, *_NOUNS)
CANCEL = job_acts.cancelling(
    ImportRun,
    *_NOUNS,
    note="What they have brought in stays, the rest is not read. A cancelled import cannot be "
    "resumed: there is no undo.",
)


def _look(call: Call) -> list[Item]:
    """Files are counted once for all runs; only runs with failed ones are asked for more."""
    failed = Count("files", filter=Q(files__outcome=Outcome.FAILED))
    runs = call.mine(ImportRun.objects.select_related("owner", "job", "retry"))
    return [_looked(run) for run in runs.annotate(failed_count=failed)]


def _looked(run: ImportRun) -> Item:
    name = job_acts.name_of(run)
    if not run.job.has_ended:
        return Item(run.pk, name, Result.NOTHING_TO_DO, "It has not ended yet.")
    if hasattr(run, "retry"):
        return Item(run.pk, name, Result.NOTHING_TO_DO, "It was run again already.")
    if not getattr(run, "failed_count", 0):
        return Item(run.pk, name, Result.NOTHING_TO_DO, "No file of it failed.")
    count = retrying.retriable(run).count()
    if not count:
        why = "The files that failed are no longer where they were."
        return Item(run.pk, name, Result.REFUSED, why)
    return Item(run.pk, name, Result.DONE, _files(count))


def _do(call: Call) -> list[Item]:
    looked = {item.row_id: item for item in _look(call)}
    able = [pk for pk, item in looked.items() if item.result == Result.DONE]
    for run in ImportRun.objects.filter(pk__in=able).select_related("owner", "job").order_by("pk"):
        name = looked[run.pk].name
        try:
            again = retrying.try_again(run, by=call.by)
        except retrying.NothingToRetry as refusal:
            looked[run.pk] = Item(run.pk, name, Result.REFUSED, str(refusal))
        else:
            told = f"{looked[run.pk].told} Import {again.pk} does it."
            looked[run.pk] = Item(run.pk, name, Result.DONE, told, made=again.pk)
    return list(looked.values())


def _files(count: int) -> str:
    return "1 file is tried again." if count == 1 else f"{count:,} files are tried again."


TRY_AGAIN = RowAct(
    title="Try failed files again",
    one=_NOUNS[0],
    many=_NOUNS[1],
    rows=ImportRun,
    note="Each becomes an import of its own, with the files that failed. There is no undo: what "
    "comes in by it stays, but you can cancel those imports.",
    look=_look,
    do=_do,
    at_once=20,
)
