"""Scans, groups, decisions and what was measured, for staff.

Every action calls what the pages call; those on many rows leave the work to a worker.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dedup import bulk, camera_settings, measuring, scanning
from dedup.models import (
    CameraSettings,
    DecidedPair,
    Decision,
    GroupMember,
    KeeperRules,
    MeasureFailure,
    PairScore,
    PhotoFeatures,
    Scan,
    ScanSettings,
    SimilarGroup,
)
from gallery.core import sizes
from gallery.models import Camera, Photo, PhotoQuerySet, User
from gallery.work import jobs


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # no generic at run time
    """Rows that are looked at and acted on, never edited by hand."""

    show_facets = admin.ShowFacets.NEVER  # a count for each filter reads the whole table
    show_full_result_count = False
    list_per_page = 100

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Without an object this lets the actions appear.
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class OpenFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Waits for a decision"), ("decided", "Decided")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[SimilarGroup]
    ) -> QuerySet[SimilarGroup]:
        if self.value() == "open":
            return queryset.filter(pk__in=SimilarGroup.objects.open().values("pk"))
        if self.value() == "decided":
            return queryset.filter(pk__in=SimilarGroup.objects.decided().values("pk"))
        return queryset


def _decide_later(
    act: bulk.Act, request: HttpRequest, rows: QuerySet[SimilarGroup]
) -> HttpResponse:
    ids = rows.order_by("pk").values_list("pk", flat=True)
    job = bulk.later(act, ids.iterator(chunk_size=10_000), by=_staff(request))
    messages.info(request, f"{job.title}: a worker does it now. This page follows it.")
    return redirect("gallery:job", job.pk)


@admin.action(description="Accept suggestion: keep one, trash the rest", permissions=["change"])
def accept_suggestion(admin_: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
    return _decide_later(bulk.Act.ACCEPT, request, rows)


@admin.action(description="Keep all", permissions=["change"])
def keep_all(admin_: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
    return _decide_later(bulk.Act.KEEP_ALL, request, rows)


@admin.action(description="Not similar", permissions=["change"])
def not_similar(admin_: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
    return _decide_later(bulk.Act.NOT_SIMILAR, request, rows)


@admin.action(description="Scan again with the same options", permissions=["change"])
def scan_again(admin_: Any, request: HttpRequest, rows: QuerySet[Scan]) -> None:
    for scan in rows.select_related("owner", "camera", "album").order_by("pk"):
        try:
            scanning.start(scan.owner, scan.chosen, scan.scope, name=scan.name)
        except scanning.AlreadyScanning as already:
            messages.warning(request, f"{scan.owner}: {already}")
        else:
            messages.info(request, f"{scan.owner}: a scan has begun.")


@admin.action(description="Cancel", permissions=["change"])
def cancel(admin_: Any, request: HttpRequest, rows: QuerySet[Scan]) -> None:
    stopped = sum(scanning.cancel(scan, _staff(request)) for scan in rows.select_related("job"))
    messages.info(request, f"{stopped} cancelled; what had ended already was left alone.")


def _told(request: HttpRequest, rows: QuerySet[Scan], act: Callable[..., bool], done: str) -> None:
    changed = sum(act(scan.job, _staff(request)) for scan in rows.select_related("job"))
    left = len(rows) - changed
    messages.info(request, f"{changed:,} {done}; {left:,} left as they were.")


@admin.action(description="Pause", permissions=["change"])
def pause(admin_: Any, request: HttpRequest, rows: QuerySet[Scan]) -> None:
    _told(request, rows, jobs.pause, "paused")


@admin.action(description="Resume", permissions=["change"])
def resume(admin_: Any, request: HttpRequest, rows: QuerySet[Scan]) -> None:
    _told(request, rows, jobs.resume, "resumed")


def _measure_again(request: HttpRequest, photos: PhotoQuerySet) -> None:
    """Forget what was measured; a scan of each owner measures and compares it anew."""
    owners = list(User.objects.filter(pk__in=photos.order_by().values("owner")))
    count = measuring.forget(photos)
    for owner in owners:
        scanning.scan_soon(owner)
    messages.info(request, f"{count:,} photos are measured again by the scan that has begun.")


@admin.action(description="Measure again", permissions=["change"])
def measure_photos_again(admin_: Any, request: HttpRequest, rows: QuerySet[Photo]) -> None:
    _measure_again(request, Photo.objects.filter(pk__in=rows.order_by().values("pk")))


@admin.action(description="Measure again", permissions=["change"])
def measure_again(admin_: Any, request: HttpRequest, rows: QuerySet[Any]) -> None:
    _measure_again(request, Photo.objects.filter(pk__in=rows.order_by().values("photo")))


@admin.action(description="Scan the owners' libraries again", permissions=["change"])
def scan_owners(admin_: Any, request: HttpRequest, rows: QuerySet[Photo]) -> None:
    for owner in User.objects.filter(pk__in=rows.order_by().values("owner")):
        scanning.scan_soon(owner)
        messages.info(request, f"{owner}: a scan has begun.")


@admin.register(Scan)
class ScanAdmin(ReadOnlyAdmin):
    actions = [pause, resume, scan_again, cancel]
    list_display = [
        "id",
        "owner",
        "name",
        "status",
        "window",
        "threshold",
        "camera",
        "album",
        "started_at",
        "photo_count",
        "unmeasured_count",
        "pair_count",
        "group_count",
    ]
    list_filter = ["owner", "job__status", "camera"]
    list_select_related = ["owner", "job", "camera", "album"]
    search_fields = ["owner__username", "name", "camera__name", "album__title"]
    date_hierarchy = "started_at"

    @admin.display(ordering="job__status")
    def status(self, scan: Scan) -> str:
        return "paused" if scan.job.is_paused else scan.job.get_status_display()

    @admin.display
    def window(self, scan: Scan) -> str:
        return f"{scanning.readable(scan.chosen.window_seconds)}, {scan.chosen.mode}"

    @admin.display
    def threshold(self, scan: Scan) -> str:
        return f"{scan.chosen.threshold_percent:g} %"


@admin.register(ScanSettings)
class ScanSettingsAdmin(ReadOnlyAdmin):
    list_display = ["owner", "camera", "album", "options", "changed_at"]
    list_filter = ["owner"]
    list_select_related = ["owner", "camera", "album"]
    search_fields = ["owner__username", "camera__name", "album__title"]


class MemberInline(admin.TabularInline):  # type: ignore[type-arg]  # the same
    model = GroupMember
    fields = ["position", "photo", "percent", "suggested", "reason"]
    readonly_fields = ["position", "photo", "percent", "suggested", "reason"]
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[GroupMember]:
        rows: QuerySet[GroupMember] = super().get_queryset(request)
        return rows.select_related("photo")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(SimilarGroup)
class SimilarGroupAdmin(ReadOnlyAdmin):
    actions = [accept_suggestion, keep_all, not_similar]
    inlines = [MemberInline]
    list_display = [
        "__str__",
        "owner",
        "cover",
        "kind",
        "photo_count",
        "lowest_percent",
        "highest_percent",
        "could_go",
        "is_decided",
        "scan",
    ]
    list_filter = [OpenFilter, "kind", "scan__owner"]
    list_select_related = ["scan__owner", "cover"]
    search_fields = ["cover__file_name", "cover__source_path"]
    date_hierarchy = "first_taken_at"
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        standing = Decision.objects.standing().filter(group=OuterRef("pk"))
        rows: QuerySet[Any] = super().get_queryset(request)
        annotated: QuerySet[Any] = rows.annotate(decided=Exists(standing))
        return annotated

    @admin.display(ordering="scan__owner")
    def owner(self, group: SimilarGroup) -> str:
        return str(group.scan.owner)

    @admin.display(ordering="spare_bytes")
    def could_go(self, group: SimilarGroup) -> str:
        return sizes.in_words(group.spare_bytes)

    @admin.display(boolean=True, description="decided")
    def is_decided(self, group: Any) -> bool:
        return bool(group.decided)


@admin.register(KeeperRules)
class KeeperRulesAdmin(ReadOnlyAdmin):
    list_display = ["owner", "order", "off", "merge", "version"]
    list_select_related = ["owner"]


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["summary", "kind", "owner", "made_by", "made_at", "undone_at", "group"]
    list_filter = ["kind", "owner", ("change__undone_at", admin.EmptyFieldListFilter)]
    list_select_related = ["owner", "made_by", "change", "group"]
    search_fields = ["summary", "change__summary"]
    date_hierarchy = "made_at"

    @admin.display(ordering="change__undone_at")
    def undone_at(self, decision: Decision) -> Any:
        return decision.change.undone_at


@admin.register(DecidedPair)
class DecidedPairAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "owner", "decision"]
    list_filter = ["owner", "decision__kind"]
    list_select_related = ["owner", "decision"]
    search_fields = ["checksum_a__startswith", "checksum_b__startswith"]


@admin.register(PairScore)
class PairScoreAdmin(ReadOnlyAdmin):
    list_display = ["photo_a", "photo_b", "percent", "kind", "version"]
    list_display_links = ["percent"]
    list_filter = ["kind", "version", "photo_a__owner"]
    list_select_related = ["photo_a", "photo_b"]
    search_fields = ["photo_a__file_name", "photo_b__file_name"]
    ordering = ["-id"]
    exclude = ["measures"]


@admin.register(PhotoFeatures)
class PhotoFeaturesAdmin(ReadOnlyAdmin):
    actions = [measure_again]
    list_display = ["photo", "owner", "version", "sharpness", "clipping", "measured_at"]
    list_filter = ["version", "photo__owner"]
    list_select_related = ["photo__owner"]
    search_fields = ["photo__file_name", "photo__source_path"]
    ordering = ["-photo"]
    exclude = ["light"]

    @admin.display(ordering="photo__owner")
    def owner(self, features: PhotoFeatures) -> str:
        return str(features.photo.owner)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("light")


@admin.register(MeasureFailure)
class MeasureFailureAdmin(ReadOnlyAdmin):
    actions = [measure_again]
    list_display = ["photo", "reason", "version"]
    list_filter = ["version", "photo__owner"]
    list_select_related = ["photo"]
    search_fields = ["photo__file_name", "reason"]


@admin.register(CameraSettings)
class CameraSettingsAdmin(ReadOnlyAdmin):
    list_display = ["camera", "time_of_day", "begins", "made_by", "made_at", "undone_at"]
    list_display_links = ["time_of_day"]
    list_filter = [
        "time_of_day",
        "camera__owner",
        ("change__undone_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["camera", "made_by", "change"]
    search_fields = ["camera__name"]
    date_hierarchy = "made_at"

    @admin.display(ordering="begins_minute")
    def begins(self, settings: CameraSettings) -> str:
        return f"{settings.begins_minute // 60:02}:{settings.begins_minute % 60:02}"

    @admin.display(ordering="change__undone_at")
    def undone_at(self, settings: CameraSettings) -> Any:
        return settings.change.undone_at


@admin.action(
    description="Copy frame settings from the camera set last to all chosen", permissions=["change"]
)
def copy_settings(admin_: Any, request: HttpRequest, rows: QuerySet[Camera]) -> None:
    """One change, and so one undo, for each owner of chosen cameras."""
    standing = CameraSettings.objects.standing().filter(camera__in=rows.order_by().values("pk"))
    for owner in User.objects.filter(pk__in=rows.order_by().values("owner")):
        model = standing.filter(camera__owner=owner).select_related("camera").first()
        if model is None:
            messages.warning(request, f"{owner}: none of these cameras has settings of its own.")
            continue
        others = list(rows.filter(owner=owner).exclude(pk=model.camera_id).order_by("pk"))
        if others:
            change = camera_settings.copy(model.camera, others, by=_staff(request))
            messages.info(request, f"{owner}: {change.summary}.")


# The list of photos belongs to the gallery, which knows nothing of scans.
_photos = admin.site.get_model_admin(Photo)
_photos.actions = [*(_photos.actions or ()), measure_photos_again, scan_owners]


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


_cameras = admin.site.get_model_admin(Camera)
_cameras.actions = [*(_cameras.actions or ()), copy_settings]
