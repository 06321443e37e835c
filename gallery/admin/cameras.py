"""Cameras in the admin, and what is done to several of them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse

from gallery import camera_acts
from gallery.admin.bases import KeptAdmin
from gallery.camera_forms import RenameCamerasForm, ShiftClocksForm
from gallery.models import Camera, Photo, User
from gallery.web.row_actions import look, row_action


@admin.action(description="Merge into the one with most photos", permissions=["change"])
def merge_into_largest(
    admin_: Any, request: HttpRequest, cameras: QuerySet[Camera]
) -> HttpResponse | None:
    chosen = cameras.order_by().filter(merged_into=None)
    if chosen.values("owner").distinct().count() != 1 or chosen.count() < 2:
        messages.warning(request, "Choose two or more cameras of one owner.")
        return None
    counted: QuerySet[Any] = chosen  # with the list's count
    into = counted.order_by("-count", "pk")[0]
    options = {"into": into.pk, "how": f"Into {into.name}, which has {into.count:,} photos"}
    return look("merge_cameras", request, cameras.exclude(pk=into.pk), options)


@admin.register(Camera)
class CameraAdmin(KeptAdmin):
    actions = [
        merge_into_largest,
        row_action("rename_cameras", RenameCamerasForm),
        row_action("shift_clocks", ShiftClocksForm),
    ]
    list_display = ["name", "make", "model", "prefix", "owner", "photo_count", "merged_into"]
    list_filter = ["owner", "make", ("merged_into", admin.EmptyFieldListFilter)]
    list_select_related = ["owner", "merged_into"]
    search_fields = ["name", "make", "model", "serial", "prefix"]
    readonly_fields = ["owner", "key", "make", "model", "serial", "prefix", "merged_into"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        photos = Photo.objects.filter(camera=OuterRef("pk")).order_by().values("camera")
        count = Subquery(photos.annotate(count=Count("pk")).values("count"))
        cameras: QuerySet[Any] = super().get_queryset(request)
        # No join: the list is counted and filtered without it.
        counted: QuerySet[Any] = cameras.annotate(count=Coalesce(count, 0))
        return counted

    def save_model(self, request: HttpRequest, obj: Camera, form: Any, change: bool) -> None:  # noqa: FBT001  as Django calls it
        """The name is all that can be edited; it changes as on the camera's own page."""
        assert isinstance(request.user, User)
        camera_acts.rename(obj, form.cleaned_data["name"], by=request.user)

    @admin.display(description="photos", ordering="count")
    def photo_count(self, camera: Any) -> int:
        return int(camera.count)
