"""Rating and tags come with a photo, from in it and beside it; its owner changes both."""

from __future__ import annotations

from pathlib import Path

import pytest

from gallery import changes, tags
from gallery.core import exif
from gallery.importing import folders
from gallery.models import Photo, PhotoTag, User
from gallery.work import runner
from tests.factories import write_picture
from tests.pictures import scene

pytestmark = pytest.mark.django_db(transaction=True)

XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmp:Rating="{stars}"><dc:subject><rdf:Bag>{tags}</rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def _xmp(stars: int, *names: str) -> bytes:
    items = "".join(f"<rdf:li>{name}</rdf:li>" for name in names)
    return XMP.format(stars=stars, tags=items).encode()


def _import(folder: Path, owner: User) -> None:
    runner.drain(folders.begin(folder, owner).job, processes=0)


@pytest.fixture
def photo(tmp_path: Path, alice: User) -> Photo:
    """Two stars by EXIF, three by the XMP inside, four by the file beside it."""
    written = scene(1).getexif()
    written[exif.RATING] = 2
    written[exif.KEYWORDS] = "boat;sea".encode("utf-16-le")
    path = tmp_path / "photos" / "IMG_20240517_103000.jpg"
    write_picture(path, scene(1), exif=written, xmp=_xmp(3, "Sea", "Paris"))
    path.with_suffix(".xmp").write_bytes(_xmp(4, "holiday", "paris"))
    _import(path.parent, alice)
    return Photo.objects.get()


def test_the_side_file_rates_and_all_tags_are_joined(photo: Photo) -> None:
    assert photo.rating == 4
    assert tags.names_of([photo.pk])[photo.pk] == ["boat", "holiday", "Paris", "sea"]


def test_a_second_import_overwrites_nothing_that_its_owner_chose(
    photo: Photo, tmp_path: Path, alice: User
) -> None:
    these = Photo.objects.filter(pk=photo.pk)
    changes.rate(these, by=alice, stars=1)
    tags.take_off(these, ["sea"], by=alice)
    tags.put_on(these, ["mine"], by=alice)
    before = list(Photo.objects.values()), list(PhotoTag.objects.order_by("pk").values())
    _import(tmp_path / "photos", alice)
    assert before == (list(Photo.objects.values()), list(PhotoTag.objects.order_by("pk").values()))


def test_a_hostile_side_file_costs_neither_the_photo_nor_its_own_tags(
    tmp_path: Path, alice: User
) -> None:
    path = tmp_path / "photos" / "IMG_20240517_103000.jpg"
    write_picture(path, scene(1), xmp=_xmp(3, "sea"))
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    path.with_suffix(".xmp").write_bytes(bomb)
    _import(path.parent, alice)
    photo = Photo.objects.get()
    assert photo.rating == 3
    assert tags.names_of([photo.pk])[photo.pk] == ["sea"]
