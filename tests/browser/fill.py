"""Makes accounts in a running installation and imports a folder for each; run as a module."""

from __future__ import annotations

import sys
from pathlib import Path

import django

django.setup()

from gallery.importing import folders  # noqa: E402  models need Django to be set up
from gallery.models import User  # noqa: E402


def fill(password: str, library: Path, with_photos: list[str], without: list[str]) -> None:
    """Half of the people get all photos of the folder. The running cluster reads them."""
    for name in [*with_photos, *without]:
        user = User.objects.create_user(name, password=password)
        if name in with_photos:
            folders.begin(library, user)


if __name__ == "__main__":
    fill(sys.argv[1], Path(sys.argv[2]), sys.argv[3].split(","), sys.argv[4].split(","))
