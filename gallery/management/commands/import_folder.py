"""Import a folder of the server, with a progress bar and a list of outcomes."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gallery.importing import folders, results
from gallery.models import Job, User
from gallery.work import runner
from gallery.work.progress import Progress


class Command(BaseCommand):
    help = "Imports all photos of a folder and its subfolders. The folder is never changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the folder")
        parser.add_argument("--owner", required=True, help="user name of whom the photos will be")
        parser.add_argument(
            "--dry-run", action="store_true", help="read and date every file, but store nothing"
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="write every outcome there")
        parser.add_argument("--processes", type=int, default=0, help="default: one per core")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = self._owner(options["owner"])
        try:
            if options["dry_run"]:
                report = self._try_out(options["path"], owner)
            else:
                report = self._import(options["path"], owner, options["processes"])
        except folders.FolderRefused as error:
            raise CommandError(str(error)) from error
        self._tell(report, dry_run=options["dry_run"])
        if options["json"]:
            text = json.dumps(report, indent=2, ensure_ascii=False)
            options["json"].write_text(text + "\n", encoding="utf-8")

    def _owner(self, name: str) -> User:
        try:
            return User.objects.get(username=name)
        except User.DoesNotExist:
            known = ", ".join(User.objects.values_list("username", flat=True)) or "nobody yet"
            raise CommandError(f"There is no user “{name}”. There is: {known}.") from None

    def _import(self, path: Path, owner: User, processes: int) -> results.Report:
        run = folders.begin(path, owner)
        with _bar(run.job.total) as bar:
            runner.drain(
                run.job,
                processes=processes or None,
                on_progress=lambda progress: _follow(bar, progress),
            )
        run.job.refresh_from_db()
        if run.job.status == Job.Status.FAILED:
            raise CommandError(run.job.error)
        return results.report(run)

    def _try_out(self, path: Path, owner: User) -> results.Report:
        root = folders.checked(path)
        errors: list[OSError] = []
        files = list(folders.found_in(root, on_error=errors.append))
        with _bar(len(files)) as bar:
            return results.trial(
                root, files, owner, unread=errors, on_progress=lambda: bar.update(1)
            )

    def _tell(self, report: results.Report, *, dry_run: bool) -> None:
        for file in report["files"]:
            if file["outcome"] in {"refused", "failed"}:
                self.stdout.write(f"{file['outcome']}: {file['path']}: {file['reason']}")
        would = "Would be added" if dry_run else "Added"
        self.stdout.write(
            f"{would} {report['added']:,} · already here {report['already_here']:,} · "
            f"refused {report['refused']:,} · failed {report['failed']:,}"
        )


def _follow(bar: Any, progress: Progress) -> None:
    """Later stages look again at files that were counted in the first."""
    done = progress.done if progress.stage == 1 else bar.total
    bar.update(done - bar.n)


def _bar(total: int) -> Any:
    return tqdm(total=total, unit=" photos", file=sys.stderr, smoothing=0.1)
