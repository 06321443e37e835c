"""Frame settings in the admin, and what is done to the frames of thousands of cameras."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from dedup.admin.bases import ReadOnlyAdmin
from dedup.camera_forms import PlanThinningForm, ThinOutForm
from dedup.models import CameraSettings
from gallery.models import Camera, User
from gallery.web.row_actions import look, row_action


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
def copy_settings(admin_: Any, request: HttpRequest, rows: QuerySet[Camera]) -> HttpResponse:
    """Of each owner, the camera that was set last gives its settings to the others."""
    chosen = rows.order_by()
    standing = CameraSettings.objects.standing().filter(camera__in=chosen.values("pk"))
    models = []
    for owner in User.objects.filter(pk__in=chosen.values("owner")):
        newest = standing.filter(camera__owner=owner).select_related("camera").first()
        models += [newest.camera] if newest else []
    options = {"from": [camera.pk for camera in models], "how": _from(models)}
    return look("copy_settings", request, rows, options)


def _from(models: list[Camera]) -> str:
    names = ", ".join(camera.name for camera in models[:3])
    return f"From {names}{' and others' if len(models) > 3 else ''}" if models else ""


# The list of cameras belongs to the gallery, which knows nothing of frames.
_cameras = admin.site.get_model_admin(Camera)
_cameras.actions = [
    *(_cameras.actions or ()),
    copy_settings,
    row_action("plan_thinning", PlanThinningForm),
    row_action("thin_cameras", ThinOutForm),
]
