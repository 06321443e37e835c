"""What may happen to a picture without its scene becoming another one.

Two draws of the same picture are a positive pair: the same scene under other light, from a camera
that moved a little, through another lens and another encoder. Everything is numpy and OpenCV and
follows from one random generator, so that a training run can be repeated.
"""

from dataclasses import dataclass

import cv2
import numpy as np

Picture = np.ndarray  # (height, width, 3) uint8, RGB
GAMMA = 2.2  # close enough to sRGB for a change of exposure that is drawn at random anyway


@dataclass(frozen=True, slots=True)
class Strength:
    """How far each change may go. The defaults are those of the shipped network."""

    stops: float = 2.5
    tone: float = 0.5
    white_balance: float = 0.25
    saturation: float = 0.5
    shade: float = 0.5
    turn_degrees: float = 8.0
    smallest_crop: float = 0.6
    perspective: float = 0.08
    blur_pixels: float = 1.5
    noise_levels: float = 12.0
    lowest_quality: int = 25
    chance_of_grey: float = 0.1
    chance_of_mirror: float = 0.05
    chance_of_quarter_turn: float = 0.03


def view(
    picture: Picture, random: np.random.Generator, side: int, strength: Strength | None = None
) -> Picture:
    """Another shot of the same scene, squashed to `side` by `side` as the network wants it."""
    strength = strength or Strength()
    shot = framed(picture, random, side, strength)
    shot = lit(shot, random, strength)
    return recorded(shot, random, strength)


def framed(picture: Picture, random: np.random.Generator, side: int, strength: Strength) -> Picture:
    """The camera moved: shift, crop, turn and perspective in one resampling, seldom a mirror."""
    corners = _corners(picture.shape[1], picture.shape[0], random, strength)
    if random.random() < strength.chance_of_mirror:
        corners = corners[[1, 0, 3, 2]]
    if random.random() < strength.chance_of_quarter_turn:
        corners = np.roll(corners, random.integers(1, 4), axis=0)
    # Sampling at twice the size and then averaging keeps fine texture from aliasing.
    double = 2 * side
    target = np.array([[0, 0], [double, 0], [double, double], [0, double]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    warped = cv2.warpPerspective(
        picture, matrix, (double, double), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return cv2.resize(warped, (side, side), interpolation=cv2.INTER_AREA)


def _corners(
    width: int, height: int, random: np.random.Generator, strength: Strength
) -> np.ndarray:
    """The quadrilateral of the picture that the new shot shows, clockwise from top left."""
    scale = random.uniform(strength.smallest_crop, 1.0)
    # The two sides of the crop differ a little, so that shape is no sure sign of the scene.
    size = np.array([width, height]) * np.clip(scale * random.uniform(0.9, 1.1, 2), 0, 1)
    centre = np.array([width, height]) / 2 + random.uniform(-0.5, 0.5, 2) * (
        np.array([width, height]) - size
    )
    square = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    square = square + random.uniform(-strength.perspective, strength.perspective, (4, 2)) / 2
    angle = np.deg2rad(random.uniform(-1, 1) * strength.turn_degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray((square * size) @ turn + centre, np.float32)


def lit(picture: Picture, random: np.random.Generator, strength: Strength) -> Picture:
    """Other light: exposure with clipping, shade, white balance, tone curve, saturation, grey."""
    linear = (picture.astype(np.float32) / 255) ** GAMMA
    gain = 2.0 ** random.uniform(-strength.stops, strength.stops)
    linear *= gain * white_balance(random, strength.white_balance)
    linear *= shade(picture.shape[:2], random, strength.shade)[..., None]
    encoded = np.clip(linear, 0, 1) ** (1 / GAMMA)
    encoded = tone_curve(encoded, random, strength.tone)
    grey = encoded @ np.array([0.299, 0.587, 0.114], np.float32)
    is_grey = random.random() < strength.chance_of_grey
    colour = 0.0 if is_grey else random.uniform(1 - strength.saturation, 1 + strength.saturation)
    encoded = grey[..., None] + colour * (encoded - grey[..., None])
    return _to_bytes(encoded * 255)


def white_balance(random: np.random.Generator, most: float) -> np.ndarray:
    """Gains of red, green and blue whose mean is 1, so that they do not change the exposure."""
    gains = np.exp(random.uniform(-most, most, 3))
    return np.asarray(gains / gains.mean(), np.float32)


def shade(shape: tuple[int, int], random: np.random.Generator, most: float) -> np.ndarray:
    """A smooth fall of light across the frame, as of a cloud, a window or a vignette."""
    coarse = np.exp(random.uniform(-most, most, (3, 3))).astype(np.float32)
    return cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC).clip(0.05)


def tone_curve(values: np.ndarray, random: np.random.Generator, most: float) -> np.ndarray:
    """A monotone curve over values of 0 to 1: gamma, contrast, lifted blacks, lowered whites."""
    bent = values ** float(np.exp(random.uniform(-most, most)))
    contrast = random.uniform(-most, most)
    bent = bent + contrast * bent * (1 - bent) * (2 * bent - 1)
    low, high = random.uniform(0, 0.15 * most), random.uniform(1 - 0.15 * most, 1)
    return np.asarray(low + (high - low) * bent)


def recorded(picture: Picture, random: np.random.Generator, strength: Strength) -> Picture:
    """What lens, sensor and encoder add: blur, noise and JPEG blocks, each in half of the draws."""
    if random.random() < 0.5:
        picture = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.3, strength.blur_pixels))
    if random.random() < 0.5:
        noise = random.normal(0, random.uniform(0, strength.noise_levels), picture.shape)
        picture = _to_bytes(picture + noise)
    if random.random() < 0.5:
        quality = int(random.integers(strength.lowest_quality, 95))
        picture = _through_jpeg(picture, quality)
    return picture


def _through_jpeg(picture: Picture, quality: int) -> Picture:
    _, encoded = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR))
    return np.ascontiguousarray(decoded[..., ::-1])


def _to_bytes(values: np.ndarray) -> Picture:
    return np.asarray(np.rint(np.clip(values, 0, 255)), np.uint8)
