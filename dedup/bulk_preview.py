"""What deciding many groups would do: a job that looks like the deciding one and changes nothing.

The handler of jobs of kind "review_preview".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from dedup import bulk
from dedup.bulk import Act, Looked, Result
from dedup.models import SimilarGroup
from gallery.models import Chunk, Job, User
from gallery.work import jobs
from gallery.work.claims import Claim, finish

KIND = "review_preview"
STAGES = ("Looking at groups",)


@dataclass(frozen=True, slots=True)
class Preview:
    """Numbers of a preview that has ended."""

    groups: int = 0  # that would be decided
    photos: int = 0  # that would go to the trash
    bytes: int = 0
    kept: int = 0  # photos that would stay
    emptied: int = 0  # groups left out, because some group would lose its last photo
    shared: int = 0  # groups left out, because they share photos with one that is decided first
    settled: int = 0  # groups that are decided already, dissolved or gone


def later(act: Act, group_ids: list[int], by: User, query: str, *, back: str = "") -> Job:
    """Look at all of the groups. It was asked from the list with this ``query``, or at ``back``."""
    size = bulk.GROUPS_AT_ONCE
    pieces = [group_ids[at : at + size] for at in range(0, len(group_ids), size)]
    options = {"act": act, "by": by.pk, "query": query, "back": back}
    return jobs.start(KIND, by, f"Look before: {bulk.TITLES[act]}", pieces, options)


def work_on(claim: Claim) -> None:
    by = User.objects.get(pk=claim.options["by"])
    with transaction.atomic():
        looked = bulk.look(claim.payload, Act(claim.options["act"]), by)
        job = Job.objects.select_for_update().get(pk=claim.job_id)
        job.result = dict(Counter(job.result) + _numbers(looked))
        job.save(update_fields=["result"])
        finish(claim, done=len(claim.payload))


def numbers(job: Job) -> Preview:
    return Preview(**job.result)


def group_ids(job: Job) -> Iterator[int]:
    """What the preview was asked about."""
    for payload in Chunk.objects.filter(job=job).order_by("pk").values_list("payload", flat=True):
        yield from payload


def do_later(job: Job, by: User) -> Job:
    """Do what was looked at. What changed in between is looked at again by the worker."""
    own = SimilarGroup.objects.filter(scan__owner=by).values_list("pk", flat=True)
    mine = set(own) if not by.is_staff else None
    ids = (pk for pk in group_ids(job) if mine is None or pk in mine)
    return bulk.later(Act(job.options["act"]), ids, by)


def _numbers(looked: Looked) -> Counter[str]:
    trash = [
        member.photo.shot_bytes
        for each in looked.settled
        for member in each.view.members
        if member.photo.pk in each.choice.trash
    ]
    refused = [each for each in looked.left if each.result == Result.REFUSED]
    emptied = sum(each.empties for each in refused)
    return Counter(
        groups=len(looked.settled),
        photos=len(trash),
        bytes=sum(trash),
        kept=sum(len(each.choice.keep) for each in looked.settled),
        emptied=emptied,
        shared=len(refused) - emptied,
        settled=len(looked.left) - len(refused),
    )
