"""The door to scans, groups and decisions: not there and not yours answer the same 404."""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import Http404

from dedup.models import Decision, LiveRule, Scan, SimilarGroup, Thinning
from gallery.models import User

Row = TypeVar("Row", bound=models.Model)


def scan_for(user: User, scan_id: int | str) -> Scan:
    return _one(Scan.objects.owned_by(user).select_related("job", "camera", "album"), scan_id)


def group_for(user: User, group_id: int | str) -> SimilarGroup:
    return _one(SimilarGroup.objects.owned_by(user).select_related("scan__owner"), group_id)


def decision_for(user: User, decision_id: int | str) -> Decision:
    return _one(Decision.objects.owned_by(user).select_related("change"), decision_id)


def thinning_for(user: User, thinning_id: int | str) -> Thinning:
    thinnings = Thinning.objects.owned_by(user)
    return _one(
        thinnings.select_related("job", "camera__owner", "act_job", "draft", "live_rule"),
        thinning_id,
    )


def live_rule_for(user: User, rule_id: int | str) -> LiveRule:
    return _one(LiveRule.objects.owned_by(user).select_related("camera__owner"), rule_id)


def _one(rows: models.QuerySet[Row], row_id: int | str) -> Row:
    try:
        return rows.get(pk=row_id)
    except (ObjectDoesNotExist, ValueError, OverflowError):
        raise Http404(f"No such {rows.model._meta.verbose_name}.") from None
