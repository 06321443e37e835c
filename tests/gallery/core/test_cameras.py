import pytest

from gallery.core.cameras import identify
from gallery.core.exif import ExifFacts


@pytest.mark.parametrize(
    ("make", "model", "name"),
    [
        ("NIKON CORPORATION", "NIKON D70", "Nikon D70"),
        ("NIKON", "COOLPIX P6000", "Nikon COOLPIX P6000"),
        ("Canon", "Canon EOS 40D", "Canon EOS 40D"),
        ("SONY", "DSC-D700", "Sony DSC-D700"),
        ("EASTMAN KODAK COMPANY", "KODAK CX7530 ZOOM", "Kodak CX7530 ZOOM"),
        ("OLYMPUS IMAGING CORP.", "E-M5", "Olympus E-M5"),
        ("OLYMPUS OPTICAL CO.,LTD", "C960Z,D460Z", "Olympus C960Z,D460Z"),
        ("CASIO COMPUTER CO.,LTD.", "EX-M2", "Casio EX-M2"),
        ("PENTAX Corporation", "PENTAX K10D", "Pentax K10D"),
        ("SANYO Electric Co.,Ltd.", "SX113", "Sanyo SX113"),
        ("LG Electronics", "LG-H870", "LG LG-H870"),
        ("samsung", "SM-G930F", "Samsung SM-G930F"),
        ("Apple", "iPhone 11 Pro Max", "Apple iPhone 11 Pro Max"),
        ("HUAWEI", "HUAWEI  P30", "Huawei P30"),
        ("", "DiMAGE Z3", "DiMAGE Z3"),
    ],
)
def test_camera_has_one_name_for_people(make: str, model: str, name: str) -> None:
    camera = identify(ExifFacts(make=make, model=model), "IMG_1234.JPG")
    assert camera is not None
    assert camera.name == name


def test_spelling_of_the_maker_does_not_make_another_camera() -> None:
    old = identify(ExifFacts(make="NIKON CORPORATION", model="NIKON D70"), "a.jpg")
    new = identify(ExifFacts(make="Nikon", model="D70"), "b.jpg")
    assert old and new
    assert old.key == new.key


def test_serial_number_tells_two_equal_cameras_apart() -> None:
    one = identify(ExifFacts(make="Canon", model="EOS R5", serial="0001234"), "")
    two = identify(ExifFacts(make="Canon", model="EOS R5", serial="0001235"), "")
    assert one and two
    assert one.key != two.key


@pytest.mark.parametrize("unfilled", ["", "0", "0000000000", "1", "   "])
def test_serial_number_that_was_never_filled_is_none(unfilled: str) -> None:
    camera = identify(ExifFacts(make="Canon", model="EOS R5", serial=unfilled), "")
    assert camera is not None
    assert camera.key == "exif:canon|eos r5"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("c10-1623871098865.png", "prefix:c10"),
        ("c21_2021_03_27__10_36_36.png", "prefix:c21"),
        ("C21_2021_03_27__10_36_36.png", "prefix:c21"),
        ("parking/c23-1616694872510.png", "prefix:c23"),
        ("192.168.0.64_01_20190319093422939_MOTION_DETECTION.jpg", "prefix:192.168.0.64/01"),
        ("10.4.100.111_01_20150619045051383_TIMING.jpg", "prefix:10.4.100.111/01"),
        ("Name_00_20210101123045.jpg", "prefix:name/00"),
        ("MAC00(NAME)_0_20190509154733_3.jpg", "prefix:name/0"),
        ("front_door-1616694872.510-abc123.jpg", "prefix:front_door"),
        ("CAM120180217103636.jpg", "prefix:cam1"),
    ],
)
def test_fixed_camera_is_known_by_its_prefix(name: str, key: str) -> None:
    camera = identify(None, name)
    assert camera is not None
    assert camera.key == key


def test_both_name_forms_of_a_fixed_camera_are_one_camera() -> None:
    one = identify(None, "c10-1623871098865.png")
    two = identify(ExifFacts(), "c10_2021_03_27__10_36_36.png")
    assert one == two


@pytest.mark.parametrize(
    "name",
    [
        "IMG_20190509_154733.jpg",
        "PXL_20231026_210642603.jpg",
        "DSC_0052_BURST20230709220904977_COVER.JPG",
        "DSC_1234.JPG",
        "IMG-20171218-WA0028.jpg",
        "FB_IMG_1424441459711.jpg",
        "mmexport1482227010527.jpg",
        "Screenshot_20190919-053857.jpg",
        "IMG1_2021_03_27__10_36_36.png",
        "DJI_00_20210101123045.jpg",
        "20221107_231730.jpg",
        "holiday.jpg",
        "",
    ],
)
def test_word_before_a_counter_is_no_camera(name: str) -> None:
    assert identify(None, name) is None


def test_prefix_tells_equal_models_without_serial_apart() -> None:
    model = ExifFacts(make="HIKVISION", model="DS-2CD")
    one = identify(model, "192.168.0.64_01_20190319093422939_TIMING.jpg")
    two = identify(model, "192.168.0.64_02_20190319093422939_TIMING.jpg")
    assert one and two
    assert one.key != two.key
    assert one.make == "Hikvision"


TIME_ONLY = "2023-06-18T03_11_46.jpg"


@pytest.mark.parametrize(
    "folder", ["c30", "C30", "cam_2", "Camera 1", "ch01", "webcam", "east-webcam"]
)
def test_folder_names_the_fixed_camera_of_files_that_are_named_by_time_alone(folder: str) -> None:
    camera = identify(ExifFacts(), TIME_ONLY, folder)
    assert camera is not None
    assert (camera.key, camera.prefix) == (f"prefix:{folder.lower()}", folder)


def test_folder_and_prefix_of_a_name_are_one_camera() -> None:
    assert identify(None, TIME_ONLY, "c30") == identify(None, "c30-1623871098865.png", "2021")


@pytest.mark.parametrize(
    "folder",
    [
        "",
        "Camera",
        "DCIM",
        "100CANON",
        "100APPLE",
        "2021",
        "2023-06-18",
        "day1",
        "trip2",
        "Photos from 2023",
        "IMG1",
        "s21",
        "camera roll",
        "c30 best of",
        "abc30",
    ],
)
def test_ordinary_folder_is_no_camera(folder: str) -> None:
    assert identify(None, TIME_ONLY, folder) is None


@pytest.mark.parametrize(
    "name",
    [
        "20221107_231730.jpg",
        "2019-05-09 15.47.33.jpg",
        "IMG_20190509_154733.jpg",
        "2023-06-18.jpg",
        "holiday 2023-06-18T03_11_46.jpg",
    ],
)
def test_photos_of_phones_in_a_folder_like_a_camera_have_none(name: str) -> None:
    assert identify(None, name, "c30") is None


def test_camera_in_the_tags_goes_before_the_folder() -> None:
    camera = identify(ExifFacts(make="Canon", model="EOS R5"), TIME_ONLY, "c30")
    assert camera is not None
    assert (camera.model, camera.prefix) == ("EOS R5", "")
