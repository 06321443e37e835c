import pytest

from gallery.core.companions import File, NamedPart, Part, are_one_shot, part_of, stem_of


@pytest.mark.parametrize(
    ("name", "form", "stem", "part"),
    [
        ("IMG_1234.JPG", "JPEG", "img_1234", Part.PICTURE),
        ("IMG_1234.CR3", "RAW", "img_1234", Part.RAW),
        ("2024/05/DSC0001.jpg", "JPEG", "dsc0001", Part.PICTURE),
        ("IMG_E1234.HEIC", "HEIC", "img_1234", Part.EDITED),
        ("IMG_1234-edited.jpg", "JPEG", "img_1234", Part.EDITED),
        ("IMG_1234-bearbeitet.jpg", "JPEG", "img_1234", Part.EDITED),
        ("IMG_1234-edited(1).jpg", "JPEG", "img_1234(1)", Part.EDITED),
        ("IMG_1234(1).jpg", "JPEG", "img_1234(1)", Part.PICTURE),
        ("IMG_20240517_103000~2.jpg", "JPEG", "img_20240517_103000", Part.EDITED),
        ("DSC_0001-Edit-2.tif", "TIFF", "dsc_0001", Part.EDITED),
        (
            "PXL_20231207_032111247.RAW-01.COVER.jpg",
            "JPEG",
            "pxl_20231207_032111247",
            Part.PICTURE,
        ),
        (
            "PXL_20231207_032111247.RAW-02.ORIGINAL.dng",
            "RAW",
            "pxl_20231207_032111247",
            Part.RAW,
        ),
        ("PXL_20231207_032111247.MP.jpg", "JPEG", "pxl_20231207_032111247", Part.PICTURE),
        ("DSC_0001.NEF.jpg", "JPEG", "dsc_0001", Part.PICTURE),
        ("no ending", "JPEG", "no ending", Part.PICTURE),
    ],
)
def test_name_tells_the_shot_and_the_part(name: str, form: str, stem: str, part: Part) -> None:
    assert part_of(name, form) == NamedPart(stem, part)


@pytest.mark.parametrize("name", ["PXL_20231207_032111247.MP", "PXL_20231207_032111247.MP4"])
def test_video_of_a_pixel_has_the_stem_of_its_photo(name: str) -> None:
    assert stem_of(name) == "pxl_20231207_032111247"


def test_frames_of_a_burst_are_shots_of_their_own() -> None:
    stems = {
        part_of(f"PXL_20231207_032111247.BURST-0{frame}.jpg", "JPEG").stem for frame in (1, 2, 3)
    }
    assert len(stems) == 3


def file(name: str, form: str = "JPEG", aspect: float = 4 / 3) -> File:
    return File(part_of(name, form), form, aspect)


ONE = file("IMG_1.jpg")


@pytest.mark.parametrize(
    "other",
    [file("IMG_1.HEIC", "HEIC"), file("IMG_1.dng", "RAW"), file("IMG_1-edited.jpg", aspect=1)],
)
def test_what_cameras_and_people_make_of_one_shot_belongs_together(other: File) -> None:
    assert are_one_shot(ONE, other) and are_one_shot(other, ONE)


@pytest.mark.parametrize(
    "other",
    [
        file("IMG_1.JPEG"),  # a second file of one kind and format
        file("IMG_2.dng", "RAW"),
        file("IMG_1.png", "PNG"),  # no camera writes both
        file("IMG_1.HEIC", "HEIC", aspect=3 / 4),  # another picture, whatever its name
    ],
)
def test_a_common_name_alone_joins_nothing(other: File) -> None:
    assert not are_one_shot(ONE, other) and not are_one_shot(other, ONE)
