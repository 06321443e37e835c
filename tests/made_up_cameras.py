"""Makes a set of camera frames of which everything is known: `python -m tests.made_up_cameras DIR`.

It has the shape of the task that people know: 1,080 frames of four fixed cameras, two forms of
names, odd sizes and intervals, one file that cannot be read and one of 10 by 6 pixels. The views
are real frames where the shared data is at hand, else drawn. Light, noise and things of a known
area are put on them, and `ground_truth.json` says what was done to which frame.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.pictures import scene

Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]
Size = tuple[int, int]  # width, height

ZONE = "Europe/Berlin"  # in which the local form of the names is written
REAL_FRAMES = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "camera"
START = dt.datetime(2021, 3, 25, 5, 10, tzinfo=dt.UTC)  # the clock goes forward on the 28th
STEP = dt.timedelta(minutes=5)
SEED = 7  # of which things come when, where, and in which light
EVERY_NTH_IS_EPOCH = 3  # one name in three counts milliseconds; the others show the local time
AREAS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)  # percent of the picture
NOISE_REST = 100  # by so much the noise is larger than the largest frame
LEAST_CONTRAST = 28.0  # gray levels between a thing and what it covers, in daylight
LARGE_FROM_PX = 1000  # `divisor` makes only such frames smaller
FULL_HD: Size = (1920, 1080)
OPTIONS = {".png": [cv2.IMWRITE_PNG_COMPRESSION, 1], ".jpg": [cv2.IMWRITE_JPEG_QUALITY, 92]}


@dataclass(frozen=True, slots=True)
class Camera:
    name: str
    view: str  # the real frame it shows, below the shared data
    part: tuple[float, float, float, float]  # left, top, width, height of that frame
    mirrored: bool
    sizes: tuple[tuple[Size, int], ...]  # one after the other, with how many frames


CAMERAS = (
    Camera(
        "c10",
        "c10/curr_frame.png",
        (0.0, 0.0, 1.0, 1.0),
        False,
        (((640, 480), 114), ((2688, 1520), 12)),
    ),
    Camera(
        "c20",
        "c30/2023-06-18T01_21_32.jpg",
        (0.0, 0.25, 1.0, 0.75),
        False,
        ((FULL_HD, 324),),
    ),
    Camera(
        "c21",
        "c30/2023-06-18T12_48_47.jpg",
        (0.1, 0.3, 0.9, 0.675),
        True,
        ((FULL_HD, 142), ((1100, 619), 1), ((1200, 675), 1), ((10, 6), 1), (FULL_HD, 1)),
    ),
    Camera(
        "c23",
        "c30/2023-06-18T10_50_12.jpg",
        (0.0, 0.2, 0.85, 0.64),
        True,
        ((FULL_HD, 484),),
    ),
)
# (camera, number of the frame): how long after the one before it, instead of about five minutes.
ODD_INTERVALS = {
    ("c20", 0.4): dt.timedelta(seconds=26),
    ("c23", 0.6): dt.timedelta(minutes=18, seconds=49),
    ("c10", 0.5): dt.timedelta(days=2, hours=9),
}


@dataclass(frozen=True, slots=True)
class Thing:
    event: str
    area_percent: float
    left: float  # of its middle, in shares of the frame
    top: float
    seed: int


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame before it is drawn; `scene` is equal for frames that show the same things."""

    camera: str
    name: str
    taken: str
    width: int
    height: int
    scene: int
    things: tuple[Thing, ...]
    seed: int
    unreadable: bool = False

    @property
    def size(self) -> Size:
        return self.width, self.height


def planned(share: float = 1.0, suffix: str = "png", seed: int = SEED) -> list[Shot]:
    """All frames of the set, or of one with that share of each camera's frames."""
    return [shot for camera in CAMERAS for shot in _planned(camera, share, suffix, seed)]


def _planned(camera: Camera, share: float, suffix: str, seed: int) -> Iterator[Shot]:
    random = np.random.default_rng([int(camera.name[1:]), seed])
    sizes = list(_sizes(camera, share))
    times = _times(camera, len(sizes), random)
    things: tuple[Thing, ...] = ()
    number, change_at, events = 0, _stretch(random), 0
    for at, (size, taken) in enumerate(zip(sizes, times, strict=True)):
        if at == change_at:
            number += 1
            things = () if things else (_thing(camera, events, random),)
            events += bool(things)
            change_at = at + (_stay(random) if things else _stretch(random))
        yield Shot(
            camera=camera.name,
            name=_name(camera.name, taken, at, suffix),
            taken=taken.isoformat(),
            width=size[0],
            height=size[1],
            scene=number,
            things=things,
            seed=at + 10_000 * abs(seed - SEED),  # the same set as ever by the usual seed
            unreadable=camera.name == "c21" and at == len(sizes) - 1,
        )


