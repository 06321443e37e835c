"""Looks for suspicious dates among photos that were imported before there was such a check."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from tqdm import tqdm

from gallery.core.batches import ROWS_PER_STATEMENT
from gallery.dating import checking, columns
from gallery.models import Photo, User
from gallery.rows import update_each


class Command(BaseCommand):
    help = "Find suspicious dates among all photos. Imports do it by themselves; safe to repeat."

    def handle(self, **options: Any) -> None:
        for owner in User.objects.order_by("pk"):
            _check(owner)
            count = Photo.objects.owned_by(owner).with_doubtful_date().count()
            self.stdout.write(f"{owner}: {count:,} suspicious date{'' if count == 1 else 's'}.")


def _check(owner: User) -> None:
    photos, last = Photo.objects.owned_by(owner).order_by("pk"), 0
    with tqdm(total=photos.count(), unit=" photos", disable=None) as bar:
        while rows := list(
            photos.filter(pk__gt=last).values_list("pk", "source_path", "file_name")[
                :ROWS_PER_STATEMENT
            ]
        ):
            with transaction.atomic():
                update_each({pk: columns.series_of(path or name) for pk, path, name in rows})
                checking.refresh(owner, [pk for pk, _, _ in rows])
            last = rows[-1][0]
            bar.update(len(rows))
