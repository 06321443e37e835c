"""Make the small copies that are missing, for instance after the derivatives folder was lost."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from gallery.core.pictures import UnreadablePicture
from gallery.files import derivatives
from gallery.models import Photo


class Command(BaseCommand):
    help = "Makes the small copies that are missing. Safe to run at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        made = failed = 0
        photos = Photo.objects.order_by("pk")
        for photo in tqdm(photos.iterator(), total=photos.count(), unit=" photos", file=sys.stderr):
            try:
                made += len(derivatives.make_missing(photo))
            except (UnreadablePicture, OSError) as error:
                failed += 1
                self.stderr.write(f"{photo.file_name} (photo {photo.pk}): {error}")
        self.stdout.write(f"Made {made:,} small copies; {failed:,} photos could not be read.")
