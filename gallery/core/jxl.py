"""JPEG XL for Pillow, on the machines that the decoder is made for (see pyproject.toml)."""

from __future__ import annotations

import importlib.util
from functools import cache

from gallery.core.formats import ALIASES, FORMATS, NOT_FOR_PILLOW

NAME = "JXL"

is_available = importlib.util.find_spec("pylibjxl") is not None


def register() -> None:
    """Let Pillow open JPEG XL, if the decoder is there."""
    if is_available:
        from pylibjxl import pillow_plugin

        pillow_plugin.register_pillow()


@cache
def pillow_formats() -> tuple[str, ...]:
    """JPEG first: Pillow asks one after the other, and nearly every photo is one."""
    missing = NOT_FOR_PILLOW if is_available else NOT_FOR_PILLOW | {NAME}
    return tuple(name for name in [*FORMATS, *ALIASES] if name not in missing)
