from __future__ import annotations

import pytest

from dedup.models import Scan, SimilarGroup
from gallery.models import Photo, User
from tests.dedup.library import make_measured, scanned


@pytest.fixture
def photos(alice: User) -> list[Photo]:
    """Three shots of one view, the second the largest; then two of another view."""
    first = [
        make_measured(alice, 1, after=shot, shot=shot, width=4000 if shot == 1 else 2000)
        for shot in range(3)
    ]
    second = [make_measured(alice, 2, after=600 + shot, shot=shot) for shot in range(2)]
    return first + second


@pytest.fixture
def scan(alice: User, photos: list[Photo]) -> Scan:
    return scanned(alice)


@pytest.fixture
def group(scan: Scan) -> SimilarGroup:
    return scan.groups.get(photo_count=3)
