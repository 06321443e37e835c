"""Names the places of photos that were imported before places had names."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from gallery.naming_places import name_places, unnamed


class Command(BaseCommand):
    help = "Give photos with a position the name of the nearest town. Runs by itself once a day."

    def handle(self, **options: Any) -> None:
        with tqdm(total=unnamed().count(), unit=" photos", disable=None) as bar:
            named = name_places(on_progress=lambda count: bar.update(count) and None)
        self.stdout.write(f"{named:,} photo{'' if named == 1 else 's'} got the name of a place.")
