from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gallery.decoding import decoder


@pytest.fixture(autouse=True)
def _no_scan_afterwards(settings: Any) -> None:
    settings.AFTER_IMPORT = []
    settings.TRASH_GUARDS = []


@pytest.fixture(scope="module", autouse=True)
def _end_decoder() -> Iterator[None]:
    yield
    decoder.decoder().close()
