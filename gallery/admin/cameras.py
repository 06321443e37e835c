"""Cameras in the admin, and the merging of several."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gallery import camera_acts, camera_work
from gallery.admin.bases import KeptAdmin
from gallery.models import (
    Camera,
    User,
)


@admin.action(description="Merge into the one with most photos", permissions=["change"])
def merge_into_largest(
    admin_: Any, request: HttpRequest, cameras: QuerySet[Camera]
) -> HttpResponse | None:
    """Ask first, with what would move where; then leave it to a worker."""
    assert isinstance(request.user, User)
    counted: QuerySet[Any] = cameras.filter(merged_into=None)  # with the list's count
    chosen = list(counted.order_by("-count", "pk"))
    if len(chosen) < 2 or len({camera.owner_id for camera in chosen}) > 1:
        messages.warning(request, "Choose two or more cameras of one owner.")
        return None
    into, others = chosen[0], chosen[1:]
    if request.POST.get("confirmed"):
        job = camera_work.merge_later(others, into, request.user)
        messages.info(request, f"{job.title}: a worker does it now. This page follows it.")
        return redirect("gallery:job", job.pk)
    context = {
        **admin.site.each_context(request),
        "title": f"Merge {len(others):,} into {into.name}?",
        "into": into,
        "others": others,
        "chosen": chosen,
        "opts": Camera._meta,
    }
    return render(request, "admin/gallery/merge_cameras.html", context)


@admin.register(Camera)
class CameraAdmin(KeptAdmin):
    actions = [merge_into_largest]
    list_display = ["name", "make", "model", "prefix", "owner", "photo_count", "merged_into"]
    list_filter = ["owner", "make", ("merged_into", admin.EmptyFieldListFilter)]
    list_select_related = ["owner", "merged_into"]
    search_fields = ["name", "make", "model", "serial", "prefix"]
    readonly_fields = ["owner", "key", "make", "model", "serial", "prefix", "merged_into"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        cameras: QuerySet[Any] = super().get_queryset(request).annotate(count=Count("photos"))
        return cameras

    def save_model(self, request: HttpRequest, obj: Camera, form: Any, change: bool) -> None:  # noqa: FBT001  as Django calls it
        """The name is all that can be edited; it changes as on the camera's own page."""
        assert isinstance(request.user, User)
        camera_acts.rename(obj, form.cleaned_data["name"], by=request.user)

    @admin.display(description="photos", ordering="count")
    def photo_count(self, camera: Any) -> int:
        return int(camera.count)
