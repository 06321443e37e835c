from datetime import UTC, datetime

import pytest

from gallery.core import filenames
from gallery.core.filename_patterns import PATTERNS
from gallery.core.filename_refusals import NOT_TIMES
from gallery.core.taken_at import Candidate, Precision

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def best(name: str) -> Candidate | None:
    return next((each for each in filenames.read(name, now=NOW) if each.is_usable), None)


def said(name: str) -> str:
    """What a name says in one line: time, zone, precision, sequence."""
    found = best(name)
    if found is None:
        return "nothing"
    shown = found.local or found.instant
    assert shown is not None
    if found.precision is Precision.DAY:
        parts = [f"{shown:%Y-%m-%d}"]
    else:
        parts = [shown.replace(tzinfo=None).isoformat(" ", timespec="milliseconds")[:23]]
        parts[0] = (
            parts[0].removesuffix(".000") if found.precision is Precision.SECOND else parts[0]
        )
    if found.instant:
        parts.append("UTC")
    if found.offset_minutes is not None:
        parts.append(f"{found.offset_minutes:+}min")
    if found.sequence is not None:
        parts.append(f"#{found.sequence}")
    return " ".join(parts)


READ = {
    "IMG_20190509_154733.jpg": "2019-05-09 15:47:33",
    "VID_20220107_113306.mp4": "2022-01-07 11:33:06",
    "IMG_20210921_144423_783.jpg": "2021-09-21 14:44:23.783",
    "IMG_20190221_112112042.jpg": "2019-02-21 11:21:12.042",
    "20221107_231730.jpg": "2022-11-07 23:17:30",
    "20231207_101605_031.jpg": "2023-12-07 10:16:05 #31",
    "IMG20210211125718.jpg": "2021-02-11 12:57:18",
    "PXL_20231026_210642603.jpg": "2023-10-26 21:06:42.603 UTC",
    "PXL_20231026_210642603.dng": "2023-10-26 21:06:42.603 UTC",
    "PXL_20231026_210642603.MP.jpg": "2023-10-26 21:06:42.603 UTC",
    "PXL_20231026_210642603.PORTRAIT.jpg": "2023-10-26 21:06:42.603 UTC",
    "PXL_20231026_210642603.NIGHT.jpg": "2023-10-26 21:06:42.603 UTC",
    "PXL_20231207_032111247.RAW-01.COVER.jpg": "2023-12-07 03:21:11.247 UTC",
    "PXL_20231207_032111247.RAW-02.ORIGINAL.dng": "2023-12-07 03:21:11.247 UTC",
    "PXL_20231207_032111247.MOTION-01.COVER.jpg": "2023-12-07 03:21:11.247 UTC",
    "PXL_20231207_032111247.LONG_EXPOSURE-01.COVER.jpg": "2023-12-07 03:21:11.247 UTC",
    "MVIMG_20190215_193501.MP4": "2019-02-15 19:35:01",
    "IMG_20190221_112112042_BURST000_COVER_TOP.MP4": "2019-02-21 11:21:12.042 #0",
    "00055IMG_00055_BURST20190216172030_COVER.jpg": "2019-02-16 17:20:30 #55",
    "00004XTR_00004_BURST20190216172030.jpg": "2019-02-16 17:20:30 #4",
    "00001IMG_00001_BURST20171111030039.jpg": "2017-11-11 03:00:39 #1",
    "00000IMG_00000_BURST20220623114549345_COVER.jpg": "2022-06-23 11:45:49.345 #0",
    "IMG_1_BURST20160520195318.jpg": "2016-05-20 19:53:18 #1",
    "DSC_0052_BURST20230709220904977_COVER.JPG": "2023-07-09 22:09:04.977 #52",
    "IMG_20230102_030405_BURST2_COVER.jpg": "2023-01-02 03:04:05 #2",
    "IMG_20231115_170431 (1).jpg": "2023-11-15 17:04:31",
    "IMG_20231115_170431_1.jpg": "2023-11-15 17:04:31",
    "IMG_20231115_170431 - Copy.jpg": "2023-11-15 17:04:31",
    "IMG_20231115_170431-edited.jpg": "2023-11-15 17:04:31",
    "IMG_20231115_170431~2.jpg": "2023-11-15 17:04:31",
    "Screenshot_20190919-053857.jpg": "2019-09-19 05:38:57",
    "Screenshot_20190919-053857_Camera-edited.jpg": "2019-09-19 05:38:57",
    "Screenshot_2019-04-16-11-19-37-232_com.google.a.jpg": "2019-04-16 11:19:37.232",
    "Screenshot_20220807-195908_Firefox.png": "2022-08-07 19:59:08",
    "Screenshot 20221106 211633.com.google.android.apps.jpg": "2022-11-06 21:16:33",
    "Screenshot_2020-01-30-09-57-18.png": "2020-01-30 09:57:18",
    "Screenshot 2019-05-21 at 10.45.52.png": "2019-05-21 10:45:52",
    "Screenshot 2019-05-21 at 10.45.52 AM.png": "2019-05-21 10:45:52",
    "Screenshot 2019-05-21 at 10.45.52\u202fPM.png": "2019-05-21 22:45:52",
    "Screenshot 2019-05-21 at 12.45.52 AM.png": "2019-05-21 00:45:52",
    "Screen Shot 2019-05-21 at 10.45.52.png": "2019-05-21 10:45:52",
    "Screenshot 2024-06-09 000833.png": "2024-06-09 00:08:33",
    "Screenshot from 2020-01-30 09-57-18.png": "2020-01-30 09:57:18",
    "IMG-20171218-WA0028.jpg": "2017-12-18 #28",
    "VID-20171218-WA0001.mp4": "2017-12-18 #1",
    "WhatsApp Image 2023-06-10 at 22.57.43.jpeg": "2023-06-10 22:57:43",
    "WhatsApp Image 2023-06-10 at 23.57.02_0cf5591a.jpg": "2023-06-10 23:57:02",
    "WhatsApp Image 2023-11-03 at 1.15.53 PM.jpeg": "2023-11-03 13:15:53",
    "WhatsApp Image 2025-07-12 à 16.06.43_fee671c9.jpg": "2025-07-12 16:06:43",
    "signal-2020-10-26-163832.jpg": "2020-10-26 16:38:32",
    "signal-2018-08-21-100217.jpg": "2018-08-21 10:02:17",
    "signal-2022-12-17-15-16-04-718.jpg": "2022-12-17 15:16:04.718",
    "signal-2022-12-17-15-16-04-718-1.jpg": "2022-12-17 15:16:04.718",
    "photo_2022-02-07_11-47-54.jpg": "2022-02-07 11:47:54",
    "photo_2022-03-30_21-00-33 (2).jpg": "2022-03-30 21:00:33",
    "telegram_2020-01-30_09-57-18.jpg": "2020-01-30 09:57:18",
    "telegram_2020_01_30_09_57_18.jpg": "2020-01-30 09:57:18",
    "IMG_20200130_095718_123.jpg": "2020-01-30 09:57:18.123",
    "mmexport1482227010527.jpg": "2016-12-20 09:43:30.527 UTC",
    "wx_camera_1482227010527.mp4": "2016-12-20 09:43:30.527 UTC",
    "1482227010527.jpg": "2016-12-20 09:43:30.527 UTC",
    "c23-1616694872510.png": "2021-03-25 17:54:32.510 UTC",
    "FB_IMG_1424441459711.jpg": "2015-02-20 14:10:59.711 UTC",
    "viber_image_2021-03-22_14-31-27.png": "2021-03-22 14:31:27",
    "viber_image_2026-07-14_16-06-18-933.png": "2026-07-14 16:06:18.933",
    "KakaoTalk_Photo_2022-10-04-17-17-18.png": "2022-10-04 17:17:18",
    "KakaoTalk_20221004_171718.jpg": "2022-10-04 17:17:18",
    "2020-11-01 02.31.02.jpg": "2020-11-01 02:31:02",
    "2011-07-19 11.36.39.jpg": "2011-07-19 11:36:39",
    "2022-02-18 16.00.12-DCMX.png": "2022-02-18 16:00:12",
    "20230427_145116000_iOS.jpg": "2023-04-27 14:51:16.000 UTC",
    "2014-08-25_17.15.33.jpg": "2014-08-25 17:15:33",
    "2016.01.01-17.39.22.jpg": "2016-01-01 17:39:22",
    "2016_01_30_11_49_15.mp4": "2016-01-30 11:49:15",
    "201801261147521000.jpg": "2018-01-26 11:47:52",
    "1869_12_30_16_59_57.jpg": "1869-12-30 16:59:57",
    "IMG_0699 - 2009-12-16 20-07-09.PNG": "2009-12-16 20:07:09",
    "WP_20150208_017.jpg": "2015-02-08 #17",
    "WP_20150208_13_22_41_Pro.jpg": "2015-02-08 13:22:41",
    "IMG_20230101_A.jpg": "2023-01-01",
    "20230101.jpg": "2023-01-01",
    "nextcloud/2022/04/22-04-06 15-21-03 2160.jpg": "2022-04-06 15:21:03",
    "2018/04 - April/2018-04-12 19:24:49.gif": "2018-04-12 19:24:49",
    "2016/08/18 iPhone/holiday.jpg": "2016-08-18",
    "2016/08/18 iPhone/IMG_1234.jpg": "2016-08-18 #1234",
    "pictures\\2016\\08\\18\\IMG_1234.jpg": "2016-08-18 #1234",
    "2019-10-31 155703.jpg": "2019-10-31 15:57:03",
    "DJI_20230101120000_0001_D.JPG": "2023-01-01 12:00:00 #1",
    "P_20200130_095718.jpg": "2020-01-30 09:57:18",
    "C360_2015-01-30-09-57-18-123.jpg": "2015-01-30 09:57:18.123",
    "Photo_20200130_095718.jpg": "2020-01-30 09:57:18",
    "lv_0_20200130095718.mp4": "2020-01-30 09:57:18",
    "InShot_20200130_095718123.jpg": "2020-01-30 09:57:18.123",
    "B612_20200130_095718_123.jpg": "2020-01-30 09:57:18.123",
    "192.168.0.64_01_20190319093422939_MOTION_DETECTION.jpg": "2019-03-19 09:34:22.939",
    "gg_733804851_20190319124752348_MOTION_DETECTION.jpg": "2019-03-19 12:47:52.348",
    "10.4.100.111_01_20150619045051383_TIMING.jpg": "2015-06-19 04:50:51.383",
    "MDAlarm_20151018-093118.jpg": "2015-10-18 09:31:18",
    "alarm_20151018_093118.mkv": "2015-10-18 09:31:18",
    "Name_00_20210101123045.jpg": "2021-01-01 12:30:45",
    "MAC00(NAME)_0_20190509154733_3.jpg": "2019-05-09 15:47:33 #3",
    "2025060107/46M14S_1748735174.mp4": "2025-05-31 23:46:14 UTC",
    "01-20210327103636-00.jpg": "2021-03-27 10:36:36 #0",
    "01-20210327103636-snapshot.jpg": "2021-03-27 10:36:36",
    "2021-03-27/10-36-36.jpg": "2021-03-27 10:36:36",
    "2021-03-27/10-36-36-00.jpg": "2021-03-27 10:36:36 #0",
    "snapshot-2021-03-27_10:36:36.jpg": "2021-03-27 10:36:36",
    "CAM120180217103636.jpg": "2018-02-17 10:36:36",
    "c10_2021_03_27__10_36_36.png": "2021-03-27 10:36:36",
    "front_door-1616694872.510-abc123.jpg": "2021-03-25 17:54:32.510 UTC",
    "20210327T103636Z.jpg": "2021-03-27 10:36:36 UTC",
    "2021-03-27T10-36-36+0100.jpg": "2021-03-27 10:36:36 +60min",
    "2021-03-27T10_36_36.123Z": "2021-03-27 10:36:36.123 UTC",
    "2023-06-18T01_21_32.jpg": "2023-06-18 01:21:32",
    "20130518_142022_3D657EBD.jpg": "2013-05-18 14:20:22",
    "PXL_20231006_063121958 (another copy).jpg": "2023-10-06 06:31:21.958 UTC",
}


