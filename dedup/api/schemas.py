"""What the API about similar photos takes and gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from dedup.choices import MergeTo
from dedup.core.group_kinds import GroupKind
from dedup.core.values import (
    DEFAULT_THRESHOLD,
    LONGEST_WINDOW_SECONDS,
    SHORTEST_WINDOW_SECONDS,
    Reason,
    WindowMode,
)
from dedup.group_filters import Shown, Sort, Wanted
from dedup.models.scan import NAME_LENGTH
from gallery.api.schemas import Problem, ProgressOut, RowId
from gallery.models import Photo
from gallery.web.media_urls import media_url

REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 422), Problem)


class OptionsOut(Schema):
    window_seconds: float
    mode: str
    threshold_percent: float
    across_cameras: bool


class ScanIn(Schema):
    window_seconds: Annotated[
        float, Field(ge=SHORTEST_WINDOW_SECONDS, le=LONGEST_WINDOW_SECONDS)
    ] = 60.0
    mode: WindowMode = WindowMode.GAP
    threshold_percent: Annotated[float, Field(ge=0, le=100)] = DEFAULT_THRESHOLD
    across_cameras: bool = True
    name: Annotated[str, Field(max_length=NAME_LENGTH)] = ""
    camera: RowId | None = None
    album: RowId | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None


class PreviewIn(Schema):
    """Options to count with; those that are not given are the scan's own."""

    window_seconds: Annotated[
        float | None, Field(ge=SHORTEST_WINDOW_SECONDS, le=LONGEST_WINDOW_SECONDS)
    ] = None
    mode: WindowMode | None = None
    threshold_percent: Annotated[float | None, Field(ge=0, le=100)] = None
    across_cameras: bool | None = None


class PreviewOut(Schema):
    groups: int
    photos: int
    spare_bytes: int
    missing_pairs: int  # inside the window, and not compared by any scan yet
    unseen_frames: int  # of fixed cameras; counted as if they could go


class ScanOut(Schema):
    id: int
    name: str
    started_at: dt.datetime
    options: OptionsOut
    camera: int | None
    album: int | None
    first_day: dt.date | None
    last_day: dt.date | None
    progress: ProgressOut
    photo_count: int
    imprecise_count: int
    doubtful_count: int
    unmeasured_count: int
    pair_count: int
    group_count: int


class ScanPage(Schema):
    scans: list[ScanOut]
    next_cursor: str | None


class PhotoRef(Schema):
    id: int
    file_name: str
    taken_at: dt.datetime
    size_bytes: int
    width: int
    height: int
    preview: str  # address of a small copy


class ReasonOut(Schema):
    code: str
    sentence: str


class PairOut(Schema):
    first: PhotoRef
    second: PhotoRef
    seconds_apart: float
    percent: float | None
    passes: bool
    kind: str
    reasons: list[ReasonOut]


class PairPage(Schema):
    pairs: list[PairOut]
    next_cursor: str | None


class MemberOut(Schema):
    photo: PhotoRef
    percent: float | None  # none where the two were not compared
    is_cover: bool
    is_suggested: bool
    reason: str
    seconds_after_cover: float
    kind: str
    reasons: list[ReasonOut]


class DecisionOut(Schema):
    id: int
    group: int | None
    kind: str
    summary: str
    made_at: dt.datetime
    change: int
    is_undone: bool


class GroupOut(Schema):
    id: int
    scan: int
    kind: str
    state: str
    photo_count: int
    lowest_percent: float
    highest_percent: float
    span_seconds: float
    spare_bytes: int
    members: list[MemberOut]
    decision: DecisionOut | None


class GroupPage(Schema):
    scan: int | None
    groups: list[GroupOut]
    next_cursor: str | None


class GroupsWanted(Schema):
    """Which groups are listed, and in which order; the same filters as on the page."""

    scan: RowId | None = None  # the newest finished one
    kind: GroupKind | None = None
    shown: Shown = Shown.OPEN
    album: RowId | None = None
    camera: RowId | None = None  # of the cover
    folder: Annotated[str, Field(max_length=1024)] = ""  # with all folders in it
    first_day: Annotated[dt.date | None, Field(alias="from")] = None
    last_day: Annotated[dt.date | None, Field(alias="to")] = None
    sort: Sort = Sort.SPACE

    def wanted(self) -> Wanted:
        return Wanted(
            kind=self.kind.value if self.kind else "",
            shown=self.shown,
            album=self.album,
            camera=self.camera,
            folder=self.folder.strip("/"),
            first_day=self.first_day,
            last_day=self.last_day,
            sort=self.sort,
        )


class DecideIn(Schema):
    """What becomes of which photo. Photos of the group that are not named are kept."""

    keep: list[RowId] = []
    archive: list[RowId] = []
    trash: list[RowId] = []
    even_if_empty: bool = False
    # Which of the photos that stay get the albums, stars, tags and place of those that go: the
    # suggested one (or the first), all, or none. Left out: as the owner's settings say.
    merge: MergeTo | None = None


class NotSimilarIn(Schema):
    photos: list[RowId] = []  # unlike all the others; none: no two of the group are alike


class GroupsIn(Schema):
    groups: Annotated[list[RowId], Field(min_length=1, max_length=100_000)]
    act: Literal["accept", "keep_all", "not_similar"] = "accept"


class JobOut(Schema):
    job: int
    title: str


class DecisionPage(Schema):
    decisions: list[DecisionOut]
    next_cursor: str | None


def photo_ref(photo: Photo) -> PhotoRef:
    return PhotoRef(
        id=photo.pk,
        file_name=photo.file_name,
        taken_at=photo.taken_at,
        size_bytes=photo.size_bytes,
        width=photo.width,
        height=photo.height,
        preview=media_url(photo, "grid"),
    )


def reasons_out(reasons: Iterable[Reason]) -> list[ReasonOut]:
    return [ReasonOut(code=reason.code, sentence=reason.sentence) for reason in reasons]
