"""Acts on thousands of photos as a job: each item gets a result, the whole gets one undo.

The job only works through a list; what an act does is in ``changes``, as for a single photo.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from gallery import changes
from gallery.changes import CannotUndo, WouldEmptyGroups
from gallery.models import Change, ChangedPhoto, Job, Photo, PhotoQuerySet, User
from gallery.work import jobs
from gallery.work.claims import Claim, finish

KIND = "bulk"
STAGES = ("Changing photos",)

# One change, and so one undo, holds this many photos; a longer list makes several, which are
# still undone together. A change is one transaction, and other writers wait for its end.
PHOTOS_AT_ONCE = 20_000
IDS_PER_QUERY = 2_000


class Act(StrEnum):
    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"
    TRASH = "trash"
    RESTORE = "restore"
    UNDO = "undo"


TITLES = {
    Act.ARCHIVE: "Archive",
    Act.UNARCHIVE: "Take out of the archive",
    Act.TRASH: "Move to trash",
    Act.RESTORE: "Restore",
}

ACTS: dict[Act, Callable[..., Change]] = {
    Act.ARCHIVE: changes.archive,
    Act.UNARCHIVE: changes.unarchive,
    Act.TRASH: changes.trash,
    Act.RESTORE: changes.restore,
}


class Result(StrEnum):
    """What became of one photo."""

    DONE = "done"
    NOTHING_TO_DO = "nothing_to_do"  # was in that state already
    REFUSED = "refused"
    GONE = "gone"  # deleted forever meanwhile, or not this person's to change


@dataclass(frozen=True, slots=True)
class ItemResult:
    photo_id: int
    result: Result
    reason: str = ""


def later(
    act: Act,
    photos: PhotoQuerySet | Iterable[int],
    by: User,
    *,
    even_if_groups_empty: bool = False,
) -> Job:
    """Let a worker do the act on all of the photos. Returns at once, whatever their number.

    Staff act on anybody's photos, others on their own. ``even_if_groups_empty`` is only for
    trash: without it, photos whose groups would keep none are left and named.
    """
    ids = _ids(photos)
    options = {"act": act, "by": by.pk, "even_if_groups_empty": even_if_groups_empty}
    pieces = [ids[at : at + PHOTOS_AT_ONCE] for at in range(0, len(ids), PHOTOS_AT_ONCE)]
    return jobs.start(KIND, by, f"{TITLES[act]}: {_photos(len(ids))}", pieces, options)


def undo_later(job: Job, by: User) -> Job:
    """Let a worker undo all changes that a job made, as far as they have an undo."""
    options = {"act": Act.UNDO, "by": by.pk, "of": job.pk}
    made = Change.objects.filter(pk__in=change_ids(job)).exclude(act=Change.Act.DELETE_FOREVER)
    newest_first = made.order_by("-pk").values_list("pk", flat=True)
    payloads = [{"change": pk, "size": 1} for pk in newest_first]
    title = job.options.get("undo_title", f"Undo: {job.title}")
    return jobs.start(KIND, by, title, payloads, options)


def work_on(claim: Claim) -> None:
    """Do one piece of the list. Doing it again changes nothing: the photos are in that state."""
    by = User.objects.get(pk=claim.options["by"])
    if claim.options["act"] == Act.UNDO:
        _undo(claim, by)
    else:
        _change(claim, by)


def jobs_of(user: User) -> QuerySet[Job]:
    return Job.objects.filter(owner=user, kind__in=settings.BULK_KINDS)


def change_ids(job: Job) -> list[int]:
    found: list[int] = job.result.get("changes", [])
    return found


def can_be_undone(job: Job) -> bool:
    """Whether some change of the job still stands."""
    return job.has_ended and any(
        change.can_be_undone for change in Change.objects.filter(pk__in=change_ids(job))
    )


def counts(job: Job) -> dict[str, int]:
    """How many photos had which result; only results that occurred."""
    found: dict[str, int] = job.result.get("counts", {})
    return found


def problems(job: Job) -> list[str]:
    """Why photos were refused, each reason once."""
    found: list[str] = job.result.get("problems", [])
    return found


def items(job: Job) -> list[ItemResult]:
    """The photos that were not changed, each with its reason; the others are in the changes."""
    return [ItemResult(pk, Result(result), why) for pk, result, why in job.result.get("left", [])]


def changed_photos(job: Job) -> PhotoQuerySet:
    rows = ChangedPhoto.objects.filter(change__in=change_ids(job))
    return Photo.objects.filter(pk__in=rows.values("photo")).with_parts()


def _change(claim: Claim, by: User) -> None:
    act = Act(claim.options["act"])
    results: list[ItemResult] = []
    made: list[int] = []
    problems: list[str] = []

    def effects() -> None:
        for owner_id, ids in _by_owner(claim.payload, by, results).items():
            change, some = _act_on(act, owner_id, ids, by, claim, problems)
            results.extend(some)
            if change is not None and change.pk:
                made.append(change.pk)
        _note(claim.job_id, made, results, problems=problems)

    # The change and the end of the chunk are one transaction: neither can be without the other.
    with transaction.atomic():
        effects()
        tally = Counter(item.result for item in results)
        finish(
            claim,
            done=tally[Result.DONE],
            skipped=tally[Result.NOTHING_TO_DO] + tally[Result.GONE],
            failed=tally[Result.REFUSED],
        )


def _by_owner(ids: Sequence[int], by: User, results: list[ItemResult]) -> dict[int, list[int]]:
    """Sort the photos by owner; what is not there for this person goes to the results."""
    found: dict[int, int] = {}
    for some in _pieces(ids):
        rows = Photo.objects.filter(pk__in=some)
        if not by.is_staff:
            rows = rows.owned_by(by)
        found.update(rows.values_list("pk", "owner_id"))
    owners: dict[int, list[int]] = {}
    for pk in ids:
        if pk in found:
            owners.setdefault(found[pk], []).append(pk)
        else:
            results.append(ItemResult(pk, Result.GONE, "This photo no longer exists."))
    return owners


def _act_on(
    act: Act, owner_id: int, ids: list[int], by: User, claim: Claim, problems: list[str]
) -> tuple[Change | None, list[ItemResult]]:
    photos = Photo.objects.filter(owner=owner_id, pk__in=ids)
    more = {"even_if_groups_empty": claim.options["even_if_groups_empty"]}
    try:
        with transaction.atomic():
            change = ACTS[act](photos, by=by, **(more if act == Act.TRASH else {}))
    except WouldEmptyGroups as refusal:
        problems.extend(refusal.messages)
        why = "One or more groups of similar photos would keep none."
        return None, [ItemResult(pk, Result.REFUSED, why) for pk in ids]
    changed = set(change.changed_photos.values_list("photo", flat=True)) if change.pk else set()
    why = "Nothing to change: it is in that state already."
    return change, [
        ItemResult(pk, Result.DONE) if pk in changed else ItemResult(pk, Result.NOTHING_TO_DO, why)
        for pk in ids
    ]


def _undo(claim: Claim, by: User) -> None:
    with transaction.atomic():
        change = Change.objects.filter(pk=claim.payload["change"]).first()
        reasons = [] if change else ["This change no longer exists."]
        if change is not None:
            try:
                changes.undo(change, by=by)
            except CannotUndo as refusal:
                reasons = refusal.reasons
        _note(claim.job_id, [], [], problems=reasons)
        finish(claim, done=0 if reasons else 1, failed=1 if reasons else 0)


def _note(
    job_id: int, made: Sequence[int], results: Sequence[ItemResult], *, problems: Sequence[str] = ()
) -> None:
    """Add to what the job's page tells."""
    job = Job.objects.select_for_update().get(pk=job_id)
    told = Counter(job.result.get("counts", {}))
    told.update(item.result.value for item in results)
    left = [
        [item.photo_id, item.result, item.reason] for item in results if item.result != Result.DONE
    ]
    job.result = {
        "changes": [*change_ids(job), *made],
        "counts": dict(told),
        "left": [*job.result.get("left", []), *left],
        "problems": list(dict.fromkeys([*job.result.get("problems", []), *problems])),
    }
    job.save(update_fields=["result"])


def _ids(photos: PhotoQuerySet | Iterable[int]) -> list[int]:
    if isinstance(photos, PhotoQuerySet):
        return list(photos.order_by("pk").values_list("pk", flat=True))
    return list(dict.fromkeys(photos))


def _pieces(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + IDS_PER_QUERY] for at in range(0, len(ids), IDS_PER_QUERY))


def _photos(count: int) -> str:
    return f"{count:,} photo" if count == 1 else f"{count:,} photos"
