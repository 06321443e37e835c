"""Writes another set of values into each of many photos; knows nothing of what they mean.

And how a change keeps such values: as JSON.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.db import connection

from gallery.models import Photo

COLUMNS = {field.name: field for field in Photo._meta.concrete_fields}


def update_each(values_by_photo: Mapping[int, Mapping[str, Any]]) -> None:
    """Write the columns of each photo with one prepared statement.

    ``bulk_update`` would build one statement with a case for every value, which takes databases
    longer the more rows it has.
    """
    rows = sorted(values_by_photo.items(), key=lambda row: (sorted(row[1]), row[0]))
    for names, alike in groupby(rows, key=lambda row: tuple(sorted(row[1]))):
        if names:
            _update(names, list(alike))


def stored(value: Any) -> Any:
    """A column's value as the JSON of a change keeps it."""
    return value.isoformat() if isinstance(value, dt.date) else value


def from_stored(name: str, value: Any) -> Any:
    """The value of that column of a photo again."""
    return COLUMNS[name].to_python(value)


def _update(names: tuple[str, ...], rows: list[tuple[int, Mapping[str, Any]]]) -> None:
    fields = [COLUMNS[name] for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    prepared = [
        [
            *(
                field.get_db_prep_save(values[name], connection)
                for name, field in zip(names, fields, strict=True)
            ),
            photo_id,
        ]
        for photo_id, values in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(Photo._meta.db_table)} SET {columns} WHERE id = %s", prepared
        )
