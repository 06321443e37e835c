"""Pair scores into the database, half a million at a time.

Django's ``bulk_create`` would spend most of a scan on building rows; one prepared statement
takes a tenth of its time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import connection

from dedup.core.values import Indices, PairScores
from dedup.measuring import SCORE_VERSION
from dedup.models import PairScore

_COLUMNS = "photo_a_id, photo_b_id, version, percent, kind, measures"
_REPLACE = """
    ON CONFLICT (photo_a_id, photo_b_id) DO UPDATE
    SET version = excluded.version, percent = excluded.percent,
        kind = excluded.kind, measures = excluded.measures
"""


def store_scores(photo_a: Indices, photo_b: Indices, scores: PairScores) -> None:
    """Store the scores of pairs (smaller id first), in place of earlier ones. Safe to repeat."""
    measures = np.ascontiguousarray(scores.measures, dtype="<f4")
    columns: tuple[list[Any], ...] = (
        photo_a.tolist(),
        photo_b.tolist(),
        [SCORE_VERSION] * len(photo_a),
        # Rounded as people see them, so that a stored score equals the one that is shown.
        np.round(scores.percent.astype(np.float64), 2).tolist(),
        scores.kind.tolist(),
        [row.tobytes() for row in measures],
    )
    table = PairScore._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"INSERT INTO {table} ({_COLUMNS}) SELECT * FROM unnest(%s::bigint[], %s::bigint[],"
                f" %s::int[], %s::float8[], %s::smallint[], %s::bytea[]) {_REPLACE}",
                columns,
            )
        else:
            values = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {table} ({_COLUMNS}) VALUES ({values}) {_REPLACE}",
                list(zip(*columns, strict=True)),
            )
