"""Pair scores and group members into the database, half a million rows at a time.

Django's ``bulk_create`` would spend most of a scan on building rows; one prepared statement
takes a tenth of its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection

from dedup.core.values import Indices, PairScores
from dedup.measuring import SCORE_VERSION
from dedup.models import GroupMember, PairScore

_REPLACE_SCORE = """
    ON CONFLICT (photo_a_id, photo_b_id) DO UPDATE
    SET version = excluded.version, percent = excluded.percent,
        kind = excluded.kind, measures = excluded.measures
"""

_SCORE_TYPES = {
    "photo_a_id": "bigint",
    "photo_b_id": "bigint",
    "version": "int",
    "percent": "float8",
    "kind": "smallint",
    "measures": "bytea",
}

_MEMBER_TYPES = {
    "group_id": "bigint",
    "photo_id": "bigint",
    "percent": "float8",
    "position": "int",
    "suggested": "bool",
    "reason": "text",
}


def store_scores(photo_a: Indices, photo_b: Indices, scores: PairScores) -> None:
    """Store the scores of pairs (smaller id first), in place of earlier ones. Safe to repeat."""
    measures = np.ascontiguousarray(scores.measures, dtype="<f4")
    columns = (
        photo_a.tolist(),
        photo_b.tolist(),
        [SCORE_VERSION] * len(photo_a),
        # Rounded as people see them, so that a stored score equals the one that is shown.
        np.round(scores.percent.astype(np.float64), 2).tolist(),
        scores.kind.tolist(),
        [row.tobytes() for row in measures],
    )
    _insert(PairScore._meta.db_table, _SCORE_TYPES, columns, _REPLACE_SCORE)


def store_members(rows: Sequence[tuple[int, int, float, int, bool, str]]) -> None:
    """Store members of groups: group, photo, percent, position, suggested, reason."""
    _insert(GroupMember._meta.db_table, _MEMBER_TYPES, tuple(zip(*rows, strict=True)))


def _insert(
    table: str, types: dict[str, str], columns: Sequence[Sequence[Any]], on_conflict: str = ""
) -> None:
    if not columns or not columns[0]:
        return
    names = ", ".join(types)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{kind}[]" for kind in types.values())
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) {on_conflict}",
                [list(column) for column in columns],
            )
        else:
            values = ", ".join(["%s"] * len(types))
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({values}) {on_conflict}",
                list(zip(*columns, strict=True)),
            )
