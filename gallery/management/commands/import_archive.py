"""Import zips or a Google Takeout of the server, with a progress bar and a list of outcomes."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gallery.importing import results
from gallery.importing.archives import opening
from gallery.models import Job, User
from gallery.work import runner
from gallery.work.progress import Progress


class Command(BaseCommand):
    help = (
        "Imports the photos of zip files, also of a Google Takeout. Name all parts of one export "
        "together. The archives are read in place and never changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, nargs="+", help="a zip file")
        parser.add_argument("--owner", required=True, help="user name of whom the photos will be")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write every outcome there")
        parser.add_argument("--processes", type=int, default=0, help="default: one per core")

    def handle(self, *args: Any, **options: Any) -> None:
        report = self._import(options["path"], self._owner(options["owner"]), options["processes"])
        self._tell(report)
        if options["json"]:
            text = json.dumps(report, indent=2, ensure_ascii=False)
            options["json"].write_text(text + "\n", encoding="utf-8")

    def _owner(self, name: str) -> User:
        try:
            return User.objects.get(username=name)
        except User.DoesNotExist:
            known = ", ".join(User.objects.values_list("username", flat=True)) or "nobody yet"
            raise CommandError(f"There is no user “{name}”. There is: {known}.") from None

    def _import(self, paths: list[Path], owner: User, processes: int) -> results.Report:
        try:
            run = opening.begin(paths, owner)
        except opening.ArchiveRefused as error:
            raise CommandError(str(error)) from error
        with tqdm(unit=" files", file=sys.stderr, smoothing=0.1) as bar:
            runner.drain(run.job, processes=processes or None, on_progress=_shown_on(bar))
        run.job.refresh_from_db()
        if run.job.status == Job.Status.FAILED:
            raise CommandError(run.job.error)
        return results.report(run)

    def _tell(self, report: results.Report) -> None:
        for file in report["files"]:
            if file["outcome"] in {"refused", "failed"}:
                self.stdout.write(f"{file['outcome']}: {file['path']}: {file['reason']}")
        self.stdout.write(
            f"Added {report['added']:,} · already here {report['already_here']:,} · "
            f"refused {report['refused']:,} · failed {report['failed']:,}"
        )


def _shown_on(bar: Any) -> Any:
    def show(progress: Progress) -> None:
        if bar.desc != f"{progress.stage_name}: ":  # a stage counts from nothing again
            bar.set_description(progress.stage_name, refresh=False)
            bar.reset(total=progress.total)
        bar.total = progress.total
        bar.update(progress.done - bar.n)

    return show
