"""Photos and tags in the admin: lists, filters and bulk acts, as the pages have them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Model, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gallery.admin.bases import KeptAdmin, ReadOnlyAdmin
from gallery.core import sizes
from gallery.models import (
    Photo,
    PhotoQuerySet,
    PhotoTag,
    Tag,
)
from gallery.web.admin_filters import FewRelatedFilter
from gallery.web.media_urls import media_url
from gallery.web.row_actions import row_action

NOT_SHOWN = ("taken_candidates", "taken_reasons", "taken_by_hand", "taken_doubt_reason")


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("timeline", "On the timeline"), ("archive", "Archived"), ("trash", "In the trash")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Photo]) -> QuerySet[Photo]:
        photos = PhotoQuerySet(Photo, query=queryset.query.clone(), using=queryset.db)
        if self.value() == "timeline":
            return photos.on_timeline()
        if self.value() == "archive":
            return photos.archived()
        return photos.in_trash() if self.value() == "trash" else queryset


@admin.register(Photo)
class PhotoAdmin(KeptAdmin):
    actions = [
        row_action("archive_photos"),
        row_action("unarchive_photos"),
        row_action("trash_photos"),
        row_action("restore_photos"),
    ]
    list_display = [
        "thumbnail",
        "file_name",
        "taken_at",
        "camera",
        "owner",
        "shown_state",
        "rating",
        "shown_tags",
        "shown_size",
        "pixels",
    ]
    list_display_links = ["thumbnail", "file_name"]
    list_filter = [
        StateFilter,
        "owner",
        "rating",
        "taken_precision",
        "taken_source",
        "format",
        ("camera", FewRelatedFilter),
    ]
    list_select_related = ["camera", "owner"]
    search_fields = ["file_name", "source_path", "camera__name", "checksum__startswith"]
    search_help_text = "File name, folder, camera or checksum. Tags have a list of their own."
    date_hierarchy = "taken_day"
    ordering = ["-taken_day", "-taken_at", "-id"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Without an object this lets the actions appear; no single field is edited by hand.
        return obj is None and super().has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        mine = ExpressionWrapper(Q(owner=request.user), output_field=BooleanField())
        # All of them are sorted, and go faster without what the list does not show.
        photos: QuerySet[Any] = super().get_queryset(request).defer(*NOT_SHOWN)
        photos = photos.annotate(is_mine=mine)
        tagged = PhotoTag.objects.there().select_related("tag").order_by("tag__key")
        return photos.prefetch_related(Prefetch("photo_tags", tagged))

    @admin.display(description="")
    def thumbnail(self, photo: Any) -> SafeString | str:
        """The picture, for its owner. Staff see the names of others' photos, not the pictures."""
        if not photo.is_mine:
            return "not yours"
        return format_html('<img src="{}" width="72" alt="">', media_url(photo, "grid"))

    @admin.display(description="state", ordering="trashed_at")
    def shown_state(self, photo: Photo) -> str:
        return photo.state

    @admin.display(description="tags")
    def shown_tags(self, photo: Photo) -> str:
        return ", ".join(row.tag.name for row in photo.photo_tags.all())

    @admin.display(description="size", ordering="size_bytes")
    def shown_size(self, photo: Photo) -> str:
        return sizes.in_words(photo.size_bytes)

    @admin.display(description="pixels", ordering=F("width") * F("height"))
    def pixels(self, photo: Photo) -> str:
        return f"{photo.width} x {photo.height}"


@admin.register(Tag)
class TagAdmin(ReadOnlyAdmin):
    list_display = ["name", "owner", "photo_count"]
    list_filter = ["owner"]
    list_select_related = ["owner"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        on_photo = Count("members", filter=Q(members__removed_at=None))
        tags: QuerySet[Any] = super().get_queryset(request).annotate(photos=on_photo)
        return tags

    @admin.display(description="photos", ordering="photos")
    def photo_count(self, tag: Any) -> int:
        return int(tag.photos)