@pytest.mark.parametrize("name", READ, ids=str)
def test_name_says_when_the_photo_was_taken(name: str) -> None:
    assert said(name) == READ[name]


REFUSED = (
    "GOPR0001.JPG",
    "DSC_1234.JPG",
    "IMG_1234.JPG",
    "DSCN0001.JPG",
    "P1010001.JPG",
    "RCNX0001.JPG",
    "IMAG0001.JPG",
    "MFDC0001.JPG",
    "IMG_E1234.HEIC",
    "1000012345.jpg",
    "image.jpg",
    "3D657EBD.jpg",
    "Snapchat-1234567890.jpg",
    "Snapchat-431959199.mp4",
    "Snapchat-100-10-20-19-15-12.jpg",
    "received_123456789012345.jpeg",
    "12345678_1234567890123456_1234567890123456789_n.jpg",
    "12345678_123456789012345_123456789012345678_o.jpg",
    "05/21/2019",
    "IMG_20190509_254733.jpg",
    "IMG_20190500_154733.jpg",
    "IMG_20191309_154733.jpg",
    "IMG_20190230_154733.jpg",
    "2019-05-09 24.24.27.jpg",
    "20281231_120000.jpg",
    "9990000000000.jpg",
    "0482227010527.jpg",
    "1616694872510123.jpg",
    "12345678_123456.jpg",
    "2022/04/21-04-06 15-21-03.jpg",
)


