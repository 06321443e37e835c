"""The forms in which phones, programs and people write a time into a file name: tables, no logic.

Adding a form: one `Pattern` with an example that really occurs; the tests read the examples.
"""

from __future__ import annotations

import re

from gallery.core.filename_forms import (
    DATED,
    DAY,
    END,
    MAYBE_MS,
    PLAIN_DATED,
    PLAIN_DAY,
    SAVED,
    TIME,
    TIMED,
    Pattern,
    Zone,
    find,
    whole,
)
from gallery.core.fixed_camera_patterns import FIXED_CAMERAS
from gallery.core.taken_at import Precision

_PHONES_AND_CAMERAS = (
    Pattern(
        "Google Pixel",
        find(rf"PXL_{DAY}_{TIME}(?P<f>\d{{3}}){END}"),
        ("PXL_20231026_210642603.jpg", "PXL_20231207_032111247.RAW-01.COVER.jpg"),
        zone=Zone.UTC,
        precision=Precision.SUBSECOND,
        confidence=85,
    ),
    Pattern(
        "OneDrive on iOS",
        find(rf"{DAY}_{TIME}(?P<f>\d{{3}})_iOS"),
        ("20230427_145116000_iOS.jpg",),
        zone=Zone.UTC,
        precision=Precision.SUBSECOND,
        confidence=75,
    ),
    Pattern(
        "burst of a phone",
        re.compile(rf"(?:IMG|XTR|DSC)_(?P<seq>\d+)_BURST{DAY}{TIME}(?P<f>\d{{3}})?{END}"),
        (
            "00055IMG_00055_BURST20190216172030_COVER.jpg",
            "00000IMG_00000_BURST20220623114549345_COVER.jpg",
            "IMG_1_BURST20160520195318.jpg",
            "DSC_0052_BURST20230709220904977_COVER.JPG",
        ),
        is_burst=True,
    ),
    Pattern(
        "burst of a phone",
        find(rf"IMG_{DAY}_{TIME}(?P<f>\d{{3}})?_BURST(?P<seq>\d+)"),
        ("IMG_20190221_112112042_BURST000_COVER_TOP.MP4", "IMG_20230102_030405_BURST2_COVER.jpg"),
        is_burst=True,
    ),
    Pattern(
        "phone camera",
        # Some apps write three random digits there; as a fraction they do no harm.
        find(rf"(?:IMG|VID|PANO)_?{DAY}_?{TIME}{MAYBE_MS}{END}"),
        (
            "IMG_20190509_154733.jpg",
            "IMG_20210921_144423_783.jpg",
            "IMG_20190221_112112042.jpg",
            "IMG20210211125718.jpg",
        ),
    ),
    Pattern(
        "Google motion photo",
        find(rf"MVIMG_{DAY}_{TIME}{END}"),
        ("MVIMG_20190215_193501.jpg",),
    ),
    Pattern(
        "phone camera",
        find(rf"(?<![A-Z])(?:P|Photo)_{DAY}_{TIME}{MAYBE_MS}{END}"),
        ("P_20200130_095718.jpg", "Photo_20200130_095718.jpg"),
    ),
    Pattern(
        "burst of a Samsung phone",
        whole(rf"{PLAIN_DAY}_{TIME}_(?P<seq>\d{{3}})"),
        ("20231207_101605_031.jpg",),
        is_burst=True,
    ),
    Pattern(
        "Windows Phone",
        find(rf"WP_{DAY}_(?P<H>\d\d)_(?P<M>\d\d)_(?P<S>\d\d){END}"),
        ("WP_20150208_13_22_41_Pro.jpg",),
    ),
    Pattern(
        "Windows Phone",
        find(rf"WP_{DAY}_(?P<seq>\d+){END}"),
        ("WP_20150208_017.jpg",),
        precision=Precision.DAY,
        confidence=45,
    ),
    Pattern(
        "DJI",
        find(rf"DJI_{DAY}{TIME}_(?P<seq>\d+){END}"),
        ("DJI_20230101120000_0001_D.JPG",),
    ),
    Pattern(
        "Camera360",
        find(rf"C360_{DATED}-{TIMED}{MAYBE_MS}{END}"),
        ("C360_2015-01-30-09-57-18-123.jpg",),
    ),
    Pattern(
        "photo editor",
        find(rf"(?:lv_0|InShot|B612)_{DAY}_?{TIME}{MAYBE_MS}{END}"),
        (
            "lv_0_20200130095718.mp4",
            "InShot_20200130_095718123.jpg",
            "B612_20200130_095718_123.jpg",
        ),
        confidence=60,
    ),
)