def _sizes(camera: Camera, share: float) -> Iterator[Size]:
    for size, count in camera.sizes:
        yield from [size] * max(1, round(count * share))


def _times(camera: Camera, count: int, random: np.random.Generator) -> Iterator[dt.datetime]:
    odd = {
        round(place * count): apart
        for (name, place), apart in ODD_INTERVALS.items()
        if name == camera.name
    }
    taken = START + dt.timedelta(seconds=int(random.integers(0, 200)))
    for at in range(count):
        yield taken
        jitter = dt.timedelta(milliseconds=int(random.integers(-4000, 4000)))
        apart = odd.get(at + 1)
        taken += apart if apart else STEP + jitter
        # Both forms of a name tell the odd ones exactly: one of them has no milliseconds.
        taken = taken.replace(microsecond=0)


def _stretch(random: np.random.Generator) -> int:
    """For how many frames nothing changes."""
    return int(random.integers(5, 16))


def _stay(random: np.random.Generator) -> int:
    """For how many frames a thing stays where it came to stand."""
    return int(random.integers(1, 5))


def _thing(camera: Camera, number: int, random: np.random.Generator) -> Thing:
    return Thing(
        event=f"{camera.name}-{number + 1}",
        area_percent=AREAS[number % len(AREAS)],
        left=float(random.uniform(0.18, 0.82)),
        top=float(random.uniform(0.45, 0.8)),
        seed=int(random.integers(1 << 30)),
    )


def _name(camera: str, taken: dt.datetime, at: int, suffix: str) -> str:
    if at % EVERY_NTH_IS_EPOCH == 0:
        return f"{camera}-{round(taken.timestamp() * 1000)}.{suffix}"
    return f"{camera}_{taken.astimezone(ZoneInfo(ZONE)):%Y_%m_%d__%H_%M_%S}.{suffix}"


def draw(shot: Shot) -> Picture:
    """The frame in BGR."""
    background = _view(shot.camera, shot.size, REAL_FRAMES)
    picture = background.astype(np.float32)
    for thing in shot.things:
        _put(picture, thing)
    random = np.random.default_rng([shot.seed, int(shot.camera[1:])])
    picture *= _light(shot, random)[:, :, None]
    picture = _swayed(picture, *(int(each) for each in random.integers(-1, 2, 2)))
    top, left = (int(each) for each in random.integers(0, NOISE_REST, 2))
    noise = _noise()[top : top + shot.height, left : left + shot.width, None]
    picture += np.float32(random.uniform(1.5, 3.0)) * noise
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _swayed(picture: Plane, right_px: int, down_px: int) -> Plane:
    """The wind at the mast: moved by a pixel, the edge repeated."""
    move = np.array([[1, 0, right_px], [0, 1, down_px]], np.float32)
    size = (picture.shape[1], picture.shape[0])
    return np.asarray(cv2.warpAffine(picture, move, size, borderMode=cv2.BORDER_REPLICATE))


@cache
def _view(camera_name: str, size: Size, folder: Path) -> Picture:
    camera = next(each for each in CAMERAS if each.name == camera_name)
    path = folder / camera.view
    if path.is_file():
        whole = np.asarray(cv2.imread(str(path)), np.uint8)
        height, width = whole.shape[:2]
        left, top, across, down = camera.part
        rows = slice(int(top * height), int((top + down) * height))
        whole = whole[rows, int(left * width) : int((left + across) * width)]
    else:
        whole = np.asarray(scene(int(camera.name[1:]), (1024, 768)))[:, :, ::-1]
    if camera.mirrored:
        whole = whole[:, ::-1]
    method = cv2.INTER_AREA if size[0] < whole.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(np.ascontiguousarray(whole), size, interpolation=method), np.uint8)


@cache
def _noise() -> Plane:
    return np.random.default_rng(5).standard_normal(
        (1520 + NOISE_REST, 2688 + NOISE_REST), np.float32
    )


