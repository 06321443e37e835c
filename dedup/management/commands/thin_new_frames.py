"""Thins new frames by the live rules that are switched on, and waits for the result."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dedup.models import LiveRule, Thinning
from dedup.thinning import live, plans
from gallery.core import sizes
from gallery.models import Change
from gallery.work import runner


class Command(BaseCommand):
    help = (
        "Thins the new frames of cameras whose rule is switched on, as is done every few minutes "
        "by itself. Begins nothing twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--owner", help="only cameras of this account")
        parser.add_argument("--camera", help="only this one: its name, or the prefix of its files")
        parser.add_argument(
            "--dry-run", action="store_true", help="compare and count, and touch nothing"
        )

    def handle(self, **given: Any) -> None:
        rules = _rules(given["owner"], given["camera"])
        for rule in rules:
            self.stdout.write(f"{rule.camera.name} ({rule.camera.owner.username}):")
            if waits := _why_it_waits(rule):
                self.stdout.write(f"  {waits}")
            elif given["dry_run"]:
                self._try(rule)
            else:
                self._run(rule)

    def _run(self, rule: LiveRule) -> None:
        live.begin(rule)
        runs = live.open_runs(rule)
        for run in runs:
            runner.drain(run.job)
            run.refresh_from_db()
            self.stdout.write(f"  {_told(run)}")
        if not runs:
            self.stdout.write("  No new frames have settled.")

    def _try(self, rule: LiveRule) -> None:
        days = live.days_of(live.settled_frames(rule, timezone.now()))
        if not days:
            self.stdout.write("  No new frames have settled.")
        for day in days:
            trial = live.trial(rule, day)
            runner.drain(trial.job)
            found = plans.summary(trial)
            size = sizes.in_words(found.bytes_going)
            self.stdout.write(f"  {day}: {found.goes:,} would go, {size}")
            live.forget(trial)


def _rules(owner: str | None, camera: str | None) -> list[LiveRule]:
    rules = LiveRule.objects.in_force().select_related("camera__owner")
    if owner:
        rules = rules.filter(camera__owner__username=owner)
    found = list(rules.order_by("camera__owner__username", "camera__name"))
    if camera:
        names = {camera.casefold()}
        found = [
            rule
            for rule in found
            if names & {rule.camera.name.casefold(), rule.camera.prefix.casefold()}
        ]
    if not found:
        raise CommandError("No such camera has a rule for new frames that is switched on.")
    return found


def _why_it_waits(rule: LiveRule) -> str:
    if rule.paused_at:
        return "The rule is paused."
    if folder := live.offline_folder(rule.camera):
        return f"The folder {folder} is offline."
    return ""


def _told(run: Thinning) -> str:
    if run.carried_out_at is None:
        return f"{run.first_day}: not finished: {run.job.error or run.job.status}"
    if not run.gone_count:
        return f"{run.first_day}: nothing went"
    went = "moved to trash" if run.change and run.change.act == Change.Act.TRASH else "archived"
    size = sizes.in_words(run.gone_bytes)
    return f"{run.first_day}: {run.gone_count:,} {went}, {size}. {run.note}".rstrip()
