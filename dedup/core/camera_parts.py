"""Rectangles of a frame: where something is flagged, and one in another."""

from __future__ import annotations

from typing import TypeAlias

import cv2

from dedup.core.values import Gray

Part: TypeAlias = tuple[slice, slice]  # rows and columns
_Rectangle: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom

# What looking at one more rectangle costs, in pixels of a larger one.
ANOTHER_PX = 30_000


def around(flags: Gray, by_px: int) -> Part:
    """The rectangle around all flags that are not 0, larger by so much on every side."""
    x, y, width, height = cv2.boundingRect(flags)
    return _part((x, y, x + width, y + height), by_px, flags.shape)


def around_each(flags: Gray, by_px: int, edge_px: int) -> list[tuple[Part, Part]]:
    """Rectangles around the clusters of flags, and beside each the same with its edge.

    Clusters share a rectangle where that is less to look at than two with their edges.
    """
    apart = by_px + edge_px
    clusters: list[_Rectangle] = []
    for outline in cv2.findContours(flags, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
        x, y, width, height = cv2.boundingRect(outline)
        cluster = (x, y, x + width, y + height)
        while other := next((each for each in clusters if _is_less(each, cluster, apart)), None):
            clusters.remove(other)
            cluster = _both(other, cluster)
        clusters.append(cluster)
    return [(_part(each, by_px, flags.shape), _part(each, apart, flags.shape)) for each in clusters]


def inside(part: Part, outer: Part) -> Part:
    """Where a part lies in a larger one."""
    rows, columns = (
        slice(inner.start - start.start, inner.stop - start.start)
        for inner, start in zip(part, outer, strict=True)
    )
    return rows, columns


def _part(rectangle: _Rectangle, by_px: int, shape: tuple[int, ...]) -> Part:
    left, top, right, bottom = rectangle
    rows = slice(max(0, top - by_px), min(shape[0], bottom + by_px))
    return rows, slice(max(0, left - by_px), min(shape[1], right + by_px))


def _is_less(a: _Rectangle, b: _Rectangle, by_px: int) -> bool:
    """Whether one rectangle around both is less to look at than the two."""
    return _area(_both(a, b), by_px) <= _area(a, by_px) + _area(b, by_px) + ANOTHER_PX


def _both(a: _Rectangle, b: _Rectangle) -> _Rectangle:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _area(rectangle: _Rectangle, by_px: int) -> int:
    left, top, right, bottom = rectangle
    return (right - left + 2 * by_px) * (bottom - top + 2 * by_px)
