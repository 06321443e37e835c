"""What was measured of photos, and measuring and scanning them again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from dedup import measuring, scanning
from dedup.admin.bases import ReadOnlyAdmin
from dedup.models import MeasureFailure, PhotoFeatures
from gallery.models import Photo, PhotoQuerySet, User


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


# The list of photos belongs to the gallery, which knows nothing of scans.
_photos = admin.site.get_model_admin(Photo)
_photos.actions = [*(_photos.actions or ()), measure_photos_again, scan_owners]
