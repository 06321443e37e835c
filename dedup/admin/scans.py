"""Scans in the admin, and what is done to thousands of them."""

from __future__ import annotations

from django.contrib import admin

from dedup import scanning
from dedup.admin.bases import ReadOnlyAdmin
from dedup.models import Scan, ScanSettings
from gallery.web.admin_filters import FewRelatedFilter
from gallery.web.row_actions import row_action


@admin.register(Scan)
class ScanAdmin(ReadOnlyAdmin):
    actions = [
        row_action("pause_scans"),
        row_action("resume_scans"),
        row_action("scan_again"),
        row_action("cancel_scans"),
    ]
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
    # No date hierarchy: its days would be worked out from every row, page after page.
    list_filter = ["owner", "job__status", "started_at", ("camera", FewRelatedFilter)]
    list_select_related = ["owner", "job", "camera", "album"]
    search_fields = ["owner__username", "name", "camera__name", "album__title"]
    ordering = ["-id"]  # the newest first, without sorting all

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
