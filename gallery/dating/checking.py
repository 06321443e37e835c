"""Keeps ``taken_doubt`` true: after an import, after a correction, after an undo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from gallery import changes
from gallery.core import taken_at
from gallery.core.batches import ROWS_PER_STATEMENT, batches
from gallery.core.doubts import WIDEST_GAP, Doubt, Finding, Numbered, of_date, out_of_order
from gallery.core.taken_at import Precision, Source, TakenAt
from gallery.dating.columns import doubt_columns
from gallery.dating.neighbours import TELLING
from gallery.models import ImportRun, Photo, User
from gallery.rows import update_each
from gallery.work import jobs
from gallery.work.claims import Claim, finish

KEYS_PER_CHUNK = 3  # each of up to 10,000 photos, in one short transaction

_EXACT = [Precision.SECOND, Precision.SUBSECOND, Precision.DAY]


def refresh(owner: User, photo_ids: Sequence[int]) -> None:
    """Doubt these photos anew, and those counted beside them. Called when dates changed."""
    numbers: dict[str, list[int]] = {}
    for some in batches(photo_ids):
        photos = list(Photo.objects.filter(pk__in=some).defer("facts"))
        _store({photo.pk: (photo, _own(photo)) for photo in photos})
        for photo in photos:
            if photo.series_key and photo.series_number is not None:
                numbers.setdefault(photo.series_key, []).append(photo.series_number)
    for key, counted in numbers.items():
        check_series(owner, [key], around=range(min(counted), max(counted) + 1))


def after_import(run: ImportRun) -> None:
    """Look for photos out of their series among what an import brought; workers do it."""
    new = run.files.filter(outcome="added").exclude(photo__series_key="")
    keys = list(new.order_by().values_list("photo__series_key", flat=True).distinct())
    if not keys:
        return
    pieces = [list(some) for some in batches(keys, KEYS_PER_CHUNK)]
    jobs.start("doubts", run.owner, "Look for suspicious dates", pieces)


def work_on(claim: Claim) -> None:
    """Check some series of one owner. The work of jobs of kind "doubts"."""
    owner = User.objects.get(jobs=claim.job_id)

    def effects() -> None:
        if changed := check_series(owner, claim.payload):
            changes.tell_dates_changed(owner, changed)

    finish(claim, effects)


def check_series(owner: User, keys: Sequence[str], around: range | None = None) -> list[int]:
    """Compare the photos of these series with their neighbours; return those that changed.

    With `around` only photos with numbers there, and those that have them as neighbours.
    """
    changed: list[int] = []
    judged = _widened(around, WIDEST_GAP)
    for some in batches(keys):
        rows = _rows(owner, some, _widened(around, 2 * WIDEST_GAP))
        for _, series in groupby(rows, key=lambda row: (row["series_key"], row["camera"])):
            changed += _check(list(series), judged)
    return changed


def _widened(numbers: range | None, by: int) -> range | None:
    return range(numbers.start - by, numbers.stop + by) if numbers else None


def _rows(owner: User, keys: Sequence[str], numbers: range | None) -> Iterable[dict[str, Any]]:
    photos = Photo.objects.filter(owner=owner, series_key__in=keys, trashed_at=None)
    # The first condition says nothing new; it lets databases use the index of the series.
    photos = photos.exclude(series_key="").filter(series_number__isnull=False)
    # Without a camera, numbers of many phones may stand in one folder.
    photos = photos.filter(camera__isnull=False)
    if numbers:
        photos = photos.filter(series_number__range=(numbers.start, numbers.stop - 1))
    in_order = photos.order_by("series_key", "camera", "series_number", "taken_at", "pk")
    rows: Iterable[dict[str, Any]] = in_order.values(*_OF_SERIES).iterator(ROWS_PER_STATEMENT)
    return rows


_OF_SERIES = (
    *("pk", "series_key", "camera", "series_number", "file_name"),
    *("taken_at", "taken_day", "taken_source", "taken_precision"),
    *("taken_doubt", "taken_doubt_reason", "taken_settled_at"),
)


def _check(series: list[dict[str, Any]], judged: range | None) -> list[int]:
    """Write what changed about one series, or about the part of it that is judged."""
    telling = [row for row in series if _tells(row)]
    numbered = [
        Numbered(row["series_number"], int(row["taken_at"].timestamp() * 1_000_000))
        for row in telling
    ]
    found = {
        telling[place]["pk"]: Finding(Doubt.SERIES, _sentence(telling, place, before, after))
        for place, before, after in out_of_order(numbered)
    }
    updates = {}
    for row in telling:
        if judged and row["series_number"] not in judged:
            continue  # some of its neighbours were not read
        # What is doubtful by itself, or was settled, stays as it is.
        if row["taken_doubt"] not in ("", Doubt.SERIES) or row["taken_settled_at"]:
            continue
        if row["taken_source"] == Source.PERSON:
            continue
        wanted = doubt_columns(found.get(row["pk"]))
        if any(row[name] != value for name, value in wanted.items()):
            updates[row["pk"]] = wanted
    update_each(updates)
    return list(updates)


def _tells(row: dict[str, Any]) -> bool:
    is_reset = row["taken_doubt"] == Doubt.RESET
    return row["taken_source"] in TELLING and row["taken_precision"] in _EXACT and not is_reset


def _sentence(
    series: list[dict[str, Any]], place: int, before: int | None, after: int | None
) -> str:
    beside = [series[each] for each in (before, after) if each is not None]
    told = " and ".join(
        f"{row['file_name'][:80]} on {row['taken_day']:%-d %B %Y}" for row in beside
    )
    return f"Its camera took {told}, but this one on {series[place]['taken_day']:%-d %B %Y}."


def _own(photo: Photo) -> Finding | None:
    """What is doubtful about the photo's date by itself."""
    if photo.taken_settled_at or photo.taken_source == Source.PERSON:
        return None
    taken = TakenAt(
        instant=photo.taken_at,
        offset_minutes=photo.utc_offset_minutes,
        offset_known=photo.utc_offset_known,
        precision=Precision(photo.taken_precision),
        source=Source(photo.taken_source),
        confidence=photo.taken_confidence,
        candidates=taken_at.from_json(photo.taken_candidates),
    )
    return of_date(taken)


def _store(findings: dict[int, tuple[Photo, Finding | None]]) -> None:
    updates = {}
    for photo_id, (photo, found) in findings.items():
        wanted = doubt_columns(found)
        if any(getattr(photo, name) != value for name, value in wanted.items()):
            updates[photo_id] = wanted
    update_each(updates)
