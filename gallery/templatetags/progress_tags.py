"""Progress, time left and outcomes in words."""

from __future__ import annotations

from django import template

from gallery.importing.listing import IN_TRASH, RunCounts
from gallery.models import Job, Outcome

register = template.Library()

OUTCOME_WORDS = {
    Outcome.ADDED.value: "added",
    Outcome.ALREADY_HERE.value: "already here",
    IN_TRASH: "in your trash",
    Outcome.REFUSED.value: "refused",
    Outcome.FAILED.value: "failed",
    Outcome.SIDE_FILE.value: "side file",
    Outcome.ARCHIVE.value: "zip file",
    Outcome.WAITING.value: "waiting",
}
OUTCOME_ICONS = {
    Outcome.ADDED.value: "check",
    Outcome.ALREADY_HERE.value: "image",
    IN_TRASH: "trash",
    Outcome.REFUSED.value: "refused",
    Outcome.FAILED.value: "warning",
    Outcome.SIDE_FILE.value: "file",
    Outcome.ARCHIVE.value: "folder",
    Outcome.WAITING.value: "clock",
}
OUTCOME_CHIPS = {
    Outcome.ADDED.value: "chip--keep",
    IN_TRASH: "chip--trash",
    Outcome.REFUSED.value: "chip--warn",
    Outcome.FAILED.value: "chip--trash",
}
STATUS_WORDS = {
    Job.Status.QUEUED: "waiting",
    Job.Status.RUNNING: "working",
    Job.Status.DONE: "done",
    Job.Status.FAILED: "failed",
    Job.Status.CANCELLED: "cancelled",
}


@register.filter
def number(count: int) -> str:
    return f"{count:,}"


@register.filter
def about_time(seconds: float | None) -> str:
    """ "about 3 min": as exact as a guess about the future can be."""
    if seconds is None:
        return ""
    if seconds < 55:
        return f"about {max(5, -(-int(seconds) // 5) * 5)} s"
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"about {minutes} min"
    return f"about {minutes // 60} h {minutes % 60} min"


@register.filter
def per_second(rate: float | None) -> str:
    if rate is None:
        return ""
    return f"{rate:,.0f} per second" if rate >= 10 else f"{rate:.1f} per second"


@register.filter
def outcome_word(outcome: str, count: int = 1) -> str:
    """What became of a file, or of so many."""
    word = OUTCOME_WORDS[outcome]
    return f"{word}s" if count != 1 and word.endswith(" file") else word


@register.filter
def files_heading(outcome: str) -> str:
    """ "Files refused", "Side files"."""
    word = outcome_word(outcome, 2)
    return word.capitalize() if word.endswith("files") else f"Files {word}"


@register.filter
def outcome_icon(outcome: str) -> str:
    return OUTCOME_ICONS[outcome]


@register.filter
def outcome_chip(outcome: str) -> str:
    return OUTCOME_CHIPS.get(outcome, "")


@register.filter
def status_word(job: Job) -> str:
    if job.cancel_requested_at and not job.has_ended:
        return "being cancelled"
    if job.is_paused:
        return "paused"
    return STATUS_WORDS[Job.Status(job.status)]


@register.filter
def in_words(counts: RunCounts) -> str:
    """ "1,992 added · 5 already here · 1 refused"."""
    return " · ".join(f"{count:,} {outcome_word(name, count)}" for name, count in counts.shown)
