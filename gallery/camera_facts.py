"""What the library knows of a camera's frames, for its overview; reads only."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from gallery.core import cameras, filenames
from gallery.core.camera_overview import CameraOverview, FrameFacts, overview
from gallery.core.formats import Problem
from gallery.core.taken_at import Source
from gallery.models import Camera, ImportedFile, Photo, User
from gallery.models.import_run import Outcome

ROWS_AT_ONCE = 2000
NEEDED = (
    *("file_name", "taken_at", "width", "height", "size_bytes", "average_color"),
    *("taken_source", "utc_offset_known", "taken_doubt_reason", "taken_candidates"),
)
# How a refusal names the size of a picture that is too small.
TINY = re.compile(r"(\d+) \D{1,3} ?(\d+) pixels")
# Of red, green and blue in what the eye takes for brightness (ITU-R BT.601).
WEIGHTS = (0.299, 0.587, 0.114)


def overview_of(camera: Camera) -> CameraOverview:
    """Of all its frames that are not in the trash, and of its files that an import refused."""
    zone = camera.owner.home_zone_name
    frames = [*_photos(camera), *refused(camera)]
    return overview(camera.name, frames, zone, timezone.now())


def overviews_of(owner: User) -> list[CameraOverview]:
    found = Camera.objects.filter(owner=owner, photos__isnull=False).select_related("owner")
    return [overview_of(camera) for camera in found.distinct()]


def _photos(camera: Camera) -> Iterator[FrameFacts]:
    rows = Photo.objects.filter(camera=camera, trashed_at=None).order_by("taken_at", "pk")
    for row in rows.values(*NEEDED).iterator(ROWS_AT_ONCE):
        no_time = row["taken_source"] == Source.IMPORT
        yield FrameFacts(
            name=row["file_name"],
            taken=None if no_time else row["taken_at"],
            width=row["width"],
            height=row["height"],
            size_bytes=row["size_bytes"],
            brightness=_brightness(row["average_color"]),
            form=_form(row),
            doubt=row["taken_doubt_reason"],
        )


def _brightness(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return sum(weight * level for weight, level in zip(WEIGHTS, channels, strict=True))


def _form(row: dict[str, object]) -> str:
    where = {
        Source.NAME: "the name",
        Source.FILE: "the file's own time",
        Source.IMPORT: "no time",
        Source.PERSON: "a date set by hand",
    }.get(Source(str(row["taken_source"])), "the file's tags")
    if where != "the name":
        return where
    candidates = row["taken_candidates"]
    told = candidates if isinstance(candidates, list) else []
    is_instant = any(each.get("source") == Source.NAME and each.get("instant") for each in told)
    what = "a number or UTC" if is_instant else "a local time"
    return f"the time in the name as {what}"


def refused(camera: Camera) -> Iterator[FrameFacts]:
    """Files of this camera, by their names, that became no photo: unreadable and tiny ones."""
    if not camera.prefix:
        return
    rows = ImportedFile.objects.filter(
        Q(outcome=Outcome.REFUSED) | Q(outcome=Outcome.FAILED),
        run__owner=camera.owner,
        path__icontains=camera.prefix.split("/")[0],
    )
    named: dict[str, ImportedFile] = {}
    for row in rows.order_by("pk").iterator(ROWS_AT_ONCE):
        path = PurePosixPath(row.path.replace("\\", "/"))
        identity = cameras.identify(None, path.name, path.parent.name)
        if identity is not None and identity.key == camera.key:
            named[path.name] = row  # tried again: the last answer counts
    here = set(
        Photo.objects.filter(camera=camera, file_name__in=named).values_list("file_name", flat=True)
    )
    for name in sorted(set(named) - here):
        yield _refused_facts(name, named[name], ZoneInfo(camera.owner.home_zone_name))


def _refused_facts(name: str, row: ImportedFile, zone: ZoneInfo) -> FrameFacts:
    size = TINY.search(row.reason) if row.code == Problem.TOO_SMALL else None
    return FrameFacts(
        name=name,
        taken=_told_by(name, zone),
        width=int(size[1]) if size else 0,
        height=int(size[2]) if size else 0,
        size_bytes=row.size_bytes,
        problem=row.reason,
    )


def _told_by(name: str, zone: ZoneInfo) -> dt.datetime | None:
    read = [each for each in filenames.read(name, now=timezone.now()) if each.is_usable]
    if not read:
        return None
    best = read[0]
    if best.instant is not None:
        return best.instant
    return best.local.replace(tzinfo=zone) if best.local else None
