"""Acts on dates: correct some photos now, or many of them in the background; always undoable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from gallery import changes, stacks
from gallery.core.batches import ROWS_PER_STATEMENT, batches
from gallery.dating import columns
from gallery.dating.corrections import Correction, Keep, Left, to_stored
from gallery.models import Camera, Change, ChangedPhoto, Job, Photo, PhotoQuerySet, User
from gallery.rows import stored, update_each
from gallery.work import jobs

KIND = "dates"

# More than this many photos are a worker's business: the page would wait for seconds.
MOST_AT_ONCE = 300
PHOTOS_PER_CHUNK = 1000

# Besides the columns of the date: what tells it, and where the photo stands.
NEEDED = (
    *columns.DATE_COLUMNS,
    *("owner", "file_name", "imported_at", "taken_candidates", "taken_doubt"),
    *("camera", "series_key", "series_number"),
)


@dataclass(slots=True)
class Corrected:
    """What became of some photos. An empty change is not saved (``change.pk is None``)."""

    change: Change
    left: list[tuple[int, str]] = field(default_factory=list)  # photo, and why it is as it was
    same: list[int] = field(default_factory=list)  # photos that had this date already


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a correction would make of one photo, before anything is written."""

    photo: Photo
    values: dict[str, Any]  # the columns afterwards; none where it is left
    left: str = ""

    @property
    def after(self) -> Photo:
        """The photo as it would be; not to be saved."""
        shown = Photo(pk=self.photo.pk, file_name=self.photo.file_name)
        for name in columns.DATE_COLUMNS:
            setattr(shown, name, self.values.get(name, getattr(self.photo, name)))
        return shown

    @property
    def is_moved(self) -> bool:
        """Whether anything changes that a person could see."""
        return any(
            stored(getattr(self.photo, name)) != stored(value)
            for name, value in self.values.items()
            if name not in ("taken_confidence", "taken_reasons")
        )

    @property
    def day_moves(self) -> bool:
        return "taken_day" in self.values and self.values["taken_day"] != self.photo.taken_day


def outlook(photo: Photo, owner: User, correction: Correction) -> Outlook:
    """What the correction makes of one photo. Writes nothing."""
    try:
        by_hand = correction.by_hand(photo)
    except Left as left:
        return Outlook(photo, {}, str(left))
    if isinstance(correction, Keep):
        if not photo.taken_doubt:
            return Outlook(photo, {})
        return Outlook(photo, {"taken_settled_at": timezone.now()})
    taken = columns.chosen_again(photo, owner, by_hand)
    # A settled date stays settled only as long as it is the same.
    same = taken.instant == photo.taken_at and taken.source.value == photo.taken_source
    settled = photo.taken_settled_at if same else None
    values = {**columns.moment_of(taken), "taken_by_hand": by_hand, "taken_settled_at": settled}
    return Outlook(photo, values)


def of_clock(
    camera: Camera, first_day: dt.date | None = None, last_day: dt.date | None = None
) -> PhotoQuerySet:
    """What a camera's clock has dated, between the days as they are now; archived ones too."""
    photos = Photo.objects.filter(owner=camera.owner_id, camera=camera, trashed_at=None)
    if first_day:
        photos = photos.filter(taken_day__gte=first_day)
    return photos.filter(taken_day__lte=last_day) if last_day else photos


def correct(photos: PhotoQuerySet, correction: Correction, *, by: User) -> Corrected:
    """Correct the dates of photos of one owner, as one change.

    The other parts of their shots were taken at the same moment, so they come along.
    """
    return correct_only(stacks.with_companions(photos), correction, by=by)


def correct_only(
    photos: PhotoQuerySet, correction: Correction, *, by: User, into: Change | None = None
) -> Corrected:
    """The same for exactly these photos, as one change or as part of one."""
    with transaction.atomic():
        rows = list(photos.select_for_update(of=("self",)).order_by("pk").only(*NEEDED))
        owners = {photo.owner_id for photo in rows}
        if len(owners) > 1:
            raise ValueError("A change belongs to one owner.")
        change = into or Change(
            made_by=by, act=correction.act, made_at=timezone.now(), summary="Nothing to change"
        )
        done = Corrected(change)
        if rows:
            change.owner_id = owners.pop()
            _write(done, [outlook(photo, change.owner, correction) for photo in rows], correction)
    return done


def correct_later(photos: PhotoQuerySet, correction: Correction, *, by: User) -> Job:
    """Let workers correct all of the photos: one change, and so one undo, however many."""
    # Here and not in each piece: parts of a shot in two pieces would be shifted twice.
    ids = stacks.with_companions(photos).order_by("pk").values_list("pk", flat=True)
    pieces = [list(some) for some in batches(list(ids), PHOTOS_PER_CHUNK)]
    options = {"act": correction.act, "by": by.pk, "correction": to_stored(correction)}
    title = f"{correction.summary()}: {_count(sum(map(len, pieces)))}"
    return jobs.start(KIND, by, title, pieces, options)


def _write(done: Corrected, outlooks: Sequence[Outlook], correction: Correction) -> None:
    """Write what moves, note what it replaced, and tell those who look at times."""
    change = done.change
    done.left = [(each.photo.pk, each.left) for each in outlooks if each.left]
    moved = [each for each in outlooks if each.is_moved]
    moving = {each.photo.pk for each in moved}
    done.same = [
        each.photo.pk for each in outlooks if not each.left and each.photo.pk not in moving
    ]
    if not moved:
        return
    change.photo_count += len(moved)
    change.summary = f"{correction.summary()}: {_count(change.photo_count)}"
    change.save()
    update_each({each.photo.pk: each.values for each in moved})
    ChangedPhoto.objects.bulk_create(
        [_changed(change, each) for each in moved], batch_size=ROWS_PER_STATEMENT
    )
    changes.tell_dates_changed(change.owner, [each.photo.pk for each in moved])


def _changed(change: Change, each: Outlook) -> ChangedPhoto:
    # Always all columns of the date: they belong together, and so do they when put back.
    before = {name: stored(getattr(each.photo, name)) for name in columns.DATE_COLUMNS}
    after = before | {name: stored(value) for name, value in each.values.items()}
    return ChangedPhoto(change=change, photo=each.photo, before=before, after=after)


def _count(number: int) -> str:
    return f"{number:,} photo" if number == 1 else f"{number:,} photos"
