"""JPEG XL for Pillow, on the machines that the decoder is made for (see pyproject.toml)."""

from __future__ import annotations

import importlib.util
from functools import cache
from typing import BinaryIO

from gallery.core import signatures
from gallery.core.formats import FORMATS, PILLOW_FORMATS

NAME = "JXL"

is_available = importlib.util.find_spec("pylibjxl") is not None


@cache
def register() -> None:
    """Let Pillow open JPEG XL. Loading the decoder takes as long as a photo, so it comes late."""
    from pylibjxl import pillow_plugin

    pillow_plugin.register_pillow()


def pillow_formats(stream: BinaryIO) -> tuple[str, ...]:
    """The formats that Pillow is to try with this file, which stands at its start."""
    head = stream.read(signatures.HEAD_BYTES)
    stream.seek(0)
    if is_available and signatures.name_of(head) == FORMATS[NAME].name:
        register()
        return (NAME,)
    return PILLOW_FORMATS
