"""Acts of administrators on thousands of scans."""

from __future__ import annotations

from dedup import scanning
from dedup.models import Scan
from gallery import job_acts
from gallery.models import RowResult
from gallery.row_acts import Call, Item, Result, RowAct

_NOUNS = ("scan", "scans")
BUSY = "One scan at a time runs for each owner; another one of this list, or one that runs, is it."

PAUSE = job_acts.pausing(Scan, *_NOUNS)
RESUME = job_acts.resuming(Scan, *_NOUNS)
CANCEL = job_acts.cancelling(
    Scan,
    *_NOUNS,
    note="What is measured and compared stays, and the next scan goes on from there. A cancelled "
    "scan cannot be resumed: there is no undo.",
)


def _look(call: Call) -> list[Item]:
    """The first of each owner begins, unless one runs: as it will be when they are started."""
    scans = list(call.mine(Scan.objects.select_related("owner", "job")))
    owners = {scan.owner_id for scan in scans}
    running = Scan.objects.running().filter(owner__in=owners).order_by()
    busy = set(running.values_list("owner", flat=True))
    first = RowResult.objects.filter(job=call.job_id, result=Result.DONE, made__in=owners)
    busy.update(made for made in first.values_list("made", flat=True) if made)
    items = []
    for scan in scans:
        name = job_acts.name_of(scan)
        if not scan.job.has_ended:
            items.append(Item(scan.pk, name, Result.NOTHING_TO_DO, "It has not ended yet."))
        elif scan.owner_id in busy:
            items.append(Item(scan.pk, name, Result.REFUSED, BUSY))
        else:
            busy.add(scan.owner_id)
            items.append(Item(scan.pk, name, Result.DONE, made=scan.owner_id))
    return items


def _do(call: Call) -> list[Item]:
    rows = Scan.objects.select_related("owner", "job", "camera", "album")
    return [_begun(scan) for scan in call.mine(rows)]


def _begun(scan: Scan) -> Item:
    name = job_acts.name_of(scan)
    try:
        again = scanning.start(scan.owner, scan.chosen, scan.scope, name=scan.name)
    except scanning.AlreadyScanning as already:
        return Item(scan.pk, name, Result.REFUSED, str(already))
    return Item(scan.pk, name, Result.DONE, f"Scan {again.pk} has begun.", made=again.pk)


AGAIN = RowAct(
    title="Scan again with the same options",
    one=_NOUNS[0],
    many=_NOUNS[1],
    rows=Scan,
    note="Each begins a new scan; decisions stay as they are. There is no undo, but you can cancel "
    "a scan that runs.",
    look=_look,
    do=_do,
    at_once=1,  # every beginning looks for photos that were not measured yet
)
