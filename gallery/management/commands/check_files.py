"""Check that every photo still has its original, byte for byte if asked."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gallery.files import checking, deleting


class Command(BaseCommand):
    help = "Checks that every photo has its original. Changes nothing unless told to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--read", action="store_true", help="also read every original and compare its checksum"
        )
        parser.add_argument(
            "--delete-unneeded",
            action="store_true",
            help="delete originals that no photo needs; otherwise they are only listed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        trouble = 0
        for finding in checking.originals_with_trouble(read_all=options["read"]):
            trouble += 1
            self.stderr.write(str(finding))
        unneeded = list(checking.unneeded_originals())
        for finding in unneeded:
            self.stdout.write(str(finding))
        if options["delete_unneeded"]:
            deleting.delete_unneeded(finding.checksum for finding in unneeded)
        self.stdout.write(f"{trouble:,} with trouble, {len(unneeded):,} that no photo needs.")
        if trouble:
            raise CommandError("Some originals are missing or changed: restore them from a backup.")
