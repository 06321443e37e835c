"""JPEG XL for Pillow, on the machines that the decoder is made for (see pyproject.toml)."""

from __future__ import annotations

import importlib.util
from functools import cache

NAME = "JXL"

is_available = importlib.util.find_spec("pylibjxl") is not None


@cache
def register() -> None:
    """Let Pillow open JPEG XL. Loading the decoder takes as long as a photo, so it comes late."""
    from pylibjxl import pillow_plugin

    pillow_plugin.register_pillow()