@pytest.mark.parametrize("name", REFUSED, ids=str)
def test_number_that_is_no_time_is_not_taken_for_one(name: str) -> None:
    assert said(name) == "nothing"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("IMG_20191309_154733.jpg", "month 13"),
        ("IMG_20190500_154733.jpg", "day 0 "),
        ("IMG_20190509_254733.jpg", "hour 25"),
        ("IMG_20190509_156133.jpg", "minute 61"),
        ("DSC_1234.JPG", "picture number"),
        ("20281231_120000.jpg", "year 2028"),
    ],
)
def test_refusal_says_why(name: str, reason: str) -> None:
    [refused] = filenames.read(name, now=NOW)
    assert refused.refusal is not None
    assert reason in refused.refusal


def test_picture_number_is_kept_as_sequence() -> None:
    [counted] = filenames.read("IMG_0041.JPG", now=NOW)
    assert counted.sequence == 41


EXAMPLES = [example for pattern in PATTERNS for example in pattern.examples]


@pytest.mark.parametrize("name", EXAMPLES, ids=str)
def test_every_example_in_the_table_is_read(name: str) -> None:
    assert best(name) is not None


@pytest.mark.parametrize("name", [each for *_, names in NOT_TIMES for each in names], ids=str)
def test_every_refused_example_in_the_table_is_refused(name: str) -> None:
    assert best(name) is None


