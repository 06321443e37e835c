"""Photos with real bytes behind them, for the pages that show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gallery.models import Photo, User
from tests.factories import make_stored_photo
from tests.pictures import scene

MakePhoto = Callable[..., Photo]


@pytest.fixture
def make_photo() -> MakePhoto:
    """Make a photo of this owner with its files; another ``seed`` is another picture."""

    def make(owner: User, *, seed: int = 1, name: str = "IMG_0001.jpg", **fields: Any) -> Photo:
        return make_stored_photo(owner, scene(seed), file_name=name, **fields)

    return make
