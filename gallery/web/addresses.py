"""Addresses of many rows of one page: the pattern is looked up once, not for each row."""

from __future__ import annotations

from functools import cache

from django.urls import get_script_prefix, reverse

# A number in no route, by which the place of a row's own number is found.
_PLACE = 9_073_615_820_416_357


def address(name: str, number: int, *others: str | int) -> str:
    """What ``reverse(name, args=[number, *others])`` says, for a route that begins with one."""
    before, behind = _around(get_script_prefix(), name, others)
    return f"{before}{number}{behind}"


@cache
def _around(prefix: str, name: str, others: tuple[str | int, ...]) -> tuple[str, str]:
    """What stands before and behind the number; below ``prefix``, where the site is mounted."""
    before, _, behind = reverse(name, args=[_PLACE, *others]).partition(str(_PLACE))
    return before, behind
