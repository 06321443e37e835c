"""Jobs, changes, owners and their tokens in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model
from django.http import HttpRequest

from gallery.admin.bases import ReadOnlyAdmin
from gallery.models import (
    ApiToken,
    Change,
    Job,
    User,
)


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
