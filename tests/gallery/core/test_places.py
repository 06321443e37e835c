from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.core import places


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [
        pytest.param(45.8992, 6.1294, "Annecy, France", id="a town"),
        pytest.param(35.6717, 139.765, "Ginza (Tokyo), Japan", id="a district with its city"),
        pytest.param(45.9763, 7.6586, "near Zermatt, Switzerland", id="a mountain"),
        pytest.param(-33.8568, 151.2153, "The Rocks (Sydney), Australia", id="south"),
        pytest.param(64.1466, -21.9426, "Reykjavík, Iceland", id="west"),
        pytest.param(1.2897, 103.8501, "Singapore", id="a city that is its country"),
    ],
)
def test_a_position_has_the_name_of_the_nearest_place(
    latitude: float, longitude: float, name: str
) -> None:
    assert places.name_at(latitude, longitude) == name


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        pytest.param(30.0, -40.0, id="the middle of the Atlantic"),
        pytest.param(23.4, 12.0, id="the Sahara"),
        pytest.param(0, 0, id="Null Island"),
        pytest.param(90, 10, id="the pole"),
        pytest.param(91, 10, id="beyond the pole"),
        pytest.param(10, 181, id="beyond the date line"),
        pytest.param(math.nan, 5, id="no number"),
        pytest.param(math.inf, 5, id="no end"),
        pytest.param(None, 5, id="half a position"),
        pytest.param("45.9", "6.1", id="text"),
        pytest.param(True, 1, id="a truth"),
    ],
)
def test_where_no_place_is_near_nothing_is_guessed(latitude: Any, longitude: Any) -> None:
    assert places.name_at(latitude, longitude) == ""


def test_the_hemispheres_are_not_mixed_up() -> None:
    assert "France" in places.name_at(45.8992, 6.1294)
    assert "France" not in places.name_at(-45.8992, 6.1294)
    assert "France" not in places.name_at(45.8992, -6.1294)


def test_the_date_line_separates_no_neighbours() -> None:
    table = places.Gazetteer(
        latitudes=np.array([-168_000], np.int32),
        longitudes=np.array([1_799_500], np.int32),
        populations=np.array([2000], np.uint32),
        country_numbers=np.array([0], np.uint8),
        names=["Waiyevo"],
        countries=["Fiji"],
    )
    assert table.name_at(-16.8, 179.95) == "Waiyevo, Fiji"
    assert table.name_at(-16.8, -179.95) == "near Waiyevo, Fiji"
    assert table.name_at(-16.8, -179.0) == ""


def test_the_table_survives_packing() -> None:
    table = places.gazetteer()
    again = places.unpack(places.pack(table))
    assert len(again.names) > 150_000
    assert again.names == table.names
    assert (again.latitudes == table.latitudes).all()
    assert (again.longitudes == table.longitudes).all()
    assert sorted(again.latitudes.tolist()) == again.latitudes.tolist()


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_position_gets_a_name_of_sensible_length_or_none(
    latitude: float, longitude: float
) -> None:
    name = places.name_at(latitude, longitude)
    assert len(name) <= places.LONGEST
    assert name == name.strip()


@given(st.integers(0, 170_000))
def test_whoever_stands_in_a_place_is_not_told_to_be_near_it(number: int) -> None:
    table = places.gazetteer()
    latitude = float(table.latitudes[number]) / places.UNITS
    longitude = float(table.longitudes[number]) / places.UNITS
    name = places.name_at(latitude, longitude)
    assert name
    assert not name.startswith("near ")
