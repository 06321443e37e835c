"""What happens in the made-up spring: which places were seen when, with what, and how often."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

SUMMER_BEGINS = dt.date(2025, 3, 30)  # local clocks in the middle of Europe


@dataclass(frozen=True, slots=True)
class Device:
    make: str
    model: str
    serial: str = ""
    f_number: float = 1.8
    focal_mm: float = 5.6


CAMERA = Device("Lumora", "M2", "40172236", 5.6, 35.0)
PHONE = Device("Kestrel", "K7")
COMPACT = Device("Ostara", "S100", "", 3.5, 8.8)


@dataclass(frozen=True, slots=True)
class Take:
    """One file: when, under which name, and what differs from the scene as it was drawn."""

    name: str
    taken: dt.datetime | None  # local; None where only the name knows
    device: Device | None = None
    right_px: float = 0.0
    down_px: float = 0.0
    turn_degrees: float = 0.0
    zoom: float = 1.0
    stops: float = 0.0
    blur_px: float = 0.0
    shake_px: int = 0
    width: int = 1280  # of the longer side
    quality: int = 90
    car: tuple[float, str] | None = None  # where, and its colour
    gps: tuple[float, float] | None = None

    @property
    def offset(self) -> str:
        assert self.taken
        return "+02:00" if self.taken.date() >= SUMMER_BEGINS else "+01:00"


@dataclass(frozen=True, slots=True)
class Scene:
    """One view, drawn once, and the files made of it."""

    painter: str
    light: str
    seed: int
    takes: tuple[Take, ...]
    is_upright: bool = False
    number: int = 0  # of a screenshot


def scenes() -> list[Scene]:
    """Return the whole spring, about 80 files."""
    return [
        *_march_hike(),
        *_march_town_and_sea(),
        *_fixed_camera(),
        *_screenshots(),
        *_april(),
    ]


def _march_hike() -> list[Scene]:
    lake = _burst("LUM", 1041, CAMERA, "03-08 07:12:31", (0, 0.4, 0.8, 1.2))
    lake = (lake[0], lake[1], replace(lake[2], blur_px=2.6), lake[3])
    bracket = _burst("LUM", 1052, CAMERA, "03-08 11:40:02", (0, 0.7, 1.4), wander=0)
    bracket = tuple(
        replace(take, stops=stops) for take, stops in zip(bracket, (0, -1.4, 1.2), strict=True)
    )
    flower = _burst("KST", 220, PHONE, "03-08 13:05:10", (0, 1.1, 2.0, 3.3, 4.1))
    flower = tuple(replace(take, blur_px=0 if n == 2 else 3.0) for n, take in enumerate(flower))
    return [
        Scene("lake", "dawn", 11, lake),
        Scene("peaks", "noon", 12, bracket),
        Scene("wood", "dawn", 13, _burst("KST", 214, PHONE, "03-08 09:20:44", (0, 5))),
        Scene("flower", "noon", 14, flower),
        Scene("peaks", "grey", 31, _burst("LUM", 1060, CAMERA, "03-08 15:31:20", (0,))),
    ]


def _march_town_and_sea() -> list[Scene]:
    town = _burst("KST", 251, PHONE, "03-15 18:58:03", (0, 6, 19))
    town = (town[0], replace(town[1], shake_px=17), town[2])
    (sea,) = _burst("LUM", 1101, CAMERA, "03-22 18:04:47", (0,))
    copies = (
        sea,
        replace(sea, name="LUM_1101 (1).jpg", quality=38),
        replace(sea, name="LUM_1101_small.jpg", width=640, quality=82),
    )
    return [
        Scene("town", "dusk", 15, town),
        Scene("town", "dusk", 16, _burst("KST", 258, PHONE, "03-16 19:10:30", (0,))),
        Scene("sea", "evening", 17, copies),
        Scene("sea", "noon", 18, _burst("KST", 263, PHONE, "03-22 12:15:09", (0, 0.9, 1.7))),
        Scene("dunes", "evening", 19, _burst("LUM", 1110, CAMERA, "03-23 17:44:12", (0, 4))),
        Scene("wood", "evening", 24, _burst("OST", 31, COMPACT, "03-29 16:20:05", (0, 8)),
              is_upright=True),
    ]  # fmt: skip


def _fixed_camera() -> list[Scene]:
    """One camera over a street, with both forms of names; cars pass in the morning."""
    cars = {4: (0.18, "red"), 5: (0.72, "red"), 9: (0.55, "white")}
    start = dt.datetime(2025, 3, 27, 10, 30, 36, tzinfo=dt.UTC)
    morning = []
    for number in range(12):
        taken = start + dt.timedelta(seconds=60 * number)
        name = f"c21_{taken:%Y_%m_%d__%H_%M_%S}.png"
        drift = 0.06 * (number % 4) - 0.1
        morning.append(Take(name, None, width=960, stops=drift, car=cars.get(number)))
    evening = []
    for number in range(5):
        moment = dt.datetime(2025, 3, 27, 17, 2, 11, 510_000, tzinfo=dt.UTC)
        moment += dt.timedelta(seconds=60 * number)
        name = f"c21-{round(moment.timestamp() * 1000)}.png"
        evening.append(Take(name, None, width=960, stops=-0.08 * number))
    return [
        Scene("street", "grey", 40, tuple(morning)),
        Scene("street", "evening", 40, tuple(evening)),
    ]


def _screenshots() -> list[Scene]:
    names = [f"Screenshot_20250411-{clock}.png" for clock in ("214110", "214217", "214324")]
    return [
        Scene("screen", "noon", 50, (Take(name, None),), number=number)
        for number, name in enumerate(names)
    ]


def _april() -> list[Scene]:
    (here,) = _burst("KST", 301, PHONE, "04-06 14:02:51", (0,))
    peaks = _burst("LUM", 1160, CAMERA, "04-19 06:41:30", (0, 9))
    flower = _burst("LUM", 1177, CAMERA, "04-19 18:20:00", (0, 0.3, 0.6, 0.9))
    town = _burst("OST", 44, COMPACT, "04-20 20:31:15", (0, 3))
    lake = _burst("LUM", 1142, CAMERA, "04-06 19:40:22", (0, 0.25, 0.5, 0.75, 1.0))
    lake = tuple(replace(take, blur_px=(2.4, 1.8, 0, 1.7, 2.8)[n]) for n, take in enumerate(lake))
    hills = _burst("KST", 304, PHONE, "04-06 14:30:12", (0, 0.8, 1.5, 2.9))
    hills = (replace(hills[0], shake_px=15), *hills[1:3], replace(hills[3], blur_px=2.4))
    return [
        Scene("hills", "noon", 20, (replace(here, gps=(47.6954, 9.1345)),)),
        Scene("hills", "noon", 33, hills),
        Scene("stars", "night", 21, _burst("LUM", 1130, CAMERA, "04-05 23:10:00", (0, 32, 64))),
        Scene("lake", "evening", 22, lake),
        Scene("hills", "evening", 23, _burst("KST", 311, PHONE, "04-19 19:05:33", (0,))),
        Scene("peaks", "dawn", 25, (peaks[0], replace(peaks[1], zoom=1.035))),
        Scene("flower", "evening", 26, (*flower[:3], replace(flower[3], shake_px=13))),
        Scene("sea", "dawn", 27, _burst("KST", 330, PHONE, "04-20 06:50:41", (0, 1.6, 3.0))),
        Scene("lake", "noon", 30, _burst("OST", 40, COMPACT, "04-20 12:11:08", (0,))),
        Scene("dunes", "dawn", 34, _burst("OST", 42, COMPACT, "04-19 07:30:00", (0,))),
        Scene("town", "dusk", 29, (town[0], replace(town[1], stops=-0.5))),
        Scene("wood", "noon", 35, _burst("LUM", 1190, CAMERA, "04-20 13:15:52", (0, 2, 5))),
    ]  # fmt: skip


def _burst(
    letters: str,
    first: int,
    device: Device,
    begins: str,
    after_s: tuple[float, ...],
    *,
    wander: float = 1.0,
) -> tuple[Take, ...]:
    """Shots from the hand: each looks a little beside the one before."""
    start = dt.datetime.strptime(f"2025-{begins}", "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007  local
    takes = []
    for number, seconds in enumerate(after_s):
        taken = start + dt.timedelta(seconds=seconds)
        takes.append(
            Take(
                f"{letters}_{first + number:04}.jpg",
                taken,
                device,
                right_px=wander * (5.0 * number - 3 * (number % 2)),
                down_px=wander * (2.0 * (number % 3)),
                turn_degrees=wander * 0.12 * (number % 3),
            )
        )
    return tuple(takes)
