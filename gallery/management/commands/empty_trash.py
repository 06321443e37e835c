"""Delete forever what has been in the trash for its whole keeping time."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Sum
from django.utils import timezone

from gallery import changes
from gallery.core import sizes
from gallery.models import Photo


class Command(BaseCommand):
    help = (
        "Deletes forever the photos whose keeping time in the trash is over, as the worker does "
        "every day. There is no undo."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be deleted")

    def handle(self, *args: Any, **options: Any) -> None:
        days = settings.TRASH_KEEPING_TIME.days
        if not options["dry_run"]:
            deleted = changes.empty_expired_trash()
            self.stdout.write(
                f"Deleted {deleted.count:,} photos forever (in the trash for {days} days)."
            )
            if deleted.hidden:
                self.stdout.write(
                    f"Hid {deleted.hidden:,} photos whose files stay in library folders."
                )
            return
        expired = Photo.objects.trashed_before(timezone.now() - settings.TRASH_KEEPING_TIME)
        hidden = expired.read_in_place().count()
        expired = expired.exclude(pk__in=expired.read_in_place())
        size = expired.aggregate(size=Sum("size_bytes"))["size"] or 0
        self.stdout.write(
            f"Would delete {expired.count():,} photos ({sizes.in_words(size)}) forever: "
            f"in the trash for {days} days."
        )
        if hidden:
            self.stdout.write(f"Would hide {hidden:,} whose files stay in library folders.")
