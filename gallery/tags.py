"""Tags: which there are, whose they are, and every act on them. Undone by ``changes.undo``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from gallery import memberships, stacks
from gallery.core import labels
from gallery.core.batches import ROWS_PER_STATEMENT, batches
from gallery.memberships import Key, Kind
from gallery.models import Change, ChangedPhoto, Photo, PhotoQuerySet, PhotoTag, Tag, User

ON_PHOTO = Q(members__removed_at=None, members__photo__trashed_at=None)


@dataclass(frozen=True, slots=True)
class Counted:
    tag: Tag
    count: int  # shots outside the trash


def with_counts(user: User) -> list[Counted]:
    """The tags that some photo outside the trash has, by name."""
    mine = Tag.objects.owned_by(user)
    shots = Count("members", filter=ON_PHOTO & Q(members__photo__stack=None)) + Count(
        "members__photo__stack", filter=ON_PHOTO, distinct=True
    )
    counts = dict(mine.order_by().annotate(shots=shots).values_list("pk", "shots"))
    return [Counted(tag, counts[tag.pk]) for tag in mine if counts.get(tag.pk)]


def of_photo(photo: Photo) -> list[Tag]:
    return list(Tag.objects.filter(members__photo=photo, members__removed_at=None))


def of_photos(photos: PhotoQuerySet) -> list[Tag]:
    """The tags that at least one of the photos has."""
    members = PhotoTag.objects.there().filter(photo__in=photos.order_by().values("pk"))
    return list(Tag.objects.filter(pk__in=members.values("tag")))


def photos_of(tag: Tag) -> PhotoQuerySet:
    """What the page of a tag shows: archived photos too, but none that lies in the trash."""
    members = PhotoTag.objects.there().filter(tag=tag)
    return Photo.objects.filter(pk__in=members.values("photo"), trashed_at=None).one_of_each_stack()


def names_of(photo_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of each photo's tags; one query for all."""
    found: dict[int, list[str]] = {}
    rows = PhotoTag.objects.there().filter(photo__in=photo_ids).order_by("tag__key")
    for photo_id, name in rows.values_list("photo", "tag__name"):
        found.setdefault(photo_id, []).append(name)
    return found


def put_on(photos: PhotoQuerySet, names: Sequence[str], *, by: User) -> Change:
    """Give photos of one owner these tags, new ones or known. Unsaved change if all have them."""
    return _change(photos, names, by, Change.Act.TAG)


def take_off(photos: PhotoQuerySet, names: Sequence[str], *, by: User) -> Change:
    return _change(photos, names, by, Change.Act.UNTAG)


def put_on_new(owner: User, names: Mapping[int, Sequence[str]]) -> None:
    """The tags that came with new photos, by photo. Part of their import, so not an act."""
    tags = _tags(owner, [name for some in names.values() for name in some])
    now = timezone.now()
    rows = (
        PhotoTag(tag=tags[labels.key_of(name)], photo_id=photo_id, added_at=now)
        for photo_id, some in names.items()
        for name in labels.tags_of(some)
    )
    PhotoTag.objects.bulk_create(rows, batch_size=ROWS_PER_STATEMENT, ignore_conflicts=True)


def _change(photos: PhotoQuerySet, names: Sequence[str], by: User, act: Change.Act) -> Change:
    names = labels.tags_of(names)
    with transaction.atomic():
        owner = photos.order_by().values_list("owner", flat=True).first()
        if owner is None or not names:
            return Change(act=act, summary="Nothing to change", photo_count=0)
        ids = stacks.expanded(list(photos.filter(owner=owner).values_list("pk", flat=True)))
        _hold(ids)
        is_adding = act == Change.Act.TAG
        tags = _tags(User.objects.get(pk=owner), names, make=is_adding)
        keys = [Key(tag.pk, photo_id) for tag in tags.values() for photo_id in ids]
        now = timezone.now()
        rows = memberships.change_them(Kind.TAG, keys, now, is_adding=is_adding)
        touched = sorted({row.photo_id for row in rows})
        change = Change(
            owner_id=owner,
            made_by=by,
            act=act,
            summary=_summary(act, names, len(touched)),
            photo_count=len(touched),
            made_at=now,
        )
        if rows:
            change.save()
            ChangedPhoto.objects.bulk_create(
                (ChangedPhoto(change=change, photo_id=pk, before={}, after={}) for pk in touched),
                batch_size=ROWS_PER_STATEMENT,
            )
            memberships.remember(change, rows)
    return change


def _hold(photo_ids: Sequence[int]) -> None:
    """Nobody else gives or takes tags of these photos until the end of the transaction."""
    for some in batches(photo_ids):
        held = Photo.objects.select_for_update(of=("self",)).filter(pk__in=some)
        list(held.order_by("pk").values_list("pk"))


def _tags(owner: User, names: Sequence[str], *, make: bool = True) -> dict[str, Tag]:
    """The owner's tags of these names, by key; those that are missing are made, if asked for."""
    wanted = {labels.key_of(name): labels.cleaned(name) for name in reversed(names)}
    wanted.pop("", None)
    if make and wanted:
        new = (Tag(owner=owner, name=name, key=key) for key, name in sorted(wanted.items()))
        # Another worker may have met the same word a moment ago.
        Tag.objects.bulk_create(new, ignore_conflicts=True, batch_size=ROWS_PER_STATEMENT)
    mine = Tag.objects.owned_by(owner)
    return {tag.key: tag for some in batches(sorted(wanted)) for tag in mine.filter(key__in=some)}


def _summary(act: Change.Act, names: Sequence[str], count: int) -> str:
    photos = "1 photo" if count == 1 else f"{count:,} photos"
    words = ", ".join(f"“{name}”" for name in names)
    text = f"Tagged {photos}: {words}"
    if act == Change.Act.UNTAG:
        text = f"Took tags off {photos}: {words}"
    return text if len(text) <= 200 else f"{text[:199]}…"
