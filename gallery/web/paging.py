"""Keyset pages: a cursor remembers the last row shown, so page 1,000 costs as much as page 1."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import BadRequest, FieldDoesNotExist, ValidationError
from django.db.models import Field, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)

DEFAULT_SIZE = 100


class BadCursor(BadRequest):
    """The cursor was not made here, or for another order. Answered with 400."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: list[Row]
    next_cursor: str | None  # none on the last page


def page_of(
    rows: QuerySet[Row],
    *,
    order: tuple[str, ...],
    cursor: str | None = None,
    size: int = DEFAULT_SIZE,
) -> Page[Row]:
    """One page of the rows in this order, which must end with a unique field.

    The fields must be the model's own and must not be null.
    """
    ordered = rows.order_by(*order)
    if cursor:
        ordered = ordered.filter(_after(rows.model, order, decode(cursor)))
    found = list(ordered[: size + 1])
    shown = found[:size]
    is_last = len(found) <= size
    return Page(shown, None if is_last else encode(_key(shown[-1], order)))


def encode(values: list[Any]) -> str:
    """Values of one row as text for an address. Opaque to the client, but no secret."""
    text = json.dumps(values, separators=(",", ":"), default=_as_text)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str) -> list[Any]:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        values = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, binascii.Error):
        raise BadCursor("This is no cursor.") from None
    if not isinstance(values, list):
        raise BadCursor("This is no cursor.")
    return values


def _as_text(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _key(row: Model, order: tuple[str, ...]) -> list[Any]:
    return [getattr(row, name.lstrip("-")) for name in order]


def _after(model: type[Model], order: tuple[str, ...], values: list[Any]) -> Q:
    """Rows behind the cursor: a later first field, or the same and a later second, ..."""
    if len(values) != len(order):
        raise BadCursor("This cursor belongs to another list.")
    key = [_typed(model, name, value) for name, value in zip(order, values, strict=True)]
    behind = Q()
    same = Q()
    for name, value in zip(order, key, strict=True):
        field = name.lstrip("-")
        behind |= same & Q(**{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        same &= Q(**{field: value})
    # The databases do not see through the "or"; this bound lets them start in the index.
    bound = "lte" if order[0].startswith("-") else "gte"
    return Q(**{f"{order[0].lstrip('-')}__{bound}": key[0]}) & behind


def _typed(model: type[Model], name: str, value: Any) -> Any:
    try:
        field = model._meta.get_field(name.lstrip("-"))
        assert isinstance(field, Field)
        typed = field.to_python(value)
    except (FieldDoesNotExist, ValidationError, TypeError, ValueError, OverflowError):
        raise BadCursor("This cursor belongs to another list.") from None
    if typed is None or (isinstance(typed, int) and abs(typed) >= 2**63):
        raise BadCursor("This cursor belongs to another list.")
    return typed