def test_shots_of_one_burst_share_a_key() -> None:
    cover = best("00055IMG_00055_BURST20190216172030_COVER.jpg")
    other = best("00004XTR_00004_BURST20190216172030.jpg")
    single = best("IMG_20190509_154733.jpg")
    assert cover and other and single
    assert cover.burst_key == other.burst_key
    assert cover.burst_key is not None
    assert single.burst_key is None


def test_known_prefix_wins_over_a_longer_time_without_one() -> None:
    name = "IMG_20190509_154733 2020-01-01 10.00.00.jpg"
    assert said(name) == "2019-05-09 15:47:33"


def test_two_times_without_prefix_lower_the_confidence() -> None:
    one, two = best("2019-05-09 10.00.00.jpg"), best("2019-05-09 10.00.00 2020-01-01 10.00.00.jpg")
    assert one and two
    assert two.confidence < one.confidence
    assert two.local == one.local


def test_name_of_a_saved_picture_is_trusted_less_than_a_camera_name() -> None:
    saved, shot = best("photo_2022-02-07_11-47-54.jpg"), best("IMG_20220207_114754.jpg")
    assert saved and shot
    assert saved.confidence < shot.confidence


def test_year_before_1970_is_read_with_little_trust() -> None:
    scan = best("1869_12_30_16_59_57.jpg")
    assert scan
    assert scan.confidence <= 30
    assert "scan" in scan.note


@pytest.mark.parametrize("name", ["", ".", "/", "....jpg", "\0", "(1)", "é" * 300, "9" * 5000])
def test_odd_name_gives_no_time_and_no_error(name: str) -> None:
    assert said(name) == "nothing"
