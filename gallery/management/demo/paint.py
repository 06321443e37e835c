"""Brushes: noise, skies, light and grain on pictures of floats from 0 to 1, RGB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.float32]  # (height, width, 3), 0..1
Plane: TypeAlias = NDArray[np.float32]  # (height, width)
Color: TypeAlias = tuple[float, float, float]
Random: TypeAlias = np.random.Generator


@dataclass(frozen=True, slots=True)
class Light:
    """The light of an hour of the day."""

    zenith: Color
    horizon: Color
    sun: Color
    land: Color  # what light falls on the ground
    sun_at: tuple[float, float]  # of the width, and of the height over the horizon
    cloud: Color
    clouds: float  # 0 none, 1 overcast


DAWN = Light((0.36, 0.45, 0.66), (0.98, 0.78, 0.66), (1.0, 0.83, 0.62), (0.78, 0.66, 0.66),
             (0.30, 0.14), (1.0, 0.80, 0.72), 0.42)  # fmt: skip
NOON = Light((0.20, 0.42, 0.74), (0.72, 0.84, 0.94), (1.0, 0.98, 0.92), (1.0, 0.99, 0.94),
             (0.72, 0.95), (1.0, 1.0, 1.0), 0.40)  # fmt: skip
EVENING = Light((0.24, 0.32, 0.56), (0.99, 0.68, 0.36), (1.0, 0.80, 0.44), (0.92, 0.68, 0.46),
                (0.66, 0.10), (0.99, 0.66, 0.50), 0.46)  # fmt: skip
DUSK = Light((0.10, 0.13, 0.30), (0.78, 0.44, 0.42), (1.0, 0.58, 0.36), (0.34, 0.31, 0.44),
             (0.50, -0.06), (0.62, 0.36, 0.44), 0.40)  # fmt: skip
GREY = Light((0.58, 0.63, 0.68), (0.82, 0.85, 0.87), (0.95, 0.95, 0.95), (0.72, 0.75, 0.76),
             (0.4, 0.7), (0.88, 0.89, 0.91), 0.85)  # fmt: skip
NIGHT = Light((0.015, 0.025, 0.07), (0.10, 0.13, 0.24), (0.5, 0.6, 0.8), (0.10, 0.12, 0.20),
              (0.5, -0.5), (0.08, 0.10, 0.18), 0.0)  # fmt: skip


def values(numbers: Any, low: float = 0.0, high: float = 1.0) -> NDArray[np.float32]:
    """Whatever OpenCV or NumPy returned, as floats inside the range."""
    return np.asarray(np.clip(numbers, low, high), np.float32)


def noise(
    random: Random, size: tuple[int, int], cells: float, *, octaves: int = 5, stretch: float = 1.0
) -> Plane:
    """Clouds of noise around 0.5; ``stretch`` above one makes them wider than high."""
    width, height = size
    total = np.zeros((height, width), np.float32)
    strength, weight = 1.0, 0.0
    for _ in range(octaves):
        across = max(2, round(cells / stretch))
        down = max(2, round(cells * height / width))
        if across > width or down > height:
            break
        coarse = random.normal(0, 1, (down, across)).astype(np.float32)
        total += strength * cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
        weight += strength * strength
        cells, strength = cells * 2, strength * 0.52
    return values(0.5 + total * (0.22 / weight**0.5), 0, 1)


def ridge(random: Random, width: int, cells: int, *, octaves: int = 6) -> Plane:
    """A line of hills, one height from -1 to 1 for each column."""
    total = np.zeros(width, np.float32)
    strength = 1.0
    for _ in range(octaves):
        coarse = random.normal(0, 0.5, (1, min(cells + 2, width))).astype(np.float32)
        total += strength * cv2.resize(coarse, (width, 1), interpolation=cv2.INTER_CUBIC)[0]
        cells, strength = cells * 2, strength * 0.45
    return values(total, -1.4, 1.4)


def smooth(low: float, high: float, plane: Plane) -> Plane:
    """0 below, 1 above, and a soft way between."""
    share = np.clip((plane - low) / (high - low), 0, 1)
    return values(share * share * (3 - 2 * share))


def mix(below: Picture, above: Picture | Color, share: Plane | float) -> Picture:
    if isinstance(share, np.ndarray):
        share = share[..., None]
    return (below * (1 - share) + np.asarray(above, np.float32) * share).astype(np.float32)


def flat(size: tuple[int, int], color: Color) -> Picture:
    return np.full((size[1], size[0], 3), color, np.float32)


def ground_plane(texture: Plane, size: tuple[int, int], *, near: float = 1.0) -> Plane:
    """Lay a texture down flat, from the eye to the horizon at the upper edge."""
    width, height = size
    rows = np.linspace(0.02, 1, height, dtype=np.float32)[:, None]
    across = (np.linspace(-0.5, 0.5, width, dtype=np.float32)[None] / rows) * 0.5 * near
    away = np.broadcast_to(near * 0.6 / rows, (height, width))
    texture_height, texture_width = texture.shape
    return values(
        cv2.remap(
            texture,
            ((across + 0.5) * texture_width).astype(np.float32),
            (away * texture_height).astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_WRAP,
        )
    )


def sky(random: Random, size: tuple[int, int], horizon: int, light: Light) -> Picture:
    """Air, sun and clouds over the whole picture; below the horizon it only grows paler."""
    width, height = size
    rows = np.clip(np.arange(height, dtype=np.float32) / horizon, 0, 1) ** 1.5
    picture = mix(flat(size, light.zenith), light.horizon, np.repeat(rows[:, None], width, 1))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    sun_x, sun_y = light.sun_at[0] * width, horizon * (1 - light.sun_at[1])
    distance = np.hypot(x - sun_x, (y - sun_y) * 1.15) / width
    picture = mix(picture, light.sun, 0.55 * np.exp(-((distance / 0.22) ** 1.2)))
    if light.clouds:
        picture = _with_clouds(random, picture, horizon, light, distance)
    return mix(picture, (1.0, 0.97, 0.90), smooth(0.020, 0.012, distance) * (light.clouds < 0.8))


def _with_clouds(
    random: Random, picture: Picture, horizon: int, light: Light, from_sun: Plane
) -> Picture:
    height, width = picture.shape[:2]
    texture = noise(random, (1024, 1024), 7, octaves=6)
    flipped = ground_plane(texture, (width, horizon), near=0.62)[::-1]
    high = np.zeros((height, width), np.float32)
    high[:horizon] = flipped
    cover = 0.74 - 0.42 * light.clouds
    share = smooth(cover, cover + 0.2, high)
    fade = np.zeros((height, width), np.float32)
    fade[:horizon] = smooth(0, 0.25, np.linspace(1, 0, horizon, dtype=np.float32))[:, None]
    lit = np.clip(0.62 + 2.6 * (high - np.roll(high, 14, axis=0)) + 0.3 * np.exp(-from_sun / 0.3),
                  0.35, 1)  # fmt: skip
    shadow = tuple(0.55 * a + 0.35 * b for a, b in zip(light.zenith, light.horizon, strict=True))
    body = mix(np.broadcast_to(np.asarray(shadow, np.float32), picture.shape), light.cloud, lit)
    return mix(picture, body, share * fade * 0.92)


def grass(random: Random, size: tuple[int, int], dark: Color, bright: Color) -> Picture:
    """Ground seen from standing height, finer towards the horizon."""
    texture = noise(random, (1024, 1024), 40, octaves=5)
    broad = noise(random, size, 5, octaves=3, stretch=0.4)
    plane = 0.6 * ground_plane(texture, size, near=1.6) + 0.4 * broad
    return mix(flat(size, dark), bright, smooth(0.28, 0.72, plane))


def blades(random: Random, picture: Picture, colors: list[Color], top: int, count: int) -> None:
    """Draw single blades of grass into the picture, larger towards its lower edge."""
    height, width = picture.shape[:2]
    for _ in range(count):
        y = int(top + (height * 1.04 - top) * random.random() ** 0.7)
        x = int(random.integers(0, width))
        length = (y - top) / (height - top) * height * 0.06 + 3
        lean = random.normal(0, 0.3) * length
        color = np.asarray(colors[int(random.integers(len(colors)))]) * random.uniform(0.7, 1.2)
        tip = (int(x + lean), int(y - length))
        thick = 1 + int(length > height * 0.03) + int(length > height * 0.05)
        cv2.line(picture, (x, y), tip, color.tolist(), thick, cv2.LINE_AA)


def soft(picture: Any, radius: float) -> Picture:
    return values(cv2.GaussianBlur(picture, (0, 0), radius)) if radius > 0 else picture


def developed(picture: Picture, *, vignette: float = 0.22) -> Picture:
    """What a lens and a film make of it: bloom, a tone curve, darker corners."""
    height, width = picture.shape[:2]
    bright = np.clip(picture - 0.78, 0, 1)
    small = cv2.resize(bright, (width // 8, height // 8), interpolation=cv2.INTER_AREA)
    bloom = cv2.resize(soft(small, width / 8 / 40), (width, height))
    picture = picture + 1.1 * bloom
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    picture = picture * (1 - vignette * (0.5 * (x * x + y * y)) ** 1.4)[..., None]
    picture = np.clip(picture, 0, 1)
    curved = picture * picture * (3 - 2 * picture)
    return (0.72 * picture + 0.28 * curved).astype(np.float32)


def grainy(random: Random, picture: Picture, strength: float = 0.016) -> Picture:
    """The noise of a sensor, more of it in the shadows."""
    height, width = picture.shape[:2]
    noise_here = random.normal(0, strength, (height, width)).astype(np.float32)
    return values(picture + noise_here[..., None] * (1.25 - picture))
