"""One cluster of workers; `up` starts it and starts it again."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from gallery.work import cluster


class Command(BaseCommand):
    help = "Runs one cluster of background workers. Usually started by `up`."

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(cluster.run())