_SCREENSHOTS = (
    Pattern(
        "screenshot",
        find(rf"Screenshot[_ ]{DAY}[-_ ]{TIME}{END}"),
        (
            "Screenshot_20190919-053857.jpg",
            "Screenshot 20221106 211633.com.google.android.apps.nbu.paisa.user.jpg",
        ),
    ),
    Pattern(
        "screenshot",
        find(rf"Screen ?shot(?:[_ ]| from ){DATED}[-_ ]{TIMED}{MAYBE_MS}{END}"),
        (
            "Screenshot_2019-04-16-11-19-37-232_com.google.a.jpg",
            "Screenshot_2020-01-30-09-57-18.png",
            "Screenshot from 2020-01-30 09-57-18.png",
        ),
    ),
    Pattern(
        "screenshot of macOS",
        find(
            rf"Screen ?shot {DATED} at (?P<H>\d\d?)\.(?P<M>\d\d)\.(?P<S>\d\d)"
            rf"(?:[ \u202f\u00a0](?P<ampm>[AP]M))?{END}"
        ),
        (
            "Screenshot 2019-05-21 at 10.45.52.png",
            "Screenshot 2019-05-21 at 10.45.52\u202fPM.png",
            "Screen Shot 2019-05-21 at 10.45.52.png",
        ),
    ),
    Pattern(
        "screenshot of Windows",
        find(rf"Screenshot {DATED} {TIME}{END}"),
        ("Screenshot 2024-06-09 000833.png",),
    ),
)

_MESSENGERS = (
    Pattern(
        "WhatsApp",
        find(rf"(?:IMG|VID)-{DAY}-WA(?P<seq>\d+){END}"),
        ("IMG-20171218-WA0028.jpg",),
        precision=Precision.DAY,
        confidence=40,
        note="the day it was sent",
    ),
    Pattern(
        "WhatsApp",
        re.compile(
            rf"WhatsApp \w+ {DATED} \w+ (?P<H>\d\d?)\.(?P<M>\d\d)\.(?P<S>\d\d)"
            rf"(?:[ \u202f\u00a0](?P<ampm>[AP]M))?{END}",
            re.IGNORECASE,  # not ASCII: the word between day and time is "at", "à", "um", "в"
        ),
        (
            "WhatsApp Image 2023-06-10 at 22.57.43.jpeg",
            "WhatsApp Image 2023-06-10 at 23.57.02_0cf5591a.jpg",
            "WhatsApp Image 2023-11-03 at 1.15.53 PM.jpeg",
            "WhatsApp Image 2025-07-12 à 16.06.43_fee671c9.jpg",
        ),
        confidence=SAVED,
        note="when it was saved or sent",
    ),
    Pattern(
        "Signal",
        find(rf"signal-{DATED}-{TIME}{END}"),
        ("signal-2020-10-26-163832.jpg",),
        confidence=SAVED,
        note="when it was saved or sent",
    ),
    Pattern(
        "Signal",
        find(rf"signal-{DATED}-{TIMED}{MAYBE_MS}{END}"),
        ("signal-2022-12-17-15-16-04-718.jpg", "signal-2022-12-17-15-16-04-718-1.jpg"),
        confidence=SAVED,
        note="when it was saved or sent",
    ),
    Pattern(
        "Telegram",
        find(rf"(?:photo|telegram)_{DATED}_{TIMED}{END}"),
        (
            "photo_2022-02-07_11-47-54.jpg",
            "photo_2022-03-30_21-00-33 (2).jpg",
            "telegram_2020_01_30_09_57_18.jpg",
        ),
        confidence=SAVED,
        note="when it was saved",
    ),
    Pattern(
        "Viber",
        find(rf"viber_image_{DATED}_{TIMED}{MAYBE_MS}{END}"),
        ("viber_image_2021-03-22_14-31-27.png", "viber_image_2026-07-14_16-06-18-933.png"),
        confidence=SAVED,
        note="when it was saved",
    ),
    Pattern(
        "KakaoTalk",
        find(rf"KakaoTalk(?:_Photo)?_(?:{DATED}-{TIMED}){END}"),
        ("KakaoTalk_Photo_2022-10-04-17-17-18.png",),
        confidence=SAVED,
        note="when it was saved",
    ),
    Pattern(
        "KakaoTalk",
        find(rf"KakaoTalk_{DAY}_{TIME}{END}"),
        ("KakaoTalk_20221004_171718.jpg",),
        confidence=SAVED,
        note="when it was saved",
    ),
    Pattern(
        "WeChat",
        find(rf"(?:mmexport|wx_camera_)(?P<ms>\d{{13}}){END}"),
        ("mmexport1482227010527.jpg", "wx_camera_1482227010527.mp4"),
        zone=Zone.UTC,
        precision=Precision.SUBSECOND,
        confidence=SAVED,
        note="when it was saved",
    ),
    Pattern(
        "Facebook",
        find(rf"FB_IMG_(?P<ms>\d{{13}}){END}"),
        ("FB_IMG_1424441459711.jpg",),
        zone=Zone.UTC,
        precision=Precision.SUBSECOND,
        confidence=40,
        note="when it was saved",
    ),
)

