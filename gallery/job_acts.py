"""Pause, resume and cancel thousands of rows that have a job of their own: imports, scans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gallery.models import Job, RowResult, User
from gallery.row_acts import Call, Item, Result, RowAct
from gallery.work import jobs

Rows = type[Any]  # a model with a job and an owner

ENDED = "It has ended."
BEING_CANCELLED = "It is being cancelled."


@dataclass(frozen=True, slots=True)
class _Way:
    """An act on one job, what stands in its way, and how both are told."""

    act: Callable[[Job, User], bool]
    objection: Callable[[Job], str]
    done: str


def _not_to_pause(job: Job) -> str:
    return _not_to_cancel(job) or ("It is paused." if job.is_paused else "")


def _not_to_resume(job: Job) -> str:
    return _not_to_cancel(job) or ("" if job.is_paused else "It is not paused.")


def _not_to_cancel(job: Job) -> str:
    if job.has_ended:
        return ENDED
    return BEING_CANCELLED if job.cancel_requested_at else ""


_PAUSE = _Way(jobs.pause, _not_to_pause, "Paused.")
_RESUME = _Way(jobs.resume, _not_to_resume, "Resumed.")
_CANCEL = _Way(jobs.cancel, _not_to_cancel, "Cancelled.")


def pausing(rows: Rows, one: str, many: str) -> RowAct:
    return RowAct(
        title="Pause",
        one=one,
        many=many,
        rows=rows,
        note="What is being worked on stops in seconds and loses nothing. An undo resumes them.",
        look=_looking(rows, _PAUSE),
        do=_doing(rows, _PAUSE),
        undo=_undoing(rows, _RESUME),
    )


def resuming(rows: Rows, one: str, many: str) -> RowAct:
    return RowAct(
        title="Resume",
        one=one,
        many=many,
        rows=rows,
        note="Workers go on where they stopped. An undo pauses them again.",
        look=_looking(rows, _RESUME),
        do=_doing(rows, _RESUME),
        undo=_undoing(rows, _PAUSE),
    )


def cancelling(rows: Rows, one: str, many: str, *, note: str) -> RowAct:
    return RowAct(
        title="Cancel",
        one=one,
        many=many,
        rows=rows,
        note=note,
        look=_looking(rows, _CANCEL),
        do=_doing(rows, _CANCEL),
    )


def name_of(row: Any) -> str:
    return f"{row}, {row.owner}"


def _looking(rows: Rows, way: _Way) -> Callable[[Call], list[Item]]:
    def look(call: Call) -> list[Item]:
        return [_looked(row, way) for row in _found(rows, call)]

    return look


def _doing(rows: Rows, way: _Way) -> Callable[[Call], list[Item]]:
    def do(call: Call) -> list[Item]:
        return [_done(row, way, call.by) for row in _found(rows, call)]

    return do


def _undoing(rows: Rows, way: _Way) -> Callable[[Sequence[RowResult], User], list[Item]]:
    def undo(some: Sequence[RowResult], by: User) -> list[Item]:
        call = Call([each.row_id for each in some], by, {}, some[0].job_id)
        return _doing(rows, way)(call)

    return undo


def _found(rows: Rows, call: Call) -> list[Any]:
    return list(call.mine(rows.objects.select_related("owner", "job")))


def _looked(row: Any, way: _Way) -> Item:
    if objection := way.objection(row.job):
        return Item(row.pk, name_of(row), Result.NOTHING_TO_DO, objection)
    return Item(row.pk, name_of(row), Result.DONE)


def _done(row: Any, way: _Way, by: User) -> Item:
    looked = _looked(row, way)
    if looked.result != Result.DONE:
        return looked
    if not way.act(row.job, by):
        return Item(row.pk, looked.name, Result.NOTHING_TO_DO, ENDED)
    return Item(row.pk, looked.name, Result.DONE, way.done)
