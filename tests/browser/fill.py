"""Makes accounts in a running installation and imports a folder for each; run as a module."""

from __future__ import annotations

import sys
from pathlib import Path

import django

django.setup()

from gallery.importing import folders  # noqa: E402  models need Django to be set up
from gallery.models import User  # noqa: E402


def fill(password: str, root: Path, names: list[str]) -> None:
    """Everybody gets the photos of the folder of their name. The cluster reads them."""
    for name in names:
        user = User.objects.create_user(name, password=password)
        if (root / name).is_dir():
            folders.begin(root / name, user)


if __name__ == "__main__":
    fill(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
