"""Every act on photos: archive, trash, restore, decide, undo; and delete forever, without undo.

A photo whose file lies in a library folder that is read in place is hidden instead of deleted.

Pages, API, admin and commands call these functions and no others. Each act is one transaction
and one ``Change`` that remembers what it replaced.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from gallery import albums, camera_acts, memberships, merging, obstacles, stacks, telling
from gallery.clearing import delete_files_later
from gallery.core.batches import ROWS_PER_STATEMENT, batches
from gallery.merging import Fates, Gain
from gallery.models import Change, ChangedPhoto, Companion, Photo, PhotoQuerySet, User
from gallery.obstacles import count_of_photos
from gallery.rows import from_stored, stored, update_each
from gallery.stacks import Parts

Guard = Callable[[User, Sequence[int]], list[str]]
Updates = dict[str, dt.datetime | int | None]


class WouldEmptyGroups(Exception):
    """Some groups of similar photos would keep none. ``messages`` names them."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


class CannotUndo(Exception):
    """Something stands in the way of an exact undo. ``reasons`` says what."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Deleted:
    """What left the trash."""

    count: int  # deleted forever
    hidden: int  # their files stay in their folders; an undoable change
    made: tuple[Change, ...] = field(default=(), compare=False)  # one of each act and owner


class NotInTrash(Exception):
    """Only what lies in the trash can be deleted forever."""


@dataclass(frozen=True, slots=True)
class _How:
    unguarded: bool = False
    parts: Parts = Parts.ALL
    summary: str = ""


def archive(photos: PhotoQuerySet, *, by: User, summary: str = "") -> Change:
    """Take photos out of the timeline and of new groups, for ever kept.

    Like every act here: photos that are in that state already are left alone, and if none is
    left the returned change is empty and not saved (``pk is None``). ``summary`` is what the
    history says instead of the act and its count.
    """
    updates: Updates = {"archived_at": timezone.now()}
    return _act(photos, by, Change.Act.ARCHIVE, updates, _How(summary=summary))


def unarchive(photos: PhotoQuerySet, *, by: User) -> Change:
    return _act(photos, by, Change.Act.UNARCHIVE, {"archived_at": None})


def trash(
    photos: PhotoQuerySet,
    *,
    by: User,
    even_if_groups_empty: bool = False,
    parts: Parts = Parts.ALL,
    summary: str = "",
) -> Change:
    """Move photos to the trash, where they wait for their keeping time.

    Of a RAW with a picture beside it ``parts`` may choose one alone; every other act is for all
    parts of a shot. Raises WouldEmptyGroups unless that was asked for by name.
    """
    updates: Updates = {"trashed_at": timezone.now()}
    how = _How(even_if_groups_empty, parts, summary)
    return _act(photos, by, Change.Act.TRASH, updates, how)


def restore(photos: PhotoQuerySet, *, by: User) -> Change:
    """Take photos out of the trash, back to where they were: timeline or archive.

    Hidden ones too, which are shown again by that.
    """
    updates: Updates = {"trashed_at": None, "hidden_at": None}
    return _act(photos, by, Change.Act.RESTORE, updates)


def favourite(photos: PhotoQuerySet, *, by: User, on: bool) -> Change:
    updates: Updates = {"favourite_at": timezone.now() if on else None}
    return _act(photos, by, Change.Act.FAVOURITE, updates)


def rate(photos: PhotoQuerySet, *, by: User, stars: int | None) -> Change:
    """Give photos 0 to 5 stars, or None: not rated."""
    return _act(photos, by, Change.Act.RATE, {"rating": stars})


def decide(owner: User, fates: Fates, *, by: User, summary: str) -> Change:
    """Archive, trash and merge photos as one change. The caller guards its groups."""
    now = timezone.now()
    pieces: list[tuple[PhotoQuerySet, Updates]] = []
    with transaction.atomic():
        gained = merging.gains(owner, fates.merges)
        if fates.archive is not None:
            pieces += _pieces(fates.archive.owned_by(owner), {"archived_at": now}, Parts.ALL)
        if fates.trash is not None:
            pieces += _pieces(fates.trash.owned_by(owner), {"trashed_at": now}, fates.trash_parts)
        words = merging.told(gained).words()
        summary += f"; what stays gained {', '.join(words)}" if words else ""
        return _record(owner, by, Change.Act.DECIDE, pieces, summary[:200], gained)


def undo(change: Change, *, by: User) -> Change:
    """Put back the exact state that the change replaced, on its photos and on no others.

    Undoing twice is harmless. Raises CannotUndo and touches nothing if a photo has been changed
    since in the same respect, or no longer exists, or if photos that go back to the trash are the
    last ones of their group.
    """
    with transaction.atomic():
        change = Change.objects.select_for_update().get(pk=change.pk)
        if change.is_undone:
            return change
        photos = Photo.objects.select_for_update(of=("self",)).filter(changed__change=change)
        list(photos.order_by("pk").values_list("pk"))  # nobody else acts on them meanwhile
        rows = list(change.changed_photos.select_related("photo").order_by("pk"))
        reasons = obstacles.to_undoing(change, rows) or _what_guards_say(change.owner, rows)
        if reasons:
            raise CannotUndo(reasons)
        if change.act in Change.OF_ALBUMS:
            albums.put_back(change, rows)
        elif change.act in Change.OF_CAMERAS:
            camera_acts.put_back(change, [row.photo_id for row in rows])
        else:
            _put_back(rows)
            memberships.put_back(change)
        change.undone_at = timezone.now()
        change.save(update_fields=["undone_at"])
        telling.places_changed(change.owner, [row.photo_id for row in rows], change)
        if change.act in Change.OF_DATES:
            tell_dates_changed(change.owner, [row.photo_id for row in rows])
    return change


def delete_forever(photos: PhotoQuerySet, *, by: User, parts: Parts = Parts.ALL) -> Deleted:
    """Delete photos of the trash with their originals and what is kept with them. Has no undo.

    Those that are read in place are hidden instead: their files are not ours to delete.

    Workers take the files off the disk after the commit, and only those that no other photo
    needs. Raises NotInTrash and deletes nothing if one of them is not in the trash.
    """
    with transaction.atomic():
        rows = list(_doomed(photos, parts))
        if any(photo.trashed_at is None for photo in rows):
            raise NotInTrash("Only photos in the trash can be deleted forever.")
        staying = _staying(rows)
        made = _hide([photo for photo in rows if photo.pk in staying], by)
        rows = [photo for photo in rows if photo.pk not in staying]
        for owner_id, count in Counter(photo.owner_id for photo in rows).items():
            change = Change.objects.create(
                owner_id=owner_id,
                made_by=by,
                act=Change.Act.DELETE_FOREVER,
                summary=f"Deleted forever: {count_of_photos(count)}",
                photo_count=count,
                freed_bytes=sum(each.size_bytes for each in rows if each.owner_id == owner_id),
                made_at=timezone.now(),
            )
            made.append(change)
        files = [photo.checksum for photo in rows]
        for some in batches(rows):
            ids = [photo.pk for photo in some]
            kept_with = Companion.objects.filter(photo__in=ids)
            files += kept_with.order_by("pk").values_list("checksum", flat=True)
            telling.deleting(ids)
            Photo.objects.filter(pk__in=ids).delete()
        stacks.forget_empty({photo.stack_id for photo in rows if photo.stack_id})
        delete_files_later(files)
    return Deleted(len(rows), len(staying), tuple(made))


def _doomed(photos: PhotoQuerySet, parts: Parts) -> Iterator[Photo]:
    """The photos with the other parts of their shots that lie in the trash, held."""
    ids = stacks.expanded(list(photos.values_list("pk", flat=True)), parts)
    for some in batches(ids):
        needed = Photo.objects.only("owner", "checksum", "size_bytes", "trashed_at", "stack")
        yield from needed.filter(pk__in=some).select_for_update(of=("self",)).order_by("pk")


def _staying(rows: Sequence[Photo]) -> set[int]:
    return {
        pk
        for some in batches(rows)
        for pk in Photo.objects.filter(pk__in=[photo.pk for photo in some])
        .read_in_place()
        .order_by()
        .values_list("pk", flat=True)
    }


def empty_trash(owner: User, *, by: User) -> Deleted:
    return delete_forever(Photo.objects.owned_by(owner).in_trash(), by=by)


def empty_expired_trash() -> Deleted:
    """Delete what has waited in the trash for its whole keeping time. Runs daily."""
    limit = timezone.now() - settings.TRASH_KEEPING_TIME
    # Undoing a restore puts the old time back, but the photo waits only since then.
    returned = ChangedPhoto.objects.filter(
        change__act=Change.Act.RESTORE, change__undone_at__gte=limit
    )
    expired = Photo.objects.trashed_before(limit).exclude(pk__in=returned.values("photo"))
    owners = User.objects.filter(photos__in=expired).distinct()
    # A part that went to the trash later still waits.
    only = Parts.ONLY_THESE
    deleted = [delete_forever(expired.owned_by(owner), by=owner, parts=only) for owner in owners]
    return Deleted(sum(each.count for each in deleted), sum(each.hidden for each in deleted))


def _hide(rows: Sequence[Photo], by: User) -> list[Change]:
    by_owner: dict[int, list[int]] = defaultdict(list)
    for photo in rows:
        by_owner[photo.owner_id].append(photo.pk)
    made = []
    for owner in User.objects.filter(pk__in=by_owner):
        updates: Updates = {"hidden_at": timezone.now()}
        parts = [(Photo.objects.filter(pk__in=ids), updates) for ids in batches(by_owner[owner.pk])]
        made.append(_record(owner, by, Change.Act.HIDE, parts, summary=""))
    return made


def _act(
    photos: PhotoQuerySet,
    by: User,
    act: Change.Act,
    updates: Updates,
    how: _How | None = None,
) -> Change:
    """One kind of update on photos of one owner and all parts of their shots, as one change."""
    how = how or _How()
    with transaction.atomic():
        owners = list(User.objects.filter(pk__in=photos.order_by().values("owner")).distinct())
        if not owners:
            return Change(act=act, summary="Nothing to change", photo_count=0)
        if len(owners) > 1:
            raise ValueError("A change belongs to one owner.")
        pieces = _pieces(photos, updates, how.parts)
        if act == Change.Act.TRASH and not how.unguarded:
            ids = [pk for some, _ in pieces for pk in some.values_list("pk", flat=True)]
            _ask_guards(owners[0], ids)
        return _record(owners[0], by, act, pieces, how.summary[:200])


def _pieces(
    photos: PhotoQuerySet, updates: Updates, parts: Parts
) -> list[tuple[PhotoQuerySet, Updates]]:
    """The photos an act is for, by number where other parts of their shots come along."""
    named = sorted(photos.values_list("pk", flat=True))
    ids = stacks.expanded(named, parts)
    if ids == named:
        return [(photos, updates)]
    return [(Photo.objects.filter(pk__in=some), updates) for some in batches(ids)]


def tell_dates_changed(owner: User, photo_ids: Sequence[int]) -> None:
    """Let others know that these photos were taken at another time than was thought."""
    for name in settings.DATES_CHANGED:
        import_string(name)(owner, photo_ids)


def _ask_guards(owner: User, photo_ids: Sequence[int]) -> None:
    if messages := _objections(owner, photo_ids):
        raise WouldEmptyGroups(messages)


def _objections(owner: User, photo_ids: Sequence[int]) -> list[str]:
    messages = []
    for name in settings.TRASH_GUARDS:
        guard: Guard = import_string(name)
        messages += guard(owner, photo_ids)
    return messages


def _what_guards_say(owner: User, rows: Sequence[ChangedPhoto]) -> list[str]:
    """Undoing a restore moves photos to the trash, like any other way there."""
    back = [row.photo_id for row in rows if row.before.get("trashed_at")]
    return _objections(owner, back) if back else []


def _record(
    owner: User,
    by: User,
    act: Change.Act,
    parts: Iterable[tuple[PhotoQuerySet, Updates]],
    summary: str,
    gained: Sequence[Gain] = (),
) -> Change:
    change = Change(owner=owner, made_by=by, act=act, made_at=timezone.now())
    rows: list[ChangedPhoto] = []
    for photos, updates in parts:
        rows += _update(change, photos, updates)
    joined = merging.give(gained, change, rows)
    change.photo_count = len(rows)
    change.summary = summary or f"{act.label}: {count_of_photos(len(rows))}"
    if rows:
        change.save()
        ChangedPhoto.objects.bulk_create(rows, batch_size=ROWS_PER_STATEMENT)
        memberships.remember(change, joined)
        telling.places_changed(owner, [row.photo_id for row in rows], change)
    return change


def _update(change: Change, photos: PhotoQuerySet, updates: Updates) -> list[ChangedPhoto]:
    """Write the updates to photos that differ; return unsaved rows of what they replaced."""
    after = {name: stored(value) for name, value in updates.items()}
    rows = []
    for photo in photos.select_for_update(of=("self",)).order_by("pk").only(*updates):
        before = {name: stored(getattr(photo, name)) for name in updates}
        if all(_says_the_same(before[name], value) for name, value in updates.items()):
            continue
        rows.append(ChangedPhoto(change=change, photo=photo, before=before, after=after))
    for some in batches(rows):
        Photo.objects.filter(pk__in=[row.photo_id for row in some]).update(**updates)
    return rows


def _says_the_same(before: Any, new: dt.datetime | int | None) -> bool:
    # A state that is set already keeps its own time: trashing twice renews nothing.
    return before is not None if isinstance(new, dt.datetime) else bool(before == new)


def _put_back(rows: Sequence[ChangedPhoto]) -> None:
    update_each(
        {
            row.photo_id: {name: from_stored(name, value) for name, value in row.before.items()}
            for row in rows
        }
    )
