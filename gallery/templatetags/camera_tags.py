"""Times and intervals of a camera's frames, as people read them."""

from __future__ import annotations

import datetime as dt

from django import template

from gallery.core.camera_times import in_words

register = template.Library()


@register.filter
def seconds(value: float) -> str:
    return in_words(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A time that stands in its zone already."""
    return f"{value.day} {value:%B %Y, %H:%M:%S}" if value else "unknown"
