"""Makes a hundred groups of tiny pictures, and tells what became of them; run as a module."""

from __future__ import annotations

import datetime as dt
import json
import sys

import django

django.setup()

from PIL import Image  # noqa: E402  models need Django to be set up

from dedup import group_tallies  # noqa: E402
from dedup.core.values import Options  # noqa: E402
from dedup.models import Decision, GroupMember, Scan, SimilarGroup  # noqa: E402
from gallery.models import Job, Photo, User  # noqa: E402
from tests.factories import NOON, make_stored_photo  # noqa: E402


def make(name: str, password: str, count: int, photos: int) -> None:
    """An account with so many open groups, made without a scan."""
    owner = User.objects.create_user(name, password=password)
    job = Job.objects.create(
        kind="scan", owner=owner, title="Scan", status=Job.Status.DONE, finished_at=NOON
    )
    scan = Scan.objects.create(
        owner=owner,
        job=job,
        options=Options().to_json(),
        started_at=NOON,
        photo_count=count * photos,
        group_count=count,
    )
    for number in range(count):
        make_group(scan, number, photos)
    group_tallies.count_anew(scan)


def make_group(scan: Scan, number: int, count: int) -> SimilarGroup:
    at = NOON + dt.timedelta(hours=number)
    photos = [
        make_stored_photo(
            scan.owner,
            # Of a size of its own: near colours would be the same bytes as JPEG.
            Image.new("RGB", (48 + place, 36 + number), (40 + 60 * (place % 3), 90, 140)),
            taken_at=at + dt.timedelta(seconds=place),
        )
        for place in range(count)
    ]
    group = SimilarGroup.objects.create(
        scan=scan,
        cover=photos[0],
        photo_count=count,
        left_count=count,
        spare_count=count - 1,
        first_taken_at=photos[0].taken_at,
        last_taken_at=photos[-1].taken_at,
        lowest_percent=80,
        highest_percent=95,
        spare_bytes=1000 - number,
    )
    GroupMember.objects.bulk_create(
        GroupMember(
            group=group,
            photo=photo,
            percent=100 if place == 0 else 96 - place % 16,
            position=place,
            suggested=place == 0,
            reason="Suggested: the first picture." if place == 0 else "",
        )
        for place, photo in enumerate(photos)
    )
    return group


def outcomes(name: str) -> dict[int, list[str]]:
    """By group: what kind of decision stands, and where its photos are, the cover first."""
    decided = dict(
        Decision.objects.standing().filter(owner__username=name).values_list("group", "kind")
    )
    found: dict[int, list[str]] = {}
    for group in SimilarGroup.objects.filter(scan__owner__username=name).order_by("pk"):
        photos = Photo.objects.filter(memberships__group=group).order_by("memberships__position")
        found[group.pk] = [decided.get(group.pk, "open"), *(photo.state for photo in photos)]
    return found


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    else:
        sys.stdout.write(json.dumps(outcomes(sys.argv[2])))
