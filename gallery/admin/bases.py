"""What the pages of the admin have in common."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


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
