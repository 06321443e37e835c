"""Lists, filters and bulk actions for staff. Every action is a job that calls what the pages call.

Nothing is deleted here: an original is lost only by "delete forever", on its owner's own page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Model, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gallery import bulk, camera_acts, camera_work
from gallery.core import sizes
from gallery.importing import library_folders, retrying
from gallery.models import (
    ApiToken,
    Camera,
    Change,
    FolderFile,
    ImportedFile,
    ImportRun,
    Job,
    LibraryFolder,
    Photo,
    PhotoQuerySet,
    PhotoTag,
    Tag,
    User,
)
from gallery.web.media_urls import media_url
from gallery.work import jobs

admin.site.site_header = "Contact Sheet"
admin.site.site_title = "Contact Sheet"
admin.site.index_title = "Administration"
admin.site.enable_nav_sidebar = False

# Rights are given to accounts; groups of them would be a second, unused way.
admin.site.unregister(Group)


class KeptAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that nobody adds or deletes by hand."""

    show_facets = admin.ShowFacets.NEVER  # a count for each filter reads the whole table
    show_full_result_count = False
    list_per_page = 100

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Rows that are history: looked at, never edited."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


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


def _later(act: bulk.Act, request: HttpRequest, photos: QuerySet[Photo]) -> HttpResponse:
    """Leave the act to a worker, so that ten thousand photos are answered as fast as one."""
    assert isinstance(request.user, User)
    ids = photos.order_by("pk").values_list("pk", flat=True)
    job = bulk.later(act, ids.iterator(chunk_size=10_000), by=request.user)
    messages.info(request, f"{job.title}: a worker does it now. This page follows it.")
    return redirect("gallery:job", job.pk)


@admin.action(description="Archive", permissions=["change"])
def archive(admin_: Any, request: HttpRequest, photos: QuerySet[Photo]) -> HttpResponse:
    return _later(bulk.Act.ARCHIVE, request, photos)


@admin.action(description="Take out of the archive", permissions=["change"])
def unarchive(admin_: Any, request: HttpRequest, photos: QuerySet[Photo]) -> HttpResponse:
    return _later(bulk.Act.UNARCHIVE, request, photos)


@admin.action(description="Move to trash", permissions=["change"])
def trash(admin_: Any, request: HttpRequest, photos: QuerySet[Photo]) -> HttpResponse:
    return _later(bulk.Act.TRASH, request, photos)


@admin.action(description="Restore from trash", permissions=["change"])
def restore(admin_: Any, request: HttpRequest, photos: QuerySet[Photo]) -> HttpResponse:
    return _later(bulk.Act.RESTORE, request, photos)


@admin.register(Photo)
class PhotoAdmin(KeptAdmin):
    actions = [archive, unarchive, trash, restore]
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
        "camera",
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
        photos: QuerySet[Any] = super().get_queryset(request).annotate(is_mine=mine)
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


def _told(request: HttpRequest, runs: QuerySet[ImportRun], act: Callable[..., bool]) -> None:
    """Act on the job of each run, and say how many it concerned."""
    count = sum(act(run.job, by=request.user) for run in runs.select_related("job"))
    messages.info(request, f"{count:,} import{'' if count == 1 else 's'}: {act.__name__}.")


@admin.action(description="Pause", permissions=["change"])
def pause(admin_: Any, request: HttpRequest, runs: QuerySet[ImportRun]) -> None:
    _told(request, runs, jobs.pause)


@admin.action(description="Resume", permissions=["change"])
def resume(admin_: Any, request: HttpRequest, runs: QuerySet[ImportRun]) -> None:
    _told(request, runs, jobs.resume)


@admin.action(description="Cancel", permissions=["change"])
def cancel(admin_: Any, request: HttpRequest, runs: QuerySet[ImportRun]) -> None:
    _told(request, runs, jobs.cancel)


@admin.action(description="Try failed files again", permissions=["change"])
def try_again(admin_: Any, request: HttpRequest, runs: QuerySet[ImportRun]) -> None:
    assert isinstance(request.user, User)
    for run in runs.select_related("job", "owner"):
        try:
            again = retrying.try_again(run, by=request.user)
            messages.info(request, f"{run}: {again.files.count():,} files are tried again.")
        except retrying.NothingToRetry as refusal:
            messages.warning(request, f"{run}: {refusal}")


