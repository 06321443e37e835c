"""Delete forever as a job: exactly the photos that were confirmed, in pieces, without undo.

The person was asked at a moment and confirmed a number of photos. The job holds that list from
the start and only ever leaves photos out of it: what was restored since stays.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from gallery import changes
from gallery.core.batches import batches
from gallery.models import Change, ChangedPhoto, Job, Photo, PhotoQuerySet, User
from gallery.stacks import Parts
from gallery.timeline import Extent
from gallery.work import jobs
from gallery.work.claims import Claim, finish

KIND = "deletion"
STAGES = ("Deleting photos",)

# More are left to a worker: a page must not wait for them.
MOST_AT_ONCE = 500
# One transaction. Other writers wait for its end, and a cancelled job stops at it.
PHOTOS_PER_PIECE = 500
# The job's page lists what was left; beyond, the count is enough.
LEFT_LISTED = 2000

RESTORED = "It was taken out of the trash after you were asked."
HIDDEN = "It is hidden already."


class NotAsConfirmed(Exception):
    """The photos are others than the ones a person has said yes to. Nothing was begun."""


@dataclass(slots=True)
class _Piece:
    """The photos of one piece of the list, sorted by what is to become of them."""

    going: list[int] = field(default_factory=list)
    left: list[tuple[int, str]] = field(default_factory=list)  # with the reason
    gone: int = 0


def later(photos: PhotoQuerySet, *, by: User, asked_at: dt.datetime, confirmed: str) -> Job:
    """Let a worker delete these photos of ``by``. Returns at once, whatever their number.

    ``confirmed`` is the text of the extent that was named in the question. Raises NotAsConfirmed
    if the photos in the trash since before ``asked_at`` are not just that.
    """
    wanted = photos.owned_by(by).trashed_before(asked_at).order_by("pk")
    sizes = dict(wanted.values_list("pk", "size_bytes"))
    if not sizes or Extent(len(sizes), sum(sizes.values())).as_text != confirmed:
        raise NotAsConfirmed
    options = {
        "by": by.pk,
        "asked_at": asked_at.isoformat(),
        "confirmed": confirmed,
        "undo_title": "Put hidden photos back into the trash",
    }
    pieces = [list(some) for some in batches(list(sizes), PHOTOS_PER_PIECE)]
    return jobs.start(KIND, by, f"Delete forever: {_photos(len(sizes))}", pieces, options)


def asked_for(by: User, *, asked_at: dt.datetime, confirmed: str) -> Job | None:
    """The job that the very same answer has started already: a form that is sent twice."""
    options = {"options__asked_at": asked_at.isoformat(), "options__confirmed": confirmed}
    return Job.objects.filter(owner=by, kind=KIND, **options).first()


def work_on(claim: Claim) -> None:
    """Delete one piece of the list. Doing it again deletes nothing: those photos are gone."""
    by = User.objects.get(pk=claim.options["by"])
    asked_at = dt.datetime.fromisoformat(claim.options["asked_at"])
    # All of a piece is one transaction: no photo is gone without being counted, or counted twice.
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=claim.job_id)
        piece = _look(claim.payload, by, asked_at)
        photos = Photo.objects.filter(pk__in=piece.going)
        deleted = changes.delete_forever(photos, by=by, parts=Parts.ONLY_THESE)
        _note(job, piece, deleted)
        finish(claim, done=len(piece.going), skipped=len(piece.left) + piece.gone)


def _look(photo_ids: Sequence[int], by: User, asked_at: dt.datetime) -> _Piece:
    """Which of these photos may go, held until the end of the transaction."""
    held = Photo.objects.owned_by(by).filter(pk__in=photo_ids).select_for_update(of=("self",))
    rows = list(held.order_by("pk").only("pk", "trashed_at", "hidden_at"))
    # Undoing a restore puts the old time back; it was on the timeline meanwhile all the same.
    returned = set(
        ChangedPhoto.objects.filter(
            photo__in=photo_ids, change__act=Change.Act.RESTORE, change__undone_at__gte=asked_at
        ).values_list("photo", flat=True)
    )
    piece = _Piece(gone=len(photo_ids) - len(rows))
    for photo in rows:
        if photo.hidden_at:
            piece.left.append((photo.pk, HIDDEN))
        elif photo.trashed_at and photo.trashed_at < asked_at and photo.pk not in returned:
            piece.going.append(photo.pk)
        else:
            piece.left.append((photo.pk, RESTORED))
    return piece


def _note(job: Job, piece: _Piece, deleted: changes.Deleted) -> None:
    """Add to what the job's page tells, in the shape that ``gallery.bulk`` reads."""
    told = Counter(job.result.get("counts", {}))
    told.update(
        done=deleted.count, hidden=deleted.hidden, nothing_to_do=len(piece.left), gone=piece.gone
    )
    left = [[photo_id, "nothing_to_do", why] for photo_id, why in piece.left]
    made = [pk for change in deleted.made if change.pk for pk in _in_one_line(job, change)]
    job.result = {
        "changes": [*job.result.get("changes", []), *made],
        "counts": {name: count for name, count in told.items() if count},
        "left": [*job.result.get("left", []), *left][:LEFT_LISTED],
        "problems": [],
    }
    job.save(update_fields=["result"])


def _in_one_line(job: Job, change: Change) -> Iterable[int]:
    """Join the change of a piece to the one of the pieces before it; its number if there is none.

    So the history has one line for a whole trash, and what was hidden one undo.
    """
    before = Change.objects.select_for_update().filter(
        pk__in=job.result.get("changes", []), act=change.act, undone_at=None
    )
    line = before.order_by("pk").last()
    if line is None:
        return [change.pk]
    ChangedPhoto.objects.filter(change=change).update(change=line)
    line.photo_count += change.photo_count
    line.summary = f"{Change.Act(line.act).label}: {_photos(line.photo_count)}"
    line.made_at = timezone.now()  # of its last piece: who asks what went since, must find it
    line.save(update_fields=["photo_count", "summary", "made_at"])
    change.delete()
    return []


def _photos(count: int) -> str:
    return f"{count:,} photo" if count == 1 else f"{count:,} photos"
