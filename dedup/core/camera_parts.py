"""Rectangles of a frame: where something is flagged, and one in another."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TypeAlias

import cv2

from dedup.core.values import Gray

Part: TypeAlias = tuple[slice, slice]  # rows and columns
Rectangle: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom

# What looking at one more rectangle costs, in pixels of a larger one.
ANOTHER_PX = 30_000


def around(flags: Gray, by_px: int) -> Part:
    """The rectangle around all flags that are not 0, larger by so much on every side."""
    x, y, width, height = cv2.boundingRect(flags)
    return _part((x, y, x + width, y + height), by_px, flags.shape)


def outlined(flags: Gray, shape: tuple[int, ...]) -> list[Rectangle]:
    """Rectangles around all connected flags, in a larger frame of so many rows and columns."""
    down, across = shape[0] / flags.shape[0], shape[1] / flags.shape[1]
    outlines = cv2.findContours(flags, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    found = []
    for x, y, width, height in map(cv2.boundingRect, outlines):
        right, bottom = ceil((x + width) * across), ceil((y + height) * down)
        found.append((int(x * across), int(y * down), right, bottom))
    return found


def around_each(
    rectangles: Sequence[Rectangle], by_px: int, edge_px: int, shape: tuple[int, ...]
) -> list[tuple[Part, Part]]:
    """The parts around clusters of rectangles, and beside each the same with its edge.

    Clusters share a part where that is less to look at than two with their edges.
    """
    apart = by_px + edge_px
    clusters: list[Rectangle] = []
    for cluster in rectangles:
        while other := next((each for each in clusters if _is_less(each, cluster, apart)), None):
            clusters.remove(other)
            cluster = _both(other, cluster)
        clusters.append(cluster)
    return [(_part(each, by_px, shape), _part(each, apart, shape)) for each in clusters]


def inside(part: Part, outer: Part) -> Part:
    """Where a part lies in a larger one."""
    rows, columns = (
        slice(inner.start - start.start, inner.stop - start.start)
        for inner, start in zip(part, outer, strict=True)
    )
    return rows, columns


def _part(rectangle: Rectangle, by_px: int, shape: tuple[int, ...]) -> Part:
    left, top, right, bottom = rectangle
    rows = slice(max(0, top - by_px), min(shape[0], bottom + by_px))
    return rows, slice(max(0, left - by_px), min(shape[1], right + by_px))


def _is_less(a: Rectangle, b: Rectangle, by_px: int) -> bool:
    """Whether one rectangle around both is less to look at than the two."""
    return _area(_both(a, b), by_px) <= _area(a, by_px) + _area(b, by_px) + ANOTHER_PX


def _both(a: Rectangle, b: Rectangle) -> Rectangle:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _area(rectangle: Rectangle, by_px: int) -> int:
    left, top, right, bottom = rectangle
    return (right - left + 2 * by_px) * (bottom - top + 2 * by_px)
