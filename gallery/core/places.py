"""A position to the name of the nearest place, from a table that lies beside this file.

No request leaves the machine. Where no place is near there is no name: nothing is guessed.
"""

from __future__ import annotations

import json
import lzma
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TABLE = Path(__file__).with_name("gazetteer") / "places.xz"

# Farther away, a name says where a photo was not taken.
FARTHEST_KM = 30.0
KM_PER_DEGREE = 111.195
UNITS = 10_000  # of the table, in a degree: 11 metres

# People per square kilometre of a city: with it a city of a million reaches 9 km, Tokyo 28 km.
DENSITY = 4000
# What is so near is in the place, not near it: towns are wider than their middle.
EDGE_KM = 2.0
# A district is named with the city it belongs to, which is at least so many times larger.
CITY_IS_LARGER = 10

LONGEST = 120  # characters of a name


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Places sorted by latitude."""

    latitudes: NDArray[np.int32]
    longitudes: NDArray[np.int32]
    populations: NDArray[np.uint32]
    country_numbers: NDArray[np.uint8]
    names: list[str]
    countries: list[str]

    def name_at(self, latitude: float, longitude: float) -> str:
        """The nearest place: "Annecy, France", "near Annecy, France", or nothing."""
        places, km = self._around(latitude, longitude)
        if not len(places):
            return ""
        nearest = int(np.argmin(km))
        reach = np.sqrt(self.populations[places] / (np.pi * DENSITY)) + EDGE_KM
        name = self._with_city(int(places[nearest]), places[km <= reach])
        return name if km[nearest] <= reach[nearest] else f"near {name}"

    def _around(self, latitude: float, longitude: float) -> tuple[NDArray[np.int64], Any]:
        """Places within reach, with their distances."""
        half = FARTHEST_KM / KM_PER_DEGREE * UNITS
        edges = [latitude * UNITS - half, latitude * UNITS + half]
        first, last = (int(place) for place in np.searchsorted(self.latitudes, edges))
        narrow = math.cos(math.radians(latitude)) * KM_PER_DEGREE  # a degree of longitude
        turn = np.abs(self.longitudes[first:last] / UNITS - longitude)
        # Across the date line the way round the other side is the shorter one.
        east = np.minimum(turn, 360 - turn) * narrow
        places = np.flatnonzero(east <= FARTHEST_KM) + first
        north = (self.latitudes[places] / UNITS - latitude) * KM_PER_DEGREE
        km = np.hypot(north, east[places - first])
        near = km <= FARTHEST_KM
        return places[near], km[near]

    def _with_city(self, place: int, around: NDArray[np.int64]) -> str:
        name, country = self.names[place], self.countries[self.country_numbers[place]]
        whole = name if name == country else f"{name}, {country}"
        same_land = around[self.country_numbers[around] == self.country_numbers[place]]
        if not len(same_land):
            return whole[:LONGEST]
        city = int(same_land[np.argmax(self.populations[same_land])])
        is_larger = self.populations[city] >= CITY_IS_LARGER * max(1, self.populations[place])
        if is_larger and self.names[city] not in name:
            with_city = f"{name} ({self.names[city]}), {country}"
            return with_city if len(with_city) < LONGEST - len("near ") else whole
        return whole[:LONGEST]


def name_at(latitude: Any, longitude: Any) -> str:
    """The nearest place in words; nothing for no position, no place near, or nonsense."""
    if not _is_position(latitude) or not _is_position(longitude):
        return ""
    # A receiver without a fix writes zeros.
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude == 0 and longitude == 0):
        return ""
    return gazetteer().name_at(float(latitude), float(longitude))


def name_of(facts: Mapping[str, Any]) -> str:
    """The same from the facts of a photo."""
    return name_at(facts.get("latitude"), facts.get("longitude"))


def _is_position(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


@cache
def gazetteer() -> Gazetteer:
    """The table, read at the first question: some 0.2 seconds, and 25 MB from then on."""
    return unpack(lzma.decompress(TABLE.read_bytes()))


def pack(places: Gazetteer) -> bytes:
    """One line of JSON, then the columns one after the other, then the names by lines."""
    head = {"count": len(places.names), "countries": places.countries}
    columns = (
        np.diff(places.latitudes, prepend=np.int32(0)).astype("<i4"),
        places.longitudes.astype("<i4"),
        places.populations.astype("<u4"),
        places.country_numbers.astype("u1"),
    )
    return b"".join(
        (
            json.dumps(head, ensure_ascii=False).encode() + b"\n",
            *(column.tobytes() for column in columns),
            "\n".join(places.names).encode(),
        )
    )


def unpack(data: bytes) -> Gazetteer:
    head_bytes, _, rest = data.partition(b"\n")
    head = json.loads(head_bytes)
    count: int = head["count"]
    ends = np.cumsum([4 * count, 4 * count, 4 * count, count]).tolist()
    return Gazetteer(
        latitudes=np.cumsum(np.frombuffer(rest[: ends[0]], "<i4"), dtype=np.int32),
        longitudes=np.frombuffer(rest[ends[0] : ends[1]], "<i4"),
        populations=np.frombuffer(rest[ends[1] : ends[2]], "<u4"),
        country_numbers=np.frombuffer(rest[ends[2] : ends[3]], "u1"),
        names=rest[ends[3] :].decode().split("\n"),
        countries=head["countries"],
    )
