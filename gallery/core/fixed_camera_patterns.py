"""The forms in which fixed cameras and their recorders name a picture: a table, no logic.

Each tells the camera apart, by a host, a channel or a prefix, wherever the name has one.
"""

from __future__ import annotations

import re

from gallery.core.filename_forms import (
    DAY,
    END,
    PLAIN_DATED,
    TIME,
    TIMED,
    Pattern,
    Zone,
    find,
    whole,
)
from gallery.core.taken_at import Precision

# "c10", "cam2", "front2": letters and a number. Words that phones and cameras put before a
# counter are told apart in `cameras`.
PREFIX = r"(?P<camera>[A-Z][A-Z_]*\d{1,3})"

FIXED_CAMERAS = (
    Pattern(
        "Hikvision",
        whole(
            r"(?P<camera>.+?)_(?P<channel>\d+)_"
            rf"{DAY}{TIME}(?P<f>\d{{3}})_(?:[A-Z]+_DETECTION|TIMING|[A-Z_]+)"
        ),
        (
            "192.168.0.64_01_20190319093422939_MOTION_DETECTION.jpg",
            "gg_733804851_20190319124752348_MOTION_DETECTION.jpg",
            "10.4.100.111_01_20150619045051383_TIMING.jpg",
        ),
    ),
    Pattern(
        "Foscam",
        find(rf"(?:MD)?alarm_{DAY}[-_]{TIME}{END}"),
        ("MDAlarm_20151018-093118.jpg", "alarm_20151018_093118.mkv"),
    ),
    Pattern(
        "Reolink and the like",
        whole(rf"(?P<camera>[^\W\d].*)_(?P<channel>\d\d)_{DAY}{TIME}"),
        ("Name_00_20210101123045.jpg",),
    ),
    Pattern(
        "Approx and clones",
        whole(rf"MAC\d\d\((?P<camera>[^)]+)\)_(?P<channel>\d)_{DAY}{TIME}_(?P<seq>\d+)"),
        ("MAC00(NAME)_0_20190509154733_3.jpg",),
    ),
    Pattern(
        "Xiaomi camera",
        re.compile(r"(?:\A|/)\d{10}/\d\dM\d\dS_(?P<s>\d{10})(?=\.|\Z)"),
        ("2025060107/46M14S_1748735174.mp4",),
        zone=Zone.UTC,
        reads_folders=True,
    ),
    Pattern(
        "motion",
        whole(rf"\d{{2,}}-{DAY}{TIME}-(?:(?P<seq>\d+)|snapshot)"),
        ("01-20210327103636-00.jpg", "01-20210327103636-snapshot.jpg"),
    ),
    Pattern(
        "motionEye",
        re.compile(rf"(?:\A|/){PLAIN_DATED}/{TIMED}(?:-(?P<seq>\d+))?(?=\.|\Z)"),
        ("2021-03-27/10-36-36.jpg", "2021-03-27/10-36-36-00.jpg"),
        reads_folders=True,
    ),
    Pattern(
        "camera script",
        find(rf"(?P<camera>CAM\d){DAY}{TIME}{END}"),
        ("CAM120180217103636.jpg",),
    ),
    Pattern(
        "fixed camera",
        whole(rf"{PREFIX}_{PLAIN_DATED}__{TIMED}"),
        ("c10_2021_03_27__10_36_36.png",),
    ),
    Pattern(
        "fixed camera",
        whole(rf"{PREFIX}[-_](?P<ms>\d{{13}})"),
        ("c23-1616694872510.png", "c10-1623871098865.png"),
        zone=Zone.UTC,
        precision=Precision.SUBSECOND,
    ),
    Pattern(
        "Frigate",
        whole(r"(?P<camera>[A-Z][\w ]*)-(?P<s>\d{10})\.(?P<f>\d{1,6})-[0-9a-z]+"),
        ("front_door-1616694872.510-abc123.jpg",),
        zone=Zone.UTC,
        precision=Precision.SUBSECOND,
    ),
)