def _light(shot: Shot, random: np.random.Generator) -> Plane:
    """What every pixel is multiplied by: the hour, the weather, a cloud, a slow gradient."""
    hour = dt.datetime.fromisoformat(shot.taken).astimezone(ZoneInfo(ZONE))
    sun = np.sin(np.pi * (hour.hour + hour.minute / 60 - 5.5) / 14.5)
    level = 0.3 + 0.75 / (1 + np.exp(-9 * (sun - 0.12))) + 0.06 * random.normal()
    down = np.linspace(-1, 1, 90, dtype=np.float32)[:, None]
    across = np.linspace(-1, 1, 160, dtype=np.float32)[None, :]
    slope = random.uniform(-0.12, 0.12, 2)
    x, y = random.uniform(-1, 1, 2)
    cloud = 0.18 * random.random() * np.exp(-((across - x) ** 2 + (down - y) ** 2) / 0.5)
    light = max(0.2, level) * (1 + slope[0] * across + slope[1] * down) * (1 - cloud)
    smooth = cv2.resize(light.astype(np.float32), shot.size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(smooth, np.float32)


def _put(picture: Plane, thing: Thing) -> None:
    """Paste a thing of exactly the area: a body with a texture, upright or lying."""
    random = np.random.default_rng(thing.seed)
    height, width = picture.shape[:2]
    area_px = thing.area_percent / 100 * width * height
    aspect = float(random.choice([0.45, 0.6, 1.6, 2.2]))  # a person, a cart, a car
    half = (int((area_px * aspect / np.pi) ** 0.5), int((area_px / aspect / np.pi) ** 0.5))
    mask = np.zeros((height, width), np.uint8)
    middle = (int(thing.left * width), int(thing.top * height))
    cv2.ellipse(mask, middle, half, 0, 0, 360, 1, -1)
    under = picture[mask > 0].mean(axis=0)
    colour = random.uniform(25, 230) + random.normal(0, 18, 3)  # clothes and cars are mostly dull
    apart = float((colour - under).mean())
    if abs(apart) < LEAST_CONTRAST:
        colour = under + (LEAST_CONTRAST if under.mean() < 128 else -LEAST_CONTRAST)
    coarse = random.normal(0, 14, (12, 12, 3)).astype(np.float32)
    texture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(0.6, width / 1500))[:, :, None]
    picture[:] = picture * (1 - soft) + (colour + texture) * soft


def write(
    folder: Path,
    *,
    share: float = 1.0,
    suffix: str = "png",
    divisor: int = 1,
    workers: int = 1,
    seed: int = SEED,
) -> list[Shot]:
    """Write the set and its ground truth; the same arguments write the same pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    shots = _smaller(planned(share, suffix, seed), divisor)
    if workers == 1:
        for shot in shots:
            _write_one(shot, folder)
    else:
        with ProcessPoolExecutor(workers) as pool:
            list(pool.map(partial(_write_one, folder=folder), shots, chunksize=16))
    (folder / "ground_truth.json").write_text(json.dumps(ground_truth(shots), indent=1))
    return shots


def _write_one(shot: Shot, folder: Path) -> None:
    cv2.setNumThreads(1)
    path = folder / shot.name
    data = cv2.imencode(path.suffix, draw(shot), OPTIONS[path.suffix])[1].tobytes()
    path.write_bytes(data[: len(data) // 3] if shot.unreadable else data)


def ground_truth(shots: Sequence[Shot]) -> dict[str, Any]:
    return {
        "zone": ZONE,
        "frames": [asdict(shot) for shot in shots],
        "unreadable": [shot.name for shot in shots if shot.unreadable],
        "tiny": [shot.name for shot in shots if shot.size == (10, 6)],
        "odd_intervals": [
            {"camera": camera, "seconds": apart.total_seconds()}
            for (camera, _), apart in ODD_INTERVALS.items()
        ],
    }


def _smaller(shots: Sequence[Shot], divisor: int) -> list[Shot]:
    """The same frames smaller, for tests that only need what happens in them."""
    return [
        replace(shot, width=shot.width // divisor, height=shot.height // divisor)
        if shot.width > LARGE_FROM_PX
        else shot
        for shot in shots
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Write a set of camera frames with ground truth.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--share", type=float, default=1.0, help="of the frames of each camera")
    parser.add_argument("--format", choices=("png", "jpg"), default="png")
    parser.add_argument("--divisor", type=int, default=1, help="of the edges of large frames")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=SEED, help="other things, times and light")
    given = parser.parse_args(arguments)
    shots = write(
        given.folder,
        share=given.share,
        suffix=given.format,
        divisor=given.divisor,
        workers=given.workers,
        seed=given.seed,
    )
    sys.stdout.write(f"{len(shots):,} frames of {len(CAMERAS)} cameras in {given.folder}\n")


if __name__ == "__main__":
    main()
