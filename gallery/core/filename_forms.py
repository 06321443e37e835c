"""What a pattern for file names is made of; the patterns themselves are tables beside this file.

Named groups tell what a digit means: Y m d H M S, f (digits behind the decimal point of the
second), ampm, z (zone as written), s (epoch seconds), ms (epoch milliseconds), seq (order number),
y (two-digit year), camera and channel.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from gallery.core.taken_at import Precision


class Zone(Enum):
    LOCAL = "as the clock on the wall shows it"
    UTC = "UTC"
    STATED = "written in the name"


@dataclass(frozen=True, slots=True)
class Pattern:
    wrote_it: str  # the program or camera, as a person knows it
    regex: re.Pattern[str]
    examples: tuple[str, ...]
    zone: Zone = Zone.LOCAL
    precision: Precision = Precision.SECOND
    confidence: int = 80
    note: str = ""
    is_known: bool = True  # a prefix or suffix proves who wrote it
    reads_folders: bool = False  # the expression covers folders before the name
    is_burst: bool = False  # what stands before "_COVER" names the burst


# A year in a form without any prefix has to look like one; otherwise every long number would do.
YEAR = r"(?P<Y>(?:18|19|20)\d\d)"
DAY = r"(?P<Y>\d{4})(?P<m>\d\d)(?P<d>\d\d)"
PLAIN_DAY = YEAR + r"(?P<m>\d\d)(?P<d>\d\d)"
TIME = r"(?P<H>\d\d)(?P<M>\d\d)(?P<S>\d\d)"
DATED = r"(?P<Y>\d{4})[-_.](?P<m>\d\d)[-_.](?P<d>\d\d)"
PLAIN_DATED = YEAR + r"[-_.](?P<m>\d\d)[-_.](?P<d>\d\d)"
TIMED = r"(?P<H>\d\d)[-_.:](?P<M>\d\d)[-_.:](?P<S>\d\d)"
MAYBE_MS = r"(?:[-_.]?(?P<f>\d{3}))?"
END = r"(?![0-9])"

SAVED = 50  # the app writes when a picture was saved or sent, not when it was taken


def find(expression: str) -> re.Pattern[str]:
    """The form anywhere in the name, unless digits before it belong to it."""
    return re.compile(r"(?<![0-9])" + expression, re.IGNORECASE | re.ASCII)


def whole(expression: str) -> re.Pattern[str]:
    """The form and nothing else."""
    return re.compile(r"\A" + expression + r"\Z", re.IGNORECASE | re.ASCII)
