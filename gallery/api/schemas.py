"""What the API takes and gives. Plain schemas, so that nothing of a row leaks by accident."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

# The largest number a row can have; a larger one is refused, not searched for.
RowId = Annotated[int, Field(ge=1, le=2**63 - 1)]
Cursor = Annotated[str, StringConstraints(max_length=500)]
TagName = Annotated[str, StringConstraints(min_length=1, max_length=100)]
PageSize = Annotated[int, Field(ge=1, le=500)]


class ErrorOut(Schema):
    message: str
    fields: dict[str, list[str]] = {}


class Problem(Schema):
    """The one shape of every error."""

    error: ErrorOut


class CameraOut(Schema):
    id: int
    name: str
    make: str
    model: str
    prefix: str


class TakenOut(Schema):
    at: dt.datetime
    local: str  # wall clock where it was taken; with offset only where that is known
    precision: str
    source: str
    confidence: int
    doubt: str  # why the date is hardly true; empty for most


class PhotoOut(Schema):
    id: int
    file_name: str
    checksum: str
    size_bytes: int
    format: str
    width: int
    height: int
    taken: TakenOut
    camera: CameraOut | None
    place: str  # the nearest town; empty where none is known
    state: Literal["timeline", "archive", "trash"]
    is_favourite: bool
    rating: int | None  # 0 to 5 stars; none where nobody rated it
    tags: list[str]
    imported_at: dt.datetime
    urls: dict[str, str]


class PhotoPage(Schema):
    photos: list[PhotoOut]
    next_cursor: str | None


class PhotoIds(Schema):
    photos: Annotated[list[RowId], Field(min_length=1, max_length=10_000)]


class TrashIn(PhotoIds):
    even_if_groups_empty: bool = False


class RateIn(PhotoIds):
    stars: Annotated[int, Field(ge=0, le=5)] | None  # none takes the rating away


class TagIn(PhotoIds):
    tags: Annotated[list[TagName], Field(min_length=1, max_length=100)]


class ChangeOut(Schema):
    id: int | None  # none if there was nothing to change
    act: str
    summary: str
    photo_count: int
    made_at: dt.datetime | None
    undone_at: dt.datetime | None
    can_be_undone: bool


class ChangePage(Schema):
    changes: list[ChangeOut]
    next_cursor: str | None


class ProgressOut(Schema):
    status: str
    stage: str
    done: int
    total: int
    fraction: float
    rate_per_second: float | None
    seconds_left: float | None


class ImportOut(Schema):
    id: int
    door: str
    started_at: dt.datetime
    progress: ProgressOut
    counts: dict[str, int]


class ImportPage(Schema):
    imports: list[ImportOut]
    next_cursor: str | None


class ImportedFileOut(Schema):
    id: int
    path: str
    size_bytes: int
    outcome: str
    reason: str
    photo: int | None


class ImportedFilePage(Schema):
    files: list[ImportedFileOut]
    next_cursor: str | None
