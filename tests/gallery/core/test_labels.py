"""How tags are written, and where files keep rating and tags."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from gallery.core import exif, labels, sidecars, xmp

XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmp:Rating="{rating}">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Pier</rdf:li></rdf:Alt></dc:title>
<dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def _xmp(rating: str = "4", *tags: str) -> bytes:
    items = "".join(f"<rdf:li>{tag}</rdf:li>" for tag in tags)
    return XMP.format(rating=rating, items=items).encode()


def _jpeg(xmp_inside: bytes = b"", tags: dict[int, Any] | None = None) -> Image.Image:
    out = io.BytesIO()
    written = Image.Exif()
    for tag, value in (tags or {}).items():
        written[tag] = value
    Image.new("RGB", (64, 64)).save(out, "JPEG", exif=written, xmp=xmp_inside)
    return Image.open(out)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["sea", " sea ", "SEA"], ("sea",), id="once"),
        pytest.param(["a\nb\tc"], ("a b c",), id="on one line"),
        pytest.param(["\x00", "  ", "​"], (), id="nothing to see"),
        pytest.param(["x" * 300], ("x" * 100,), id="cut"),
        pytest.param(["Cafe\u0301"], ("Café",), id="composed"),
    ],
)
def test_a_tag_is_kept_as_people_read_it(names: list[str], expected: tuple[str, ...]) -> None:
    assert labels.tags_of(names) == expected


def test_no_photo_has_thousands_of_tags() -> None:
    assert len(labels.tags_of(str(number) for number in range(5000))) == labels.MOST_TAGS


@pytest.mark.parametrize(
    ("text", "stars"),
    [("5", 5), ("0", 0), ("3.0", 3), ("-1", None), ("6", None), ("nan", None), ("1e999", None)],
)
def test_stars_of_xmp(text: str, stars: int | None) -> None:
    assert labels.rating_of(text) == stars


def test_windows_writes_its_keywords_as_utf_16() -> None:
    facts = exif.read(_jpeg(tags={exif.KEYWORDS: "sea;Köln;sea\0".encode("utf-16-le")}))
    assert facts.tags == ("sea", "Köln")
    assert "tags" not in facts.to_json()


def test_stars_of_exif_and_of_the_xmp_inside_which_goes_first() -> None:
    assert exif.read(_jpeg(tags={exif.RATING: 2})).rating == 2
    both = exif.read(_jpeg(_xmp("4", "sea", "Paris"), {exif.RATING: 2}))
    assert (both.rating, both.tags) == (4, ("sea", "Paris"))
    rejected = exif.read(_jpeg(_xmp("-1"), {exif.RATING: 2}))
    assert (rejected.rating, rejected.tags) == (2, ())


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(b'<!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>', id="entities"),
        pytest.param(b"<x>" * 5000, id="nested"),
        pytest.param(b"\xff\xfe not xml", id="no XML"),
        pytest.param(_xmp("5", "sea")[:300], id="cut off"),
    ],
)
def test_a_hostile_xmp_inside_says_nothing(hostile: bytes) -> None:
    assert xmp.inside(_jpeg(hostile)) == {}
    assert exif.read(_jpeg(hostile)).tags == ()


def test_a_list_is_read_to_a_sensible_length() -> None:
    long = xmp.lists(_xmp("1", *map(str, range(3000))))
    assert len(long["dc:subject"]) == xmp.LONGEST_LIST


def test_a_side_file_tells_stars_and_all_tags() -> None:
    told = sidecars.read("a.jpg.xmp", _xmp("5", "sea", "Sea", "Paris"))
    assert (told.rating, told.tags, told.title) == (5, ("sea", "Paris"), "Pier")
