"""Draws the scenes of the story and writes them as files, as cameras and phones write theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import ExifTags, Image

from gallery.management.demo import country, paint, town
from gallery.management.demo.paint import Color, Light, Picture
from gallery.management.demo.story import Scene, Take

SEED = 2025
FRAME = (1280, 960)
MARGIN = 48  # drawn around the frame, so that a camera can look aside

PAINTERS: dict[str, Callable[[paint.Random, tuple[int, int], Light], Picture]] = {
    "lake": country.lake,
    "peaks": country.peaks,
    "sea": country.sea,
    "hills": country.hills,
    "wood": country.wood,
    "stars": country.stars,
    "dunes": country.dunes,
    "town": town.town,
    "street": town.street,
    "flower": town.flower,
}
LIGHTS = {
    "dawn": paint.DAWN,
    "noon": paint.NOON,
    "evening": paint.EVENING,
    "dusk": paint.DUSK,
    "grey": paint.GREY,
    "night": paint.NIGHT,
}
CAR_COLORS: dict[str, Color] = {"red": (0.72, 0.12, 0.10), "white": (0.90, 0.90, 0.88)}


def write(scene: Scene, folder: Path) -> int:
    """Write all files of a scene; the same scene gives the same pictures. Returns how many."""
    random = np.random.default_rng([SEED, scene.seed])
    if scene.painter == "screen":
        for take in scene.takes:
            _image(town.screen(random, scene.number)).save(folder / take.name)
        return len(scene.takes)
    size = _size(scene)
    light = LIGHTS[scene.light]
    drawn = PAINTERS[scene.painter](random, size, light)
    for take in scene.takes:
        seen = town.car(drawn, light, take.car[0], CAR_COLORS[take.car[1]]) if take.car else drawn
        picture = _taken(random, paint.developed(seen), scene, take)
        _save(_image(picture), take, folder / take.name)
    return len(scene.takes)


def _size(scene: Scene) -> tuple[int, int]:
    width, height = FRAME[::-1] if scene.is_upright else FRAME
    return width + 2 * MARGIN, height + 2 * MARGIN


def _taken(random: paint.Random, scenery: Picture, scene: Scene, take: Take) -> Picture:
    """Look at the scenery as this shot did: aside, turned, brighter, shaken."""
    height, width = scenery.shape[:2]
    look = cv2.getRotationMatrix2D((width / 2, height / 2), take.turn_degrees, take.zoom)
    look[:, 2] -= np.asarray((MARGIN + take.right_px, MARGIN + take.down_px))
    frame = (width - 2 * MARGIN, height - 2 * MARGIN)
    picture: Any = cv2.warpAffine(scenery, look, frame, flags=cv2.INTER_CUBIC)
    if take.shake_px:
        streak = np.full((1, take.shake_px), 1 / take.shake_px, np.float32)
        picture = cv2.filter2D(picture, -1, streak)
    picture = paint.soft(picture, take.blur_px)
    if take.stops:
        picture = np.clip(picture, 0, 1) ** 2.2 * 2**take.stops
        picture = np.clip(picture, 0, 1) ** (1 / 2.2)
    scale = take.width / max(frame)
    if scale < 1:
        small = (round(frame[0] * scale), round(frame[1] * scale))
        picture = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
    strength = 0.024 if scene.light in {"dusk", "night"} else 0.013
    return paint.grainy(random, paint.values(picture), strength)


def _image(picture: Picture) -> Image.Image:
    return Image.fromarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8))


def _save(image: Image.Image, take: Take, path: Path) -> None:
    if path.suffix == ".png":
        image.save(path, compress_level=3)
    else:
        image.save(path, quality=take.quality, exif=_tags(take))


def _tags(take: Take) -> Image.Exif:
    assert take.taken and take.device
    base, tags = ExifTags.Base, Image.Exif()
    tags[base.Make], tags[base.Model] = take.device.make, take.device.model
    tags[base.Software] = "Drawn by Contact Sheet"
    shot = tags.get_ifd(ExifTags.IFD.Exif)
    shot[base.DateTimeOriginal] = f"{take.taken:%Y:%m:%d %H:%M:%S}"
    shot[base.SubsecTimeOriginal] = f"{take.taken.microsecond // 1000:03}"
    shot[base.OffsetTimeOriginal] = take.offset
    shot[base.FNumber], shot[base.FocalLength] = take.device.f_number, take.device.focal_mm
    shot[base.ExposureTime] = 2**take.stops / 200
    if take.device.serial:
        shot[base.BodySerialNumber] = take.device.serial
    if take.gps:
        tags.get_ifd(ExifTags.IFD.GPSInfo).update(_place(*take.gps))
    return tags


def _place(latitude: float, longitude: float) -> dict[int, object]:
    gps = ExifTags.GPS
    return {
        gps.GPSLatitudeRef: "N" if latitude >= 0 else "S",
        gps.GPSLatitude: _degrees(abs(latitude)),
        gps.GPSLongitudeRef: "E" if longitude >= 0 else "W",
        gps.GPSLongitude: _degrees(abs(longitude)),
    }


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = value % 1 * 60
    return float(int(value)), float(int(minutes)), round(minutes % 1 * 60, 3)
