"""What a person may set for the frames of a fixed camera, by day and by night."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dedup.core.camera_masks import DEFAULT_BORDER, BorderMask, Polygon, check_polygon

MOST_BLURS, WIDEST_BLUR = 5, 99
MOST_POLYGONS, MOST_CORNERS = 30, 100
MINUTES_A_DAY = 24 * 60
# Raised whenever two frames would get another percent under the same settings: what was stored
# under another version is compared again.
SCORE_VERSION = 2


@dataclass(frozen=True, slots=True)
class FrameSettings:
    """How two frames are compared; refuses values outside the promised range."""

    border: BorderMask = DEFAULT_BORDER
    ignored: tuple[Polygon, ...] = ()  # areas that do not count: a clock, trees, a road
    minimum_area_percent: float = 0.01  # of the unmasked area; a far person is 0.02
    # Kernel sizes in pixels of the comparison, one Gaussian blur after the other. The score was
    # fitted without any: a blur trades small far things for less noise.
    blur_radii: tuple[int, ...] = ()
    # From this percent on a frame is called redundant: of the judged pairs 71 in 100 redundant ones
    # are found, and fewer than 2 in 100 changed ones are lost.
    threshold_percent: float = 54.0
    # Without it a change of light counts like a thing that came or went.
    evens_light: bool = True

    def __post_init__(self) -> None:
        if len(self.ignored) > MOST_POLYGONS:
            raise ValueError(f"At most {MOST_POLYGONS} areas can be left out.")
        for polygon in self.ignored:
            check_polygon(polygon)
            if len(polygon) > MOST_CORNERS:
                raise ValueError(f"A masked area has at most {MOST_CORNERS} corners.")
        if not 0 <= self.minimum_area_percent <= 100:
            raise ValueError(
                f"The smallest area must be 0 to 100 %, not {self.minimum_area_percent}."
            )
        if not 1 <= self.threshold_percent <= 99:
            raise ValueError(f"The line must lie at 1 to 99 %, not {self.threshold_percent}.")
        check_radii(self.blur_radii)

    def to_json(self) -> dict[str, Any]:
        """Plain values only, as a JSON column stores them."""
        stored = asdict(self)
        return stored | {
            "ignored": [[list(point) for point in polygon] for polygon in self.ignored],
            "blur_radii": list(self.blur_radii),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> FrameSettings:
        """Raises ValueError or TypeError for what ``to_json`` did not write."""
        return cls(
            border=BorderMask(**stored["border"]),
            ignored=tuple(
                tuple((float(x), float(y)) for x, y in polygon) for polygon in stored["ignored"]
            ),
            minimum_area_percent=float(stored["minimum_area_percent"]),
            blur_radii=tuple(stored["blur_radii"]),
            threshold_percent=float(stored["threshold_percent"]),
            evens_light=bool(stored["evens_light"]),
        )

    @property
    def digest(self) -> str:
        """The same for settings by which every pair gets the same percent, whatever the line."""
        measured = {
            name: value for name, value in self.to_json().items() if name != "threshold_percent"
        }
        told = json.dumps(measured | {"score": SCORE_VERSION}, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def check_radii(radii: Sequence[int]) -> None:
    """Refuse a list of blurs that is too long, or has a radius that is no odd number."""
    if len(radii) > MOST_BLURS:
        raise ValueError(f"At most {MOST_BLURS} blurs can follow one another.")
    for radius in radii:
        if isinstance(radius, bool) or not isinstance(radius, int) or radius < 1 or not radius % 2:
            raise ValueError(f"A blur radius must be an odd number from 1, not {radius}.")
        if radius > WIDEST_BLUR:
            raise ValueError(f"A blur radius must be at most {WIDEST_BLUR}, not {radius}.")


DEFAULT_SETTINGS = FrameSettings()


class TimeOfDay(enum.StrEnum):
    DAY = "day"
    NIGHT = "night"


# Minutes after midnight on the camera's own clock.
DEFAULT_BEGINNINGS = {TimeOfDay.DAY: 6 * 60, TimeOfDay.NIGHT: 20 * 60}


@dataclass(frozen=True, slots=True)
class CameraRules:
    """The settings of one camera over a whole day, on its own clock."""

    day: FrameSettings = DEFAULT_SETTINGS
    night: FrameSettings = DEFAULT_SETTINGS
    day_begins: int = DEFAULT_BEGINNINGS[TimeOfDay.DAY]  # minutes after midnight
    night_begins: int = DEFAULT_BEGINNINGS[TimeOfDay.NIGHT]

    def time_of_day(self, moment: dt.datetime) -> TimeOfDay:
        """Day or night at a local time. Where both begin at once it is always day."""
        minute = moment.hour * 60 + moment.minute
        day_lasts = (self.night_begins - self.day_begins) % MINUTES_A_DAY or MINUTES_A_DAY
        is_day = (minute - self.day_begins) % MINUTES_A_DAY < day_lasts
        return TimeOfDay.DAY if is_day else TimeOfDay.NIGHT

    def of(self, time_of_day: TimeOfDay) -> FrameSettings:
        return self.day if time_of_day is TimeOfDay.DAY else self.night

    def at(self, moment: dt.datetime) -> FrameSettings:
        """The settings for a frame of this local time, and for its pair with an earlier one."""
        return self.of(self.time_of_day(moment))


DEFAULT_RULES = CameraRules()
