"""Rules for new frames in the admin: which are on, and pausing or ending them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from dedup.admin.bases import ReadOnlyAdmin
from dedup.models import LiveRule
from dedup.thinning import live

# Rules at once: each has runs of its own to pause or end, and the answer should not take long.
MOST_AT_ONCE = 500


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("on", "On"), ("paused", "Paused"), ("off", "Switched off"), ("draft", "Draft")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[LiveRule]
    ) -> QuerySet[LiveRule] | None:
        in_force = LiveRule.objects.in_force().values("pk")
        match self.value():
            case "on":
                return queryset.filter(pk__in=in_force, paused_at=None)
            case "paused":
                return queryset.filter(pk__in=in_force, paused_at__isnull=False)
            case "off":
                return queryset.filter(switched_off_at__isnull=False)
            case "draft":
                return queryset.filter(switched_on_at=None)
        return None


def _action(description: str, act: Callable[..., None]) -> Any:
    @admin.action(description=description, permissions=["change"])
    def on_each(admin_: LiveRuleAdmin, request: HttpRequest, rules: QuerySet[LiveRule]) -> None:
        chosen = rules.filter(pk__in=LiveRule.objects.in_force().values("pk"))
        some = list(chosen.select_related("camera__owner")[: MOST_AT_ONCE + 1])
        if len(some) > MOST_AT_ONCE:
            said = f"Choose at most {MOST_AT_ONCE:,} rules at once. Nothing was done."
            admin_.message_user(request, said, messages.WARNING)
            return
        for rule in some:
            act(rule, by=request.user)
        left = rules.count() - len(some)
        said = f"{len(some):,} done" + (f"; {left:,} were not switched on." if left else ".")
        admin_.message_user(request, said, messages.SUCCESS if some else messages.WARNING)

    on_each.__name__ = act.__name__
    return on_each


@admin.register(LiveRule)
class LiveRuleAdmin(ReadOnlyAdmin):
    list_display = ["camera", "owner", "state", "act", "when", "settle_minutes", "first_day"]
    list_filter = [StateFilter, "camera__owner", "act"]
    list_select_related = ["camera__owner"]
    search_fields = ["camera__name"]
    actions = [
        _action("Pause", live.pause),
        _action("Go on", live.resume),
        _action("Switch off", live.switch_off),
    ]

    @admin.display(ordering="camera__owner__username")
    def owner(self, rule: LiveRule) -> str:
        return rule.camera.owner.username

    @admin.display
    def state(self, rule: LiveRule) -> str:
        if rule.is_draft:
            return "draft"
        if not rule.is_in_force:
            return "switched off"
        return "paused" if rule.paused_at else "on"
