"""What people made: a town at night, a street, a car, a screen; and a flower from near."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gallery.management.demo.paint import (
    Color,
    Light,
    Picture,
    Random,
    flat,
    mix,
    noise,
    sky,
    smooth,
    soft,
    values,
)

Size = tuple[int, int]


def town(random: Random, size: Size, light: Light) -> Picture:
    """Houses by the water after sunset, lit windows mirrored below."""
    width, height = size
    quay = int(height * 0.68)
    picture = sky(random, size, quay, light)
    glow = np.zeros_like(picture)
    for layer in range(3):
        _row_of_houses(random, picture, glow, light, quay, layer)
    picture[:quay] = np.clip(picture[:quay] + 0.7 * soft(glow, 9)[:quay], 0, 1)
    water = picture[max(0, 2 * quay - height) : quay][::-1]
    water = values(cv2.resize(water, (width, height - quay)))
    y, x = np.mgrid[0 : height - quay, 0:width].astype(np.float32)
    wave = noise(random, (width, height - quay), 60, octaves=4, stretch=7) - 0.5
    across, down = x + 26 * wave, y + 90 * wave
    water = values(cv2.remap(water, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))
    picture[quay:] = mix(soft(water, 1.2), (0.03, 0.05, 0.10), 0.34)
    picture[quay - 3 : quay + 2] *= 0.4
    return picture


def street(random: Random, size: Size, light: Light) -> Picture:
    """What a fixed camera over a street sees: houses, a fence, the road."""
    width, height = size
    picture = sky(random, size, int(height * 0.34), light)
    _facades(random, picture, light)
    kerb, far = int(height * 0.60), int(height * 0.52)
    fine = noise(random, size, 380, octaves=2)[..., None]
    broad = noise(random, size, 8, octaves=5)
    verge = mix(flat(size, _lit((0.24, 0.34, 0.14), light)), _lit((0.46, 0.52, 0.26), light),
                smooth(0.3, 0.7, broad)) * (0.75 + 0.5 * fine)  # fmt: skip
    picture[far:kerb] = np.clip(verge[far:kerb], 0, 1)
    road = flat(size, _lit((0.40, 0.40, 0.42), light)) * (0.80 + 0.4 * fine)
    road = road * (0.9 + 0.2 * broad[..., None])
    picture[kerb:] = np.clip(road[kerb:], 0, 1)
    for top, bottom, color in ((0.60, 0.615, (0.72, 0.71, 0.69)), (0.93, 0.96, (0.70, 0.69, 0.67))):
        picture[int(height * top) : int(height * bottom)] = _lit(color, light)
    for start in np.arange(-0.05, 1.05, 0.16):
        dash = np.array([[start, 0.765], [start + 0.08, 0.765], [start + 0.078, 0.78],
                         [start - 0.004, 0.78]]) * (width, height)  # fmt: skip
        cv2.fillPoly(picture, [dash.astype(np.int32)], _lit((0.88, 0.87, 0.82), light), cv2.LINE_AA)
    _fence(picture, light, far)
    _street_trees(random, picture, light, far)
    return picture


def car(picture: Picture, light: Light, at: float, color: Color) -> Picture:
    """The same street with a car; ``at`` is its middle as a share of the width."""
    height, width = picture.shape[:2]
    long, x, y = width * 0.20, width * at, height * 0.86
    picture = picture.copy()
    shadow = picture.copy()
    cv2.ellipse(shadow, (int(x), int(y)), (int(long * 0.54), int(long * 0.06)), 0, 0, 360,
                (0.05, 0.05, 0.06), -1, cv2.LINE_AA)  # fmt: skip
    picture = mix(picture, soft(shadow, 3), 0.75)
    body = [(-.5, -.07), (-.49, -.19), (-.36, -.22), (-.22, -.37), (.14, -.38), (.29, -.24),
            (.46, -.20), (.5, -.12), (.5, -.05), (-.5, -.05)]  # fmt: skip
    glass = [(-0.31, -0.225), (-0.20, -0.345), (-0.04, -0.35), (-0.04, -0.225)]
    glass_front = [(-0.01, -0.225), (-0.01, -0.35), (0.13, -0.35), (0.24, -0.235)]
    sill = [(-0.5, -0.11), (0.5, -0.11), (0.5, -0.05), (-0.5, -0.05)]
    darker = (color[0] * 0.7, color[1] * 0.7, color[2] * 0.7)
    for shape, paint in ((body, color), (sill, darker), (glass, (0.16, 0.20, 0.25)),
                         (glass_front, (0.20, 0.25, 0.30))):  # fmt: skip
        points = np.array([(x + a * long, y + b * long) for a, b in shape], np.int32)
        cv2.fillPoly(picture, [points], _lit(paint, light), cv2.LINE_AA)
    for wheel in (-0.30, 0.31):
        for radius, paint in ((0.085, (0.06, 0.06, 0.07)), (0.048, (0.66, 0.67, 0.70))):
            cv2.circle(picture, (int(x + wheel * long), int(y - 0.05 * long)), int(radius * long),
                       _lit(paint, light), -1, cv2.LINE_AA)  # fmt: skip
    return picture


def flower(random: Random, size: Size, light: Light) -> Picture:
    """One flower near the lens; all behind it melts into discs of light."""
    width, height = size
    picture = mix(flat(size, (0.10, 0.20, 0.08)), (0.42, 0.52, 0.20),
                  smooth(0.3, 0.75, noise(random, size, 4, octaves=3)))  # fmt: skip
    for _ in range(46):
        disc = picture.copy()
        place = (int(random.uniform(0, width)), int(random.uniform(0, height)))
        radius = int(width * random.uniform(0.02, 0.06))
        color = np.asarray((0.95, 0.88, 0.50)) * random.uniform(0.55, 1.05)
        color[2] *= random.uniform(0.6, 1.6)
        cv2.circle(disc, place, radius, color.tolist(), -1, cv2.LINE_AA)
        picture = mix(picture, disc, random.uniform(0.10, 0.38))
    picture = soft(picture, width / 220)
    _stalk(random, picture)
    _petals(random, picture)
    return np.clip(picture * (0.55 + 0.45 * np.asarray(light.land, np.float32)), 0, 1)


def screen(random: Random, number: int) -> Picture:
    """A screenshot of a phone: a notes app with a list to pack, a little longer each time."""
    width, height = 720, 1560
    image = Image.new("RGB", (width, height), (247, 246, 242))
    draw = ImageDraw.Draw(image)
    large, plain, small = (ImageFont.load_default(each) for each in (56, 34, 26))
    draw.text((36, 22), f"9:{41 + number}", font=small, fill=(40, 40, 44))
    draw.rounded_rectangle((636, 26, 684, 50), 6, outline=(40, 40, 44), width=3)
    draw.rectangle((641, 31, 671, 45), fill=(40, 40, 44))
    draw.text((48, 128), "To pack", font=large, fill=(28, 28, 32))
    lines = ("Boots", "Rain coat", "Camera and charger", "Two spare batteries", "Map 1:25 000",
             "Thermos flask", "Sunglasses", "Train tickets")  # fmt: skip
    for place, text in enumerate(lines):
        top = 262 + 118 * place
        draw.rounded_rectangle((40, top, width - 40, top + 98), 18, fill=(255, 255, 255))
        is_done = place < number + 2
        ring = (36, 120, 92) if is_done else (170, 170, 174)
        draw.ellipse((64, top + 30, 102, top + 68), outline=ring, width=4)
        if is_done:
            draw.line(((73, top + 50), (81, top + 58), (94, top + 41)), fill=ring, width=5)
        ink = (140, 140, 144) if is_done else (30, 30, 34)
        draw.text((128, top + 28), text, font=plain, fill=ink)
    draw.rounded_rectangle((width // 2 - 110, height - 28, width // 2 + 110, height - 20), 4,
                           fill=(30, 30, 34))  # fmt: skip
    return (np.asarray(image, np.float32) / 255).astype(np.float32)


def _lit(color: Color, light: Light) -> Color:
    red, green, blue = (min(1.0, a * b) for a, b in zip(color, light.land, strict=True))
    return red, green, blue


def _row_of_houses(
    random: Random, picture: Picture, glow: Picture, light: Light, quay: int, layer: int
) -> None:
    height, width = picture.shape[:2]
    edges = np.sort(random.uniform(-0.05, 1.05, 13 + 2 * layer)) * width
    for left, right in pairwise(edges):
        tall = height * random.uniform(0.12, 0.34) * (1.25 - 0.27 * layer)
        top = int(quay - tall)
        base = np.asarray((0.30, 0.26, 0.30)) * random.uniform(0.5, 1.0) * (0.55 + 0.2 * layer)
        color = np.asarray(_lit(tuple(base), light)) + 0.10 * (2 - layer) * np.asarray(
            light.horizon
        )
        a, b = int(left), int(max(right, left + width * 0.03))
        cv2.rectangle(picture, (a, top), (b, quay), color.tolist(), -1)
        if layer and random.random() < 0.7:
            peak = top - int((b - a) * random.uniform(0.2, 0.5))
            roof = np.array([[a - 3, top], [(a + b) // 2, peak], [b + 3, top]])
            cv2.fillPoly(picture, [roof], (color * 0.6).tolist(), cv2.LINE_AA)
        _windows(random, picture, glow, (a, top, b, quay), layer)


def _windows(
    random: Random,
    picture: Picture,
    glow: Picture,
    house: tuple[int, int, int, int],
    layer: int,
) -> None:
    left, top, right, bottom = house
    step = 15 + 7 * layer
    for y in range(top + step // 2, bottom - step, step):
        for x in range(left + step // 2, right - step // 2, step):
            if random.random() > 0.36:
                continue
            warm = np.asarray((1.0, random.uniform(0.70, 0.88), random.uniform(0.36, 0.62)))
            lamp = (warm * random.uniform(0.55, 1.0)).tolist()
            for target in (picture, glow):
                cv2.rectangle(target, (x, y), (x + step // 3, y + step // 2), lamp, -1)


def _facades(random: Random, picture: Picture, light: Light) -> None:
    height, width = picture.shape[:2]
    walls: list[Color] = [(0.86, 0.80, 0.70), (0.70, 0.44, 0.34), (0.90, 0.90, 0.88),
                          (0.62, 0.68, 0.70)]  # fmt: skip
    plaster = noise(random, (width, height), 200, octaves=3)[..., None]
    edges = (-0.04, 0.23, 0.50, 0.74, 1.04)
    for wall, (start, end) in zip(walls, pairwise(edges), strict=True):
        left, right = int(start * width), int(end * width)
        top, bottom = int(height * random.uniform(0.14, 0.22)), int(height * 0.53)
        a, b = max(left, 0), min(right, width)
        picture[top:bottom, a:b] = np.asarray(_lit(wall, light), np.float32) * (
            0.88 + 0.24 * plaster[top:bottom, a:b]
        )
        roof = np.array([[left - 8, top], [left + 40, top - height * 0.09],
                         [right - 40, top - height * 0.09], [right + 8, top]])  # fmt: skip
        cv2.fillPoly(picture, [roof.astype(np.int32)], _lit((0.40, 0.22, 0.18), light), cv2.LINE_AA)
        for row in range(2):
            for column in range(3):
                x = left + (right - left) * (0.16 + 0.27 * column)
                y = top + (bottom - top) * (0.14 + 0.44 * row)
                wide, tall = (right - left) * 0.13, (bottom - top) * 0.26
                for grow, paint in ((4, (0.95, 0.95, 0.93)), (0, (0.22, 0.27, 0.33))):
                    cv2.rectangle(picture, (int(x - grow), int(y - grow)),
                                  (int(x + wide + grow), int(y + tall + grow)),
                                  _lit(paint, light), -1)  # fmt: skip
                cv2.line(picture, (int(x + wide / 2), int(y)), (int(x + wide / 2), int(y + tall)),
                         _lit((0.9, 0.9, 0.88), light), 2)  # fmt: skip
    picture[:] = np.clip(picture, 0, 1)


def _fence(picture: Picture, light: Light, top: int) -> None:
    height, width = picture.shape[:2]
    paint = _lit((0.34, 0.30, 0.27), light)
    for x in range(-6, width, 22):
        cv2.rectangle(picture, (x, top - int(height * 0.035)), (x + 5, top + 8), paint, -1)
    for y in (top - int(height * 0.028), top - int(height * 0.008)):
        cv2.rectangle(picture, (0, y), (width, y + 4), paint, -1)


def _street_trees(random: Random, picture: Picture, light: Light, foot: int) -> None:
    height, width = picture.shape[:2]
    for at in (0.07, 0.485, 0.90):
        x, radius = int(at * width), height * 0.085
        crown = foot - int(height * 0.19)
        cv2.line(picture, (x, foot + 14), (x, crown), _lit((0.25, 0.19, 0.13), light), 9,
                 cv2.LINE_AA)  # fmt: skip
        for number in range(260):
            angle, far = random.uniform(0, 2 * np.pi), radius * np.sqrt(random.random())
            share = number / 260
            color = np.asarray((0.13, 0.22, 0.08)) * (1 + 2.0 * share) * random.uniform(0.7, 1.2)
            place = (int(x + far * np.cos(angle)), int(crown + far * np.sin(angle) - 8 * share))
            cv2.circle(picture, place, int(random.uniform(4, 9)), _lit(tuple(color), light), -1,
                       cv2.LINE_AA)  # fmt: skip


def _stalk(random: Random, picture: Picture) -> None:
    height, width = picture.shape[:2]
    points = np.array([[width * 0.52, height * 0.46], [width * 0.54, height * 0.72],
                       [width * 0.50, height * 1.02]], np.int32)  # fmt: skip
    for thick, color in ((16, (0.16, 0.30, 0.09)), (7, (0.34, 0.50, 0.17))):
        cv2.polylines(picture, [points], isClosed=False, color=color, thickness=thick,
                      lineType=cv2.LINE_AA)  # fmt: skip


def _petals(random: Random, picture: Picture) -> None:
    height, width = picture.shape[:2]
    middle = np.asarray((width * 0.52, height * 0.44))
    long = height * 0.27
    hue = np.asarray(((0.95, 0.42, 0.52), (0.98, 0.96, 0.92), (0.62, 0.50, 0.90))[
        int(random.integers(3))])  # fmt: skip
    for ring in range(2):
        for angle in np.arange(0, 360, 24) + 12 * ring + random.normal(0, 2.5, 15):
            reach = long * (1 - 0.18 * ring) * random.uniform(0.93, 1.06)
            turn = np.radians(angle)
            direction = np.asarray((np.cos(turn), np.sin(turn) * 0.86))
            for share in np.linspace(1, 0, 9):
                place = middle + direction * reach * (0.56 - 0.03 * share)
                light_here = (0.66 + 0.34 * (1 - share)) * (0.86 + 0.14 * ring)
                light_here *= 1.0 - 0.16 * direction[1]
                axes = (int(reach * 0.46 * (0.35 + 0.65 * share)),
                        max(1, int(reach * 0.115 * share**0.8)))  # fmt: skip
                cv2.ellipse(picture, (int(place[0]), int(place[1])), axes, float(angle), 0, 360,
                            np.clip(hue * light_here, 0, 1).tolist(), -1, cv2.LINE_AA)  # fmt: skip
    for number in range(420):
        far = height * 0.062 * np.sqrt(random.random())
        turn = random.uniform(0, 2 * np.pi)
        place = (int(middle[0] + far * np.cos(turn)), int(middle[1] + far * 0.86 * np.sin(turn)))
        color = np.asarray((0.92, 0.66, 0.12)) * (0.55 + 0.55 * random.random()) * (
            1.05 - 0.3 * number / 420)  # fmt: skip
        cv2.circle(picture, place, int(random.uniform(2, 5)), np.clip(color, 0, 1).tolist(), -1,
                   cv2.LINE_AA)  # fmt: skip
