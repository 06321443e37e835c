"""Places without people: mountains, water, hills, woods and the night sky."""

from __future__ import annotations

import cv2
import numpy as np

from gallery.management.demo.paint import (
    Color,
    Light,
    Picture,
    Plane,
    Random,
    blades,
    flat,
    grass,
    ground_plane,
    mix,
    noise,
    ridge,
    sky,
    smooth,
    soft,
    values,
)

Size = tuple[int, int]


def lake(random: Random, size: Size, light: Light) -> Picture:
    """Mountains behind a lake that mirrors them."""
    width, height = size
    shore = int(height * 0.60)
    picture = sky(random, size, shore, light)
    _mountains(random, picture, light, shore, 0.40, layers=3)
    _wood_line(random, picture, light, shore)
    water = picture[max(0, 2 * shore - height) : shore][::-1]
    water = soft(cv2.resize(water, (width, height - shore)), 1.6)
    away = np.linspace(0.1, 1, height - shore, dtype=np.float32)[:, None]
    waves = ground_plane(noise(random, (1024, 1024), 90, octaves=3, stretch=3), water.shape[1::-1])
    y, x = np.mgrid[0 : height - shore, 0:width].astype(np.float32)
    swing = (waves - 0.5) * away
    across, down = x + 60 * swing, y + 40 * swing
    water = values(cv2.remap(water, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))
    depth: Color = (0.05 * light.land[0], 0.14 * light.land[1], 0.20 * light.land[2])
    water = mix(water, depth, (0.20 + 0.45 * away) * np.ones((1, width), np.float32))
    picture[shore:] = np.clip(water + 0.25 * np.clip(swing, 0, 1)[..., None], 0, 1)
    _reeds(random, picture, light)
    return picture


def peaks(random: Random, size: Size, light: Light) -> Picture:
    """Snow above, a meadow with stones below."""
    _, height = size
    foot = int(height * 0.72)
    picture = sky(random, size, foot, light)
    _mountains(random, picture, light, foot, 0.62, layers=2)
    _wood_line(random, picture, light, foot)
    meadow = grass(random, (size[0], height - foot), _lit((0.16, 0.24, 0.08), light),
                   _lit((0.46, 0.56, 0.22), light))  # fmt: skip
    picture[foot:] = meadow
    colors = [_lit(each, light) for each in ((0.30, 0.42, 0.12), (0.55, 0.60, 0.24))]
    blades(random, picture, colors, foot + 10, 2600)
    _flowers(random, picture, light, foot + 30, 240)
    return picture


def sea(random: Random, size: Size, light: Light) -> Picture:
    """Open water with the light of the sun on it, and a beach."""
    width, height = size
    horizon, beach = int(height * 0.46), int(height * 0.80)
    picture = sky(random, size, horizon, light)
    deep = _lit((0.06, 0.26, 0.36), light)
    rows = np.linspace(0, 1, height - horizon, dtype=np.float32)[:, None]
    water = mix(flat((width, height - horizon), light.horizon), deep,
                np.repeat(smooth(-0.15, 0.5, rows), width, 1) * 0.92)  # fmt: skip
    texture = noise(random, (1024, 1024), 120, octaves=4, stretch=3.5)
    waves = ground_plane(texture, (width, height - horizon), near=1.3)
    water += ((waves - 0.5) * (0.10 + 0.42 * rows))[..., None] * np.asarray(light.land, np.float32)
    sun_x = light.sun_at[0] * width
    x = np.abs(np.arange(width, dtype=np.float32)[None] - sun_x) / width
    column = np.exp(-((x / (0.05 + 0.16 * rows)) ** 2))
    glitter = smooth(0.56, 0.70, waves) * column * (light.sun_at[1] < 0.5)
    picture[horizon:] = mix(np.clip(water, 0, 1), light.sun, np.clip(glitter * 1.2, 0, 0.95))
    _beach(random, picture, light, beach)
    _sail(random, picture, light, horizon)
    return picture


