"""The 66 rows of the product study's table of file names: precision and zone, or the refusal."""

from __future__ import annotations

import pytest

from gallery.core.taken_at import Precision
from tests.gallery.core.test_filenames import READ, REFUSED, best

# Row -> what its names give (D day, S second, ms; L as the clock on the wall shows it, U UTC,
# Z a zone written in the name; "No" nothing), and the names. Their times stand in READ.
ROWS: dict[int, list[tuple[str, list[str]]]] = {
    1: [("S L", ["IMG_20190509_154733.jpg", "VID_20220107_113306.mp4"])],
    2: [("ms L", ["IMG_20210921_144423_783.jpg", "IMG_20190221_112112042.jpg"])],
    3: [("S L", ["20221107_231730.jpg"])],
    4: [("S L", ["20231207_101605_031.jpg"])],
    5: [("S L", ["IMG20210211125718.jpg"])],
    6: [
        (
            "ms U",
            [
                "PXL_20231026_210642603.jpg",
                "PXL_20231026_210642603.dng",
                "PXL_20231026_210642603.MP.jpg",
                "PXL_20231026_210642603.PORTRAIT.jpg",
                "PXL_20231026_210642603.NIGHT.jpg",
            ],
        )
    ],
    7: [
        (
            "ms U",
            [
                "PXL_20231207_032111247.RAW-01.COVER.jpg",
                "PXL_20231207_032111247.RAW-02.ORIGINAL.dng",
                "PXL_20231207_032111247.MOTION-01.COVER.jpg",
                "PXL_20231207_032111247.LONG_EXPOSURE-01.COVER.jpg",
            ],
        )
    ],
    8: [("S L", ["MVIMG_20190215_193501.MP4"])],
    9: [("ms L", ["IMG_20190221_112112042_BURST000_COVER_TOP.MP4"])],
    10: [
        (
            "S L",
            [
                "00055IMG_00055_BURST20190216172030_COVER.jpg",
                "00004XTR_00004_BURST20190216172030.jpg",
                "00001IMG_00001_BURST20171111030039.jpg",
            ],
        )
    ],
    11: [("ms L", ["00000IMG_00000_BURST20220623114549345_COVER.jpg"])],
    12: [("S L", ["IMG_1_BURST20160520195318.jpg"])],
    13: [("ms L", ["DSC_0052_BURST20230709220904977_COVER.JPG"])],
    14: [("S L", ["IMG_20230102_030405_BURST2_COVER.jpg"])],
    15: [
        (
            "S L",
            [
                "IMG_20231115_170431 (1).jpg",
                "IMG_20231115_170431_1.jpg",
                "IMG_20231115_170431 - Copy.jpg",
                "IMG_20231115_170431-edited.jpg",
                "IMG_20231115_170431~2.jpg",
            ],
        )
    ],
    16: [
        (
            "S L",
            ["Screenshot_20190919-053857.jpg", "Screenshot_20190919-053857_Camera-edited.jpg"],
        )
    ],
    17: [("ms L", ["Screenshot_2019-04-16-11-19-37-232_com.google.a.jpg"])],
    18: [
        (
            "S L",
            [
                "Screenshot_20220807-195908_Firefox.png",
                "Screenshot 20221106 211633.com.google.android.apps.jpg",
            ],
        )
    ],
    19: [("S L", ["Screenshot_2020-01-30-09-57-18.png"])],
    20: [
        (
            "S L",
            [
                "Screenshot 2019-05-21 at 10.45.52.png",
                "Screenshot 2019-05-21 at 10.45.52 AM.png",
                "Screenshot 2019-05-21 at 10.45.52\u202fPM.png",
            ],
        )
    ],
    21: [("S L", ["Screen Shot 2019-05-21 at 10.45.52.png"])],
    22: [("S L", ["Screenshot 2024-06-09 000833.png"])],
    23: [("S L", ["Screenshot from 2020-01-30 09-57-18.png"])],
    24: [("D L", ["IMG-20171218-WA0028.jpg", "VID-20171218-WA0001.mp4"])],
    25: [
        (
            "S L",
            [
                "WhatsApp Image 2023-06-10 at 22.57.43.jpeg",
                "WhatsApp Image 2023-06-10 at 23.57.02_0cf5591a.jpg",
                "WhatsApp Image 2023-11-03 at 1.15.53 PM.jpeg",
                "WhatsApp Image 2025-07-12 à 16.06.43_fee671c9.jpg",
            ],
        )
    ],
    26: [("S L", ["signal-2020-10-26-163832.jpg", "signal-2018-08-21-100217.jpg"])],
    27: [("ms L", ["signal-2022-12-17-15-16-04-718.jpg", "signal-2022-12-17-15-16-04-718-1.jpg"])],
    28: [("S L", ["photo_2022-02-07_11-47-54.jpg", "photo_2022-03-30_21-00-33 (2).jpg"])],
    29: [("S L", ["telegram_2020-01-30_09-57-18.jpg", "telegram_2020_01_30_09_57_18.jpg"])],
    30: [("ms L", ["IMG_20200130_095718_123.jpg"])],
    31: [("ms U", ["mmexport1482227010527.jpg", "wx_camera_1482227010527.mp4"])],
    32: [("ms U", ["1482227010527.jpg", "c23-1616694872510.png"])],
    33: [("ms U", ["FB_IMG_1424441459711.jpg"])],
    34: [
        ("S L", ["viber_image_2021-03-22_14-31-27.png"]),
        ("ms L", ["viber_image_2026-07-14_16-06-18-933.png"]),
    ],
    35: [("S L", ["KakaoTalk_Photo_2022-10-04-17-17-18.png", "KakaoTalk_20221004_171718.jpg"])],
    36: [
        (
            "S L",
            [
                "2020-11-01 02.31.02.jpg",
                "2011-07-19 11.36.39.jpg",
                "2022-02-18 16.00.12-DCMX.png",
            ],
        )
    ],
    37: [("ms U", ["20230427_145116000_iOS.jpg"])],
    38: [
        (
            "S L",
            [
                "2014-08-25_17.15.33.jpg",
                "2016.01.01-17.39.22.jpg",
                "2016_01_30_11_49_15.mp4",
                "201801261147521000.jpg",
            ],
        )
    ],
    39: [("S L", ["1869_12_30_16_59_57.jpg"])],
    40: [("S L", ["IMG_0699 - 2009-12-16 20-07-09.PNG"])],
    41: [("D L", ["WP_20150208_017.jpg"]), ("S L", ["WP_20150208_13_22_41_Pro.jpg"])],
    42: [("D L", ["IMG_20230101_A.jpg"])],
    43: [("S L", ["nextcloud/2022/04/22-04-06 15-21-03 2160.jpg"])],
    44: [
        ("S L", ["2018/04 - April/2018-04-12 19:24:49.gif"]),
        ("D L", ["2016/08/18 iPhone/holiday.jpg", "2016/08/18 iPhone/IMG_1234.jpg"]),
    ],
    45: [("S L", ["2019-10-31 155703.jpg"])],
    46: [("S L", ["DJI_20230101120000_0001_D.JPG"])],
    47: [
        ("S L", ["P_20200130_095718.jpg", "Photo_20200130_095718.jpg"]),
        ("ms L", ["C360_2015-01-30-09-57-18-123.jpg"]),
        (
            "No",
            ["GOPR0001.JPG", "DSC_1234.JPG", "IMG_1234.JPG", "DSCN0001.JPG", "P1010001.JPG"],
        ),
    ],
    48: [
        ("S L", ["lv_0_20200130095718.mp4"]),
        ("ms L", ["InShot_20200130_095718123.jpg", "B612_20200130_095718_123.jpg"]),
        ("No", ["Snapchat-1234567890.jpg"]),
    ],
    49: [
        (
            "ms L",
            [
                "192.168.0.64_01_20190319093422939_MOTION_DETECTION.jpg",
                "gg_733804851_20190319124752348_MOTION_DETECTION.jpg",
                "10.4.100.111_01_20150619045051383_TIMING.jpg",
            ],
        )
    ],
    50: [("S L", ["MDAlarm_20151018-093118.jpg", "alarm_20151018_093118.mkv"])],
    51: [("S L", ["Name_00_20210101123045.jpg"])],
    52: [("S L", ["MAC00(NAME)_0_20190509154733_3.jpg"])],
    53: [("S U", ["2025060107/46M14S_1748735174.mp4"])],
    54: [("S L", ["01-20210327103636-00.jpg", "01-20210327103636-snapshot.jpg"])],
    55: [("S L", ["2021-03-27/10-36-36.jpg", "2021-03-27/10-36-36-00.jpg"])],
    56: [("S L", ["snapshot-2021-03-27_10:36:36.jpg", "CAM120180217103636.jpg"])],
    57: [("S L", ["c10_2021_03_27__10_36_36.png"])],
    58: [("ms U", ["front_door-1616694872.510-abc123.jpg"])],
    59: [
        ("S U", ["20210327T103636Z.jpg"]),
        ("S Z", ["2021-03-27T10-36-36+0100.jpg"]),
        ("ms U", ["2021-03-27T10_36_36.123Z"]),
    ],
    60: [("No", ["RCNX0001.JPG", "IMAG0001.JPG", "MFDC0001.JPG"])],
    61: [("No", ["1000012345.jpg", "image.jpg", "IMG_E1234.HEIC", "3D657EBD.jpg"])],
    62: [("No", ["Snapchat-431959199.mp4", "Snapchat-100-10-20-19-15-12.jpg"])],
    63: [("No", ["received_123456789012345.jpeg"])],
    64: [
        (
            "No",
            [
                "12345678_1234567890123456_1234567890123456789_n.jpg",
                "12345678_123456789012345_123456789012345678_o.jpg",
            ],
        )
    ],
    65: [("S L", ["20130518_142022_3D657EBD.jpg"])],
    66: [
        (
            "No",
            [
                "05/21/2019",
                "IMG_20190509_254733.jpg",
                "IMG_20190500_154733.jpg",
                "IMG_20191309_154733.jpg",
            ],
        )
    ],
}

SHORT = {Precision.DAY: "D", Precision.SECOND: "S", Precision.SUBSECOND: "ms"}


def given(name: str) -> str:
    found = best(name)
    if found is None:
        return "No"
    zone = "Z" if found.offset_minutes is not None else "L" if found.local else "U"
    return f"{SHORT[found.precision]} {zone}"


def test_the_table_has_all_rows() -> None:
    assert sorted(ROWS) == list(range(1, 67))


@pytest.mark.parametrize("row", ROWS)
def test_row_gives_its_precision_and_zone_or_is_refused(row: int) -> None:
    for expected, names in ROWS[row]:
        for name in names:
            assert given(name) == expected, name
            assert name in (REFUSED if expected == "No" else READ), "its time is not tested"


def test_burst_number_is_an_order_and_never_a_fraction() -> None:
    found = best("20231207_101605_031.jpg")
    assert found
    assert found.sequence == 31
    assert found.local
    assert found.local.microsecond == 0


@pytest.mark.parametrize("row", [25, 28, 33])
def test_what_was_saved_or_sent_is_trusted_little(row: int) -> None:
    for _, names in ROWS[row]:
        for name in names:
            found = best(name)
            assert found
            assert found.confidence <= 50, name
