"""The difference of two frames as a picture to lay over one of them."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from dedup.core.camera_frames import EDGE_OF_THING, Examined

WIDTH_PX = 320
HOT = (255, 77, 38)
STRONGEST = 3 * EDGE_OF_THING  # from here on the colour covers the picture
MOST_OPAQUE = 200


def heat_png(examined: Examined) -> bytes:
    """A small PNG, clear where nothing differs, over the whole first frame; b"" without a map."""
    if examined.difference is None:
        return b""
    height, width = examined.pair.frame_shape
    x, y = examined.pair.corner
    rows, columns = examined.difference.shape
    whole = np.zeros((height, width), np.float32)
    whole[y : y + rows, x : x + columns] = examined.difference
    size = (WIDTH_PX, max(1, round(WIDTH_PX * height / width)))
    small = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    picture = np.empty((*small.shape, 4), np.uint8)
    picture[..., :3] = HOT
    picture[..., 3] = np.clip(small / STRONGEST, 0, 1) * MOST_OPAQUE
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", compress_level=1)
    return file.getvalue()