def hills(random: Random, size: Size, light: Light) -> Picture:
    """Fields on rolling hills, a house, trees."""
    width, height = size
    picture = sky(random, size, int(height * 0.52), light)
    greens: list[Color] = [(0.42, 0.52, 0.42), (0.48, 0.56, 0.22), (0.60, 0.56, 0.22),
                           (0.34, 0.46, 0.14), (0.26, 0.38, 0.10)]  # fmt: skip
    for layer, green in enumerate(greens):
        base = height * (0.46 + 0.115 * layer)
        line = base - height * (0.05 + 0.015 * layer) * ridge(random, width, 2 + layer, octaves=3)
        haze = 0.55 * (1 - layer / 4) ** 1.5
        field = mix(_field(random, size, _lit(green, light), layer), light.horizon, haze)
        picture[:] = mix(picture, field, _under(line, height))
        if layer in {1, 2, 3}:
            _trees_on(random, picture, line, light, layer, haze)
        if layer == 2:
            _house(random, picture, line, light)
    colors = [_lit(each, light) for each in ((0.30, 0.44, 0.12), (0.52, 0.56, 0.20))]
    blades(random, picture, colors, int(height * 0.90), 1800)
    return picture


def wood(random: Random, size: Size, light: Light) -> Picture:
    """Trunks in haze, with light falling between them."""
    width, height = size
    floor = int(height * 0.74)
    glow = mix(flat(size, _lit((0.55, 0.66, 0.40), light)), light.sun,
               smooth(0.75, 0.0, _distance(size, 0.62, 0.34)) * 0.9)  # fmt: skip
    leaves = noise(random, size, 26, octaves=5)
    picture = mix(glow, _lit((0.30, 0.46, 0.16), light), smooth(0.45, 0.75, leaves) * 0.65)
    picture = soft(picture, width / 150)  # far away, and not what the lens is set on
    ground = grass(random, (width, height - floor), _lit((0.16, 0.14, 0.06), light),
                   _lit((0.52, 0.44, 0.20), light))  # fmt: skip
    picture[floor:] = ground
    for layer in range(5):
        near = (layer + 1) / 5
        trunks = np.zeros((height, width), np.float32)
        for _ in range(9 - layer):
            x = random.uniform(-0.02, 1.02) * width
            thick = width * (0.006 + 0.030 * near**2) * random.uniform(0.7, 1.2)
            foot = floor + (height - floor) * near**1.6 * random.uniform(0.5, 1.0)
            lean = random.normal(0, 0.02) * width
            shape = np.array([[x - thick * 0.7 + lean, 0], [x + thick * 0.7 + lean, 0],
                              [x + thick, foot], [x - thick, foot]])  # fmt: skip
            cv2.fillPoly(trunks, [shape.astype(np.int32)], 1.0, cv2.LINE_AA)
        bark = noise(random, size, 90, octaves=4, stretch=0.2)
        body = mix(flat(size, _lit((0.13, 0.10, 0.07), light)),
                   _lit((0.42, 0.34, 0.24), light), smooth(0.25, 0.95, bark))  # fmt: skip
        picture = mix(picture, mix(body, light.sun, 0.55 * (1 - near) ** 1.2), trunks)
    beams = noise(random, (size[0], 8), 14, octaves=3)[:1]
    rows = np.linspace(1, 0, height, dtype=np.float32)[:, None]
    lean_back = np.stack([np.roll(beams[0], -row // 3) for row in range(height)])
    return mix(picture, light.sun, smooth(0.52, 0.85, lean_back) * rows * 0.42)


def stars(random: Random, size: Size, light: Light) -> Picture:
    """A night sky over a dark ridge, the Milky Way across it."""
    width, height = size
    picture = sky(random, size, int(height * 0.86), light)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    across = (y / height - 0.1) * 0.8 - (x / width - 0.5) * 0.9 - 0.22
    dust = noise(random, size, 9, octaves=6)
    band = np.exp(-((across / 0.14) ** 2)) * smooth(0.25, 0.8, dust)
    picture = picture + band[..., None] * np.asarray((0.30, 0.27, 0.34), np.float32)
    chance = random.random((height, width), dtype=np.float32)
    points = np.where(chance > 0.9986 - 0.003 * band, random.random((height, width)) ** 5, 0)
    points = points.astype(np.float32)
    halo = cv2.GaussianBlur(points, (0, 0), 1.1)
    picture = picture + (points + 3.4 * halo)[..., None] * np.asarray((0.95, 0.97, 1.0), np.float32)
    line = height * 0.84 - height * 0.10 * ridge(random, width, 4)
    return mix(np.clip(picture, 0, 1), (0.012, 0.016, 0.03), _under(line, height))


def dunes(random: Random, size: Size, light: Light) -> Picture:
    """Sand, sharp edges between light and shadow."""
    width, height = size
    picture = sky(random, size, int(height * 0.5), light)
    for layer in range(4):
        line = height * (0.44 + 0.15 * layer) - height * 0.09 * ridge(random, width, 2, octaves=2)
        y = np.arange(height, dtype=np.float32)[:, None]
        ripples = np.sin((y - line[None]) * (0.9 - 0.17 * layer)
                         + 9 * noise(random, size, 6, octaves=3))  # fmt: skip
        face = smooth(0.42, 0.58, noise(random, size, 3, octaves=2, stretch=0.5))
        sand = mix(flat(size, _lit((0.46, 0.29, 0.19), light)),
                   _lit((0.96, 0.74, 0.48), light), face)  # fmt: skip
        sand = np.clip(sand + 0.022 * ripples[..., None], 0, 1)
        sand = mix(sand, light.horizon, 0.5 * (1 - layer / 3) ** 1.5)
        picture = mix(picture, sand, _under(line, height))
    return picture


def _lit(color: Color, light: Light) -> Color:
    red, green, blue = (a * b for a, b in zip(color, light.land, strict=True))
    return red, green, blue


def _under(line: Plane, height: int) -> Plane:
    y = np.arange(height, dtype=np.float32)[:, None]
    return values(y - line[None] + 0.5)


def _distance(size: Size, x: float, y: float) -> Plane:
    width, height = size
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    return values(np.hypot(across / width - x, (down / height - y) * height / width), high=2)


def _mountains(
    random: Random,
    picture: Picture,
    light: Light,
    foot: int,
    highest: float,
    layers: int,
) -> None:
    """Chains of mountains behind each other; the farthest of two carries snow."""
    height, width = picture.shape[:2]
    for layer in range(layers):
        near = (layer + 1) / layers
        rise = height * highest * (1.05 - 0.62 * near)
        line = foot - rise * (0.72 + 0.42 * ridge(random, width, 3 + 2 * layer))
        relief = noise(random, (width, height), 9 + 5 * layer, octaves=7, stretch=0.7)
        slope = relief - np.roll(relief, 7, axis=1) + 0.4 * (relief - np.roll(relief, 7, axis=0))
        shade = smooth(-0.10, 0.13, slope)
        rock = mix(flat((width, height), _lit((0.15, 0.17, 0.22), light)),
                   _lit((0.56, 0.52, 0.50), light), shade)  # fmt: skip
        if layers == 2 and layer == 0:
            up = (foot - np.arange(height, dtype=np.float32)[:, None]) / rise
            white = mix(flat((width, height), _lit((0.62, 0.70, 0.86), light)),
                        _lit((1.0, 0.99, 0.97), light), shade)  # fmt: skip
            rock = mix(rock, white, smooth(0.34, 0.60, up + 0.5 * (relief - 0.5)))
        elif near == 1:
            rock = mix(rock, _lit((0.16, 0.24, 0.14), light), 0.55)
        haze = 0.62 * (1 - near) + 0.14
        picture[:] = mix(picture, mix(rock, light.horizon, haze), _under(line, height))


def _wood_line(random: Random, picture: Picture, light: Light, foot: int) -> None:
    """Conifers along a shore, small with distance."""
    height, width = picture.shape[:2]
    base = foot + 2 - 8 * np.abs(ridge(random, width, 6))
    for x in np.sort(random.uniform(0, width, width // 7)):
        tall = height * random.uniform(0.018, 0.058)
        color = np.asarray(_lit((0.10, 0.17, 0.11), light)) * random.uniform(0.6, 1.25)
        color = 0.86 * color + 0.14 * np.asarray(light.horizon)
        bottom = base[int(x) % width]
        for step in range(4):
            top, broad = bottom - tall * (0.40 + 0.2 * step), tall * 0.17 * (1 - 0.2 * step)
            shape = np.array([[x, top - tall * 0.1], [x + broad, top + tall * 0.4],
                              [x - broad, top + tall * 0.4]])  # fmt: skip
            cv2.fillPoly(picture, [shape.astype(np.int32)], color.tolist(), cv2.LINE_AA)
    picture[foot - 2 : foot + 3] *= 0.75


def _reeds(random: Random, picture: Picture, light: Light) -> None:
    height, width = picture.shape[:2]
    for _ in range(220):
        x = width * abs(random.normal(0, 0.13))
        x = x if random.random() < 0.7 else width - x * 0.6
        length = height * random.uniform(0.05, 0.24)
        color = np.asarray(_lit((0.18, 0.22, 0.10), light)) * random.uniform(0.5, 1.3)
        bend = random.normal(0, 0.12) * length
        points = np.array([[x, height], [x + bend * 0.3, height - length * 0.6],
                           [x + bend, height - length]])  # fmt: skip
        cv2.polylines(picture, [points.astype(np.int32)], isClosed=False,
                      color=color.tolist(), thickness=3, lineType=cv2.LINE_AA)  # fmt: skip


def _flowers(random: Random, picture: Picture, light: Light, top: int, count: int) -> None:
    height, width = picture.shape[:2]
    kinds: list[Color] = [(0.97, 0.84, 0.20), (0.95, 0.94, 0.98), (0.64, 0.36, 0.78)]
    for _ in range(count):
        y = top + (height - top) * random.random()
        radius = 1.5 + 6.5 * (y - top) / (height - top)
        color = _lit(kinds[int(random.integers(3))], light)
        place = (int(random.integers(0, width)), int(y))
        cv2.ellipse(picture, place, (int(radius), int(radius * 0.7)), 0, 0, 360, color, -1,
                    cv2.LINE_AA)  # fmt: skip


def _beach(random: Random, picture: Picture, light: Light, top: int) -> None:
    height, width = picture.shape[:2]
    edge = top + 26 * ridge(random, width, 3, octaves=4)
    y = np.arange(height, dtype=np.float32)[:, None]
    into = (y - edge[None]) / (height - top)
    fine = noise(random, (width, height), 420, octaves=3)
    broad = noise(random, (width, height), 7, octaves=4, stretch=2.5)
    wet, dry = _lit((0.40, 0.32, 0.25), light), _lit((0.90, 0.78, 0.60), light)
    sand = mix(flat((width, height), wet), dry, smooth(0.05, 0.5, into + 0.7 * (broad - 0.5)))
    sand = np.clip(sand + (fine - 0.5)[..., None] * 0.10, 0, 1)
    picture[:] = mix(picture, sand, smooth(0, 0.012, into))
    for off in (0.0, 0.10, -0.16):
        lace = smooth(0.42, 0.62, noise(random, (width, height), 60, octaves=4, stretch=2))
        foam = np.exp(-(((into + off) / 0.016) ** 2)) * lace
        picture[:] = mix(picture, _lit((1.0, 1.0, 1.0), light), np.clip(foam, 0, 0.9))


def _sail(random: Random, picture: Picture, light: Light, horizon: int) -> None:
    height, width = picture.shape[:2]
    x, tall = width * random.uniform(0.18, 0.42), height * random.uniform(0.07, 0.11)
    sail = np.array([[x, horizon - tall], [x, horizon], [x + tall * 0.46, horizon]])
    jib = np.array([[x - 3, horizon - tall * 0.9], [x - 3, horizon], [x - tall * 0.30, horizon]])
    hull = np.array([[x - tall * 0.36, horizon + 2], [x + tall * 0.5, horizon + 2],
                     [x + tall * 0.4, horizon + tall * 0.13],
                     [x - tall * 0.26, horizon + tall * 0.13]])  # fmt: skip
    for shape, color in ((sail, (0.99, 0.97, 0.94)), (jib, (0.90, 0.88, 0.88)),
                         (hull, (0.34, 0.18, 0.14))):  # fmt: skip
        cv2.fillPoly(picture, [shape.astype(np.int32)], _lit(color, light), cv2.LINE_AA)


def _field(random: Random, size: Size, green: Color, layer: int) -> Picture:
    broad = noise(random, size, 4 + layer, octaves=6, stretch=0.8)
    picture = mix(flat(size, green), (green[0] * 1.5, green[1] * 1.3, green[2] * 1.1),
                  smooth(0.3, 0.7, broad) * 0.7)  # fmt: skip
    if layer in {1, 2}:
        y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
        rows = np.sin((x * 0.16 + y * 0.30) * (1.2 - 0.3 * layer) + 3 * broad)
        picture = picture * (1 + 0.07 * rows[..., None])
    fine = noise(random, size, 300, octaves=2)
    return np.clip(picture * (0.86 + 0.28 * fine[..., None]), 0, 1)


def _trees_on(
    random: Random, picture: Picture, line: Plane, light: Light, layer: int, haze: float
) -> None:
    height, width = picture.shape[:2]
    for _ in range(5 + 3 * (3 - layer)):
        x = random.uniform(0, width)
        radius = height * (0.010 + 0.012 * layer) * random.uniform(0.8, 1.5)
        y = line[int(x) % width] + height * 0.03 * random.random()
        _tree(random, picture, (x, y), radius, light, haze)


def _tree(
    random: Random,
    picture: Picture,
    foot: tuple[float, float],
    radius: float,
    light: Light,
    haze: float,
) -> None:
    x, y = foot
    trunk = np.asarray(_lit((0.22, 0.16, 0.10), light)) * (1 - haze)
    crown_y = y - radius * 1.7
    cv2.line(picture, (int(x), int(y)), (int(x), int(crown_y)), trunk.tolist(),
             max(1, int(radius * 0.22)), cv2.LINE_AA)  # fmt: skip
    dark, bright = np.asarray((0.10, 0.19, 0.07)), np.asarray((0.42, 0.52, 0.18))
    for number in range(90):
        share = number / 90
        angle, far = random.uniform(0, 2 * np.pi), radius * np.sqrt(random.random())
        place = (x + far * np.cos(angle) - radius * 0.2 * share,
                 crown_y + far * np.sin(angle) - radius * 0.25 * share)  # fmt: skip
        color = (dark + (bright - dark) * share**1.3) * random.uniform(0.8, 1.15)
        color = np.asarray(_lit(tuple(color), light)) * (1 - haze) + haze * np.asarray(
            light.horizon
        )
        cv2.circle(picture, (int(place[0]), int(place[1])), max(1, int(radius * 0.22)),
                   color.tolist(), -1, cv2.LINE_AA)  # fmt: skip


def _house(random: Random, picture: Picture, line: Plane, light: Light) -> None:
    height, width = picture.shape[:2]
    x, wide = width * random.uniform(0.25, 0.7), height * 0.10
    y = float(line[int(x)]) + height * 0.045
    wall, gable, roof = _lit((0.95, 0.91, 0.83), light), _lit((0.78, 0.74, 0.68), light), \
        _lit((0.66, 0.25, 0.17), light)  # fmt: skip
    top, ridge_y = y - wide * 0.55, y - wide * 0.98
    parts: list[tuple[Color, list[tuple[float, float]]]] = [
        (wall, [(x, y), (x + wide, y), (x + wide, top), (x, top)]),
        (gable, [(x - wide * 0.5, y), (x, y), (x, top), (x - wide * 0.25, ridge_y),
                 (x - wide * 0.5, top)]),
        (roof, [(x - wide * 0.27, ridge_y), (x + wide * 0.8, ridge_y),
                (x + wide * 1.06, top + 2), (x, top + 2)]),
    ]  # fmt: skip
    for color, shape in parts:
        cv2.fillPoly(picture, [np.array(shape, np.int32)], color, cv2.LINE_AA)
    for place in (0.16, 0.44, 0.72):
        left = int(x + wide * place)
        cv2.rectangle(picture, (left, int(y - wide * 0.42)),
                      (left + int(wide * 0.13), int(y - wide * 0.22)),
                      _lit((0.20, 0.24, 0.30), light), -1)  # fmt: skip