@admin.register(ImportRun)
class ImportRunAdmin(KeptAdmin):
    actions = [pause, resume, cancel, try_again]
    list_display = ["__str__", "owner", "door", "root", "status", "total", "failed"]
    list_filter = ["door", "owner", "job__status"]
    list_select_related = ["owner", "job"]
    search_fields = ["root"]
    date_hierarchy = "started_at"

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Without an object this lets the actions appear; history is not edited by hand.
        return obj is None and super().has_change_permission(request, obj)

    @admin.display(ordering="job__status")
    def status(self, run: ImportRun) -> str:
        return "paused" if run.job.is_paused else run.job.get_status_display()

    @admin.display(ordering="job__total")
    def total(self, run: ImportRun) -> int:
        return run.job.total

    @admin.display(ordering="job__failed")
    def failed(self, run: ImportRun) -> int:
        return run.job.failed


@admin.action(description="Look now", permissions=["change"])
def look_now(admin_: Any, request: HttpRequest, folders: QuerySet[LibraryFolder]) -> None:
    for folder in folders:
        try:
            library_folders.look_later(folder, by_hand=True)
            messages.info(request, f"{folder} is looked at.")
        except library_folders.StillImporting as refusal:
            messages.warning(request, f"{folder}: {refusal}")


@admin.action(description="Watch", permissions=["change"])
def watch(admin_: Any, request: HttpRequest, folders: QuerySet[LibraryFolder]) -> None:
    folders.update(is_watched=True)


@admin.action(description="Stop watching", permissions=["change"])
def unwatch(admin_: Any, request: HttpRequest, folders: QuerySet[LibraryFolder]) -> None:
    folders.update(is_watched=False)


@admin.register(LibraryFolder)
class LibraryFolderAdmin(KeptAdmin):
    """Added and removed on their own page, which asks what the admin's forms cannot."""

    actions = [look_now, watch, unwatch]
    list_display = ["path", "owner", "mode", "is_watched", "looked_at", "offline_since"]
    list_filter = ["mode", "is_watched", "owner"]
    list_select_related = ["owner"]
    search_fields = ["path"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)


@admin.register(FolderFile)
class FolderFileAdmin(ReadOnlyAdmin):
    list_display = ["path", "folder", "outcome", "size_bytes", "missing_since"]
    list_filter = ["outcome", ("missing_since", admin.EmptyFieldListFilter), "folder"]
    list_select_related = ["folder"]
    search_fields = ["path", "checksum__startswith"]
    raw_id_fields = ["photo", "folder"]


@admin.register(ImportedFile)
class ImportedFileAdmin(ReadOnlyAdmin):
    list_display = ["path", "outcome", "reason", "size_bytes", "run"]
    list_filter = ["outcome", "code", "run__owner"]
    list_select_related = ["run"]
    search_fields = ["path", "reason"]
    raw_id_fields = ["photo", "run"]


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "status", "owner", "total", "done", "skipped", "failed"]
    list_filter = ["kind", "status", "owner"]
    list_select_related = ["owner"]
    search_fields = ["title", "error"]
    date_hierarchy = "created_at"
    exclude = ["result"]


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ["summary", "act", "photo_count", "owner", "made_by", "made_at", "undone_at"]
    list_filter = ["act", "owner", ("undone_at", admin.EmptyFieldListFilter)]
    list_select_related = ["owner", "made_by"]
    search_fields = ["summary"]
    date_hierarchy = "made_at"


@admin.register(User)
class OwnerAdmin(UserAdmin):  # type: ignore[type-arg]
    """Accounts. One that is no longer wanted is switched off: deleting it would lose its photos."""

    list_display = ["username", "is_staff", "is_active", "home_zone_name", "last_login"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email", "home_zone_name"]}),
        ("Room", {"fields": ["quota_gb"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    list_filter = ["is_staff", "is_superuser", "is_active"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Tokens are made by their owners; here they can be taken away."""

    list_display = ["name", "owner", "beginning", "created_at", "last_used_at"]
    list_select_related = ["owner"]
    readonly_fields = ["owner", "name", "beginning", "created_at", "last_used_at"]
    exclude = ["token_hash"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
