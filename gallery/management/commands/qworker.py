"""One cluster of workers; `up` starts it and starts it again."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand

from gallery.work import cluster

# Somebody waits for a page, nobody for a single photo of an import: while workers keep all cores
# busy, the web server still goes first. Where nothing else runs, this takes nothing from them.
NICENESS = 10


class Command(BaseCommand):
    help = "Runs one cluster of background workers. Usually started by `up`."

    def handle(self, *args: Any, **options: Any) -> None:
        os.nice(NICENESS)
        sys.exit(cluster.run())
