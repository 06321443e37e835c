"""What became of each group of a job that decided many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dedup.bulk import Left, Result
from dedup.models import Decision
from dedup.models.decision import DecisionQuerySet
from gallery import bulk
from gallery.models import Job

HEAD = ("group", "result", "what", "decided at", "undone at")


def left(job: Job) -> list[Left]:
    """Groups that were not decided, each with the reason."""
    return [Left(pk, Result(result), why) for pk, result, why in job.result.get("left_groups", [])]


def decisions(job: Job) -> DecisionQuerySet:
    """Those that the job made, also if they were undone since."""
    rows = Decision.objects.filter(change__in=bulk.change_ids(job))
    return rows.select_related("change").order_by("pk")


def rows(job: Job) -> Iterator[tuple[Any, ...]]:
    """Every group of the job; a few thousand in memory at a time."""
    for decision in decisions(job).iterator(chunk_size=2000):
        undone_at = decision.change.undone_at
        yield (
            decision.group_id,
            Result.DONE.value,
            decision.summary,
            decision.made_at.isoformat(),
            undone_at.isoformat() if undone_at else "",
        )
    for each in left(job):
        yield (each.group_id, each.result.value, each.why, "", "")
