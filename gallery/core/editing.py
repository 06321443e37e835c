"""Whether a photo was edited: told by the program that wrote it, or by its name."""

from __future__ import annotations

import re

from gallery.core.companions import Part, part_of

# What programs write into EXIF Software. Cameras write their firmware there, phones their system.
EDITORS = re.compile(
    r"\b(?:photoshop|lightroom|camera raw|gimp|snapseed|darktable|rawtherapee|capture one|affinity"
    r"|picasa|pixelmator|luminar|paint\.net|acdsee|photodirector|picsart|vsco|dxo|on1|photolab"
    r"|silkypix|digikam|krita|polarr|pixlr|facetune|prisma|meitu|photomator|aperture|canva)\b",
    re.IGNORECASE,
)


def is_edited(file_name: str, picture_format: str, software: str) -> bool:
    """Whether it is an edited version, as far as that can be known.

    "-edited" of Takeout in its languages, IMG_E1234 of iPhones, "~2", "-Edit" of Lightroom, and
    editors that left their name in the file.
    """
    if part_of(file_name, picture_format).part == Part.EDITED:
        return True
    return bool(EDITORS.search(software))