_GENERAL = (
    Pattern(
        "exporter",
        find(
            rf"{PLAIN_DAY}[T_-]?{TIME}(?:[._](?P<f>\d{{1,6}}))?(?P<z>Z|[+-]\d\d:?\d\d)(?![0-9A-Z])"
        ),
        ("20210327T103636Z.jpg", "20210327T103636.5+0530.jpg"),
        zone=Zone.STATED,
    ),
    Pattern(
        "exporter",
        find(
            rf"{PLAIN_DATED}[T_ ]{TIMED}(?:[._](?P<f>\d{{1,6}}))?"
            r"(?P<z>Z|[+-]\d\d:?\d\d)(?![0-9A-Z])"
        ),
        ("2021-03-27T10-36-36+0100.jpg", "2021-03-27T10_36_36.123Z.jpg"),
        zone=Zone.STATED,
    ),
    Pattern(
        "camera or program",
        find(rf"{PLAIN_DATED}(?:T|__|[-_ ]){TIMED}(?:\.(?P<f>\d{{3}}))?{END}"),
        (
            "2020-11-01 02.31.02.jpg",
            "2022-02-18 16.00.12-DCMX.png",
            "2014-08-25_17.15.33.jpg",
            "2016.01.01-17.39.22.jpg",
            "2016_01_30_11_49_15.mp4",
            "1869_12_30_16_59_57.jpg",
            "IMG_0699 - 2009-12-16 20-07-09.PNG",
            "2023-06-18T01_21_32.jpg",
            "2018/04 - April/2018-04-12 19:24:49.gif",
            "snapshot-2021-03-27_10:36:36.jpg",
        ),
        confidence=70,
        is_known=False,
    ),
    Pattern(
        "camera or program",
        find(rf"{PLAIN_DATED}[ _T]{TIME}{END}"),
        ("2019-10-31 155703.jpg",),
        confidence=60,
        is_known=False,
    ),
    Pattern(
        "camera or program",
        find(rf"{PLAIN_DAY}[-_ T]{TIME}{END}"),
        ("20221107_231730.jpg", "20130518_142022_3D657EBD.jpg", "MDAlarm_20151018-093118.jpg"),
        confidence=75,
        is_known=False,
    ),
    Pattern(
        "camera or program",
        # Four more digits occur; what they mean is not known, so they are not read.
        find(rf"{PLAIN_DAY}{TIME}(?:\d{{4}})?{END}"),
        ("201801261147521000.jpg", "20180217103636.jpg"),
        confidence=60,
        is_known=False,
    ),
    Pattern(
        "epoch in milliseconds",
        whole(r"(?P<ms>\d{13})"),
        ("1482227010527.jpg",),
        zone=Zone.UTC,
        precision=Precision.SUBSECOND,
        confidence=65,
        is_known=False,
    ),
    Pattern(
        "epoch in seconds",
        whole(r"(?P<s>\d{10})"),
        ("1482227010.jpg",),
        zone=Zone.UTC,
        confidence=50,
        is_known=False,
    ),
    Pattern(
        "Nextcloud",
        re.compile(
            r"(?:\A|/)(?P<Y>\d{4})/(?P<m>\d\d)/(?P<y>\d\d)-(?P=m)-(?P<d>\d\d) "
            rf"{TIMED}{END}[^/]*\Z"
        ),
        ("nextcloud/2022/04/22-04-06 15-21-03 2160.jpg",),
        reads_folders=True,
    ),
    Pattern(
        "day in the name",
        find(rf"{PLAIN_DATED}{END}"),
        ("2019-10-31 party.jpg",),
        precision=Precision.DAY,
        confidence=35,
        is_known=False,
    ),
    Pattern(
        "day in the name",
        find(rf"{PLAIN_DAY}{END}"),
        ("IMG_20230101_A.jpg",),
        precision=Precision.DAY,
        confidence=35,
        is_known=False,
    ),
    Pattern(
        "day in the folder",
        re.compile(
            r"(?:\A|/)(?P<Y>(?:18|19|20)\d\d)/(?P<m>\d\d)/(?P<d>\d\d)(?![0-9])[^/]*/[^/]*\Z"
        ),
        ("2016/08/18 iPhone/IMG_1234.jpg",),
        precision=Precision.DAY,
        confidence=32,
        is_known=False,
        reads_folders=True,
    ),
    Pattern(
        "day in the folder",
        re.compile(rf"(?:\A|/){PLAIN_DATED}(?![0-9])[^/]*/[^/]*\Z"),
        ("2016-08-18 Rome/IMG_1234.jpg",),
        precision=Precision.DAY,
        confidence=32,
        is_known=False,
        reads_folders=True,
    ),
)

PATTERNS: tuple[Pattern, ...] = (
    *_PHONES_AND_CAMERAS,
    *_SCREENSHOTS,
    *_MESSENGERS,
    *FIXED_CAMERAS,
    *_GENERAL,
)
