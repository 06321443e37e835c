"""Groups, decisions and pairs in the admin, and the bulk decisions on groups."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dedup import bulk, bulk_preview
from dedup.admin.bases import ReadOnlyAdmin, staff
from dedup.models import DecidedPair, Decision, GroupMember, KeeperRules, PairScore, SimilarGroup
from gallery.core import sizes


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


def _look(act: bulk.Act, request: HttpRequest, rows: QuerySet[SimilarGroup]) -> HttpResponse:
    """Let a worker find out what would become of them; its page then asks."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    job = bulk_preview.later(act, ids, staff(request), "", back=request.get_full_path())
    return redirect("dedup:bulk-preview", job.pk)


@admin.action(description="Accept suggestion: keep one, trash the rest", permissions=["change"])
def accept_suggestion(admin_: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
    return _look(bulk.Act.ACCEPT, request, rows)


@admin.action(description="Keep all", permissions=["change"])
def keep_all(admin_: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
    return _look(bulk.Act.KEEP_ALL, request, rows)


@admin.action(description="Not similar", permissions=["change"])
def not_similar(admin_: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
    return _look(bulk.Act.NOT_SIMILAR, request, rows)


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
