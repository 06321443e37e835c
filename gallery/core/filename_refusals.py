"""Names full of digits that are no time: why, in which form, with examples; a table, no logic.

A number that counts shots keeps its worth as `seq`, to order the photos of one second.
"""

from __future__ import annotations

import re

from gallery.core.filename_forms import whole

NOT_TIMES: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = (
    (
        "a camera's picture number",
        whole(
            r"(?:IMG_E?|_?DSC_?|DSCN|DSCF|_MG_|GOPR|RCNX|IMAG|MFDC|PICT|SAM_|CIMG|P\d(?=\d{6}\Z))"
            r"(?P<seq>\d{4,6})"
        ),
        (
            "GOPR0001.JPG",
            "DSC_1234.JPG",
            "IMG_1234.JPG",
            "DSCN0001.JPG",
            "P1010001.JPG",
            "RCNX0001.JPG",
            "IMAG0001.JPG",
            "MFDC0001.JPG",
            "IMG_E1234.HEIC",
        ),
    ),
    (
        "Snapchat's number",
        whole(r"Snapchat-[\d-]+"),
        ("Snapchat-431959199.mp4", "Snapchat-1234567890.jpg", "Snapchat-100-10-20-19-15-12.jpg"),
    ),
    ("Messenger's number", whole(r"received_\d+"), ("received_123456789012345.jpeg",)),
    (
        "Facebook's or Instagram's number",
        whole(r"\d{6,}_\d{14,}_(?:\d{6,}_)?[a-z]"),
        (
            "12345678_1234567890123456_1234567890123456789_n.jpg",
            "12345678_123456789012345_123456789012345678_o.jpg",
        ),
    ),
    # Read as epoch seconds these would be September 2001.
    ("a number of Android's picture picker", whole(r"10000\d{5}"), ("1000012345.jpg",)),
    ("a number, not a time", whole(r"(?=\d*[A-F])[0-9A-F]{8}"), ("3D657EBD.jpg",)),
)
