"""Library folders from the command line: list, add, look now, watch, remove."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gallery.importing import folder_states, library_folders
from gallery.importing.folders import FolderRefused
from gallery.models import ImportRun, LibraryFolder, User
from gallery.work import runner


class Command(BaseCommand):
    help = "Shows and manages the folders of the server from which photos come."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="all folders and their state")
        add = acts.add_parser("add", help="take photos from a folder")
        add.add_argument("path", type=Path)
        add.add_argument("--owner", required=True, help="user name of whom the photos will be")
        add.add_argument(
            "--in-place", action="store_true", help="read the originals there, copy nothing"
        )
        add.add_argument("--watch", action="store_true", help="look at it every few minutes")
        helps = {
            "look": "look at a folder now, and import what is found",
            "watch": "look at a folder every few minutes",
            "unwatch": "look at a folder only when asked",
            "remove": "take a folder out of the library; no photo and no file is deleted",
        }
        for name, text in helps.items():
            acts.add_parser(name, help=text).add_argument("path", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "list":
            self._list()
        elif options["act"] == "add":
            self._add(options)
        else:
            self._act_on(_folder_at(options["path"]), options["act"])

    def _list(self) -> None:
        folders = list(LibraryFolder.objects.select_related("owner", "look_job"))
        counts = folder_states.counts_of(folders)
        for folder in folders:
            count = counts[folder.pk]
            state = f"offline: {folder.offline_reason}" if folder.offline_since else "online"
            watched = "watched, " if folder.is_watched else ""
            self.stdout.write(
                f"{folder.path} ({folder.owner.username}): {watched}{folder.get_mode_display()}, "
                f"{count.photos:,} photos, {count.missing:,} missing, {state}"
            )

    def _add(self, options: dict[str, Any]) -> None:
        owner = User.objects.filter(username=options["owner"]).first()
        if owner is None:
            raise CommandError(f"There is no user “{options['owner']}”.")
        mode = LibraryFolder.Mode.IN_PLACE if options["in_place"] else LibraryFolder.Mode.COPY
        try:
            folder = library_folders.add(
                options["path"], owner, mode=mode, is_watched=options["watch"], by=None
            )
        except FolderRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._look(folder)

    def _act_on(self, folder: LibraryFolder, act: str) -> None:
        if act == "look":
            self._look(folder)
        elif act == "remove":
            library_folders.remove(folder, by=None)
        else:
            library_folders.watch(folder, on=act == "watch")

    def _look(self, folder: LibraryFolder) -> None:
        """Look and import here, whether or not workers run."""
        before = set(folder.import_runs.values_list("pk", flat=True))
        try:
            runner.drain(library_folders.look_later(folder, by_hand=True), processes=0)
        except library_folders.StillImporting as refusal:
            raise CommandError(str(refusal)) from refusal
        for run in folder.import_runs.exclude(pk__in=before):
            runner.drain(run.job)
            self._tell(run)
        self._list()

    def _tell(self, run: ImportRun) -> None:
        for file in run.files.filter(outcome__in=["refused", "failed"]).iterator():
            self.stdout.write(f"{file.outcome}: {file.path}: {file.reason}")


def _folder_at(path: Path) -> LibraryFolder:
    texts = {str(path), str(path.expanduser().resolve())}
    folder = LibraryFolder.objects.filter(path__in=texts).first()
    if folder is None:
        known = ", ".join(LibraryFolder.objects.values_list("path", flat=True)) or "none yet"
        raise CommandError(f"{path} is no library folder. There is: {known}.")
    return folder
