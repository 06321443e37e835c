import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gallery.core import sidecars
from gallery.core.sidecars import UnreadableSidecar, sidecar_for
from gallery.core.taken_at import Precision

TAKEOUT = Path(__file__).parents[4] / "shared" / "data" / "takeout"
needs_takeout = pytest.mark.skipif(
    not TAKEOUT.is_dir(), reason="the Takeout samples (../shared/data/takeout) are not here"
)


def takeout(**fields: Any) -> bytes:
    told = {
        "title": "DSC_0238.JPG",
        "description": "",
        "creationTime": {"timestamp": "1697872351"},
        "photoTakenTime": {"timestamp": "1696573800"},
        "geoData": {"latitude": 48.8583736, "longitude": 2.291901},
    }
    return json.dumps(told | fields).encode()


LONG = "a_photo_with_a_name_that_is_much_too_long_for_google"  # 52 characters


@pytest.mark.parametrize(
    ("photo", "sidecar"),
    [
        pytest.param("a.jpg", "a.jpg.json", id="old_form"),
        pytest.param("a.jpg", "a.jpg.supplemental-metadata.json", id="new_form"),
        pytest.param("a.jpg", "a.jpg.supplemental-met.json", id="cut_supplement"),
        pytest.param("a.jpg", "a.jpg.supple.json", id="shorter_supplement"),
        pytest.param("a.jpg", "a.jpg.s.json", id="one_letter_of_the_supplement"),
        pytest.param("a.jpg", "a.jpg..json", id="only_its_dot"),
        pytest.param("a(11).jpg", "a.jpg(11).json", id="moved_number"),
        pytest.param(
            "a(1).jpg", "a.jpg.supplemental-metadata(1).json", id="number_after_supplement"
        ),
        pytest.param("a(1).jpg", "a.jpg.supplement(1).json", id="number_after_cut_supplement"),
        pytest.param("a(1).jpg", "a(1).jpg.json", id="number_not_moved"),
        pytest.param("a_1.jpg", "a_1.jpg.json", id="underscore_number"),
        pytest.param("a-edited.jpg", "a.jpg.json", id="edited"),
        pytest.param("a-edited.jpg", "a.jpg.supplemental-metadata.json", id="edited_new_form"),
        pytest.param("a-bearbeitet.jpg", "a.jpg.json", id="edited_in_german"),
        pytest.param("a-modifié.jpg", "a.jpg.json", id="edited_in_french"),
        pytest.param("a-modifie\u0301.jpg", "a.jpg.json", id="edited_with_an_accent_apart"),
        pytest.param("a-編集済み.jpg", "a.jpg.json", id="edited_in_japanese"),
        pytest.param("a-ha editado.jpg", "a.jpg.json", id="edited_in_spanish"),
        pytest.param("a-edited(1).jpg", "a.jpg(1).json", id="second_edited"),
        pytest.param("A.JPG", "a.jpg.json", id="other_letter_case"),
        pytest.param("a.jpg", "a.json", id="without_extension"),
        pytest.param(LONG[:47] + ".jpg", LONG[:46] + ".json", id="cut_at_46"),
        pytest.param(LONG[:40] + ".jpg", f"{LONG[:40]}.jpg.s.json", id="cut_within_the_supplement"),
        pytest.param(LONG[:43] + ".jpg", f"{LONG[:43]}.jp.json", id="cut_within_the_extension"),
        pytest.param(LONG[:42] + "-edit.jpg", LONG[:42] + ".jpg.json", id="cut_edited_suffix"),
        pytest.param("a.jpg", "a.jpg.xmp", id="xmp_of_darktable"),
        pytest.param("a.jpg", "a.xmp", id="xmp_of_lightroom"),
        pytest.param("a.jpg", "A.XMP", id="xmp_in_capitals"),
    ],
)
def test_sidecar_is_found_by_its_name(photo: str, sidecar: str) -> None:
    others = {"b.jpg", "b.jpg.json", "metadata.json", "aa.jpg.json", "a.jpg.json.txt"}
    assert sidecar_for(photo, {photo, sidecar, *others}) == sidecar


@pytest.mark.parametrize(
    ("photo", "name"),
    [
        pytest.param("a.jpg", "a.jpg(1).json", id="of_the_second_file"),
        pytest.param("a(1).jpg", "a.jpg.json", id="of_the_first_file"),
        pytest.param("a.jpg", "aa.jpg.json", id="of_a_longer_name"),
        pytest.param("aa.jpg", "a.json", id="of_a_shorter_name"),
        pytest.param("a.jpg", "a.jpg.supplemental-other.json", id="of_something_else"),
        pytest.param(LONG[:47] + ".jpg", LONG[:30] + ".json", id="cut_too_short"),
        pytest.param("a-edited.jpg", "a-edi.jpg.json", id="cut_without_need"),
    ],
)
def test_sidecar_of_another_photo_is_not_taken(photo: str, name: str) -> None:
    assert sidecar_for(photo, {photo, name}) is None


def test_sidecar_whose_photo_stands_beside_it_is_not_taken() -> None:
    long, cut = LONG[:47] + ".jpg", LONG[:46]
    assert sidecar_for(long, {long, cut, f"{cut}.json"}) is None


def test_exact_name_is_preferred() -> None:
    names = {"a.jpg", "a.json", "a.xmp", "a.jpg.json", "a.jpg.supplemental-metadata.json"}
    assert sidecar_for("a.jpg", names) == "a.jpg.json"


def test_names_that_differ_in_case_only_have_a_sidecar_each() -> None:
    names = {"a.jpg", "A.JPG", "a.jpg.json", "A.JPG.json"}
    assert sidecar_for("a.jpg", names) == "a.jpg.json"
    assert sidecar_for("A.JPG", names) == "A.JPG.json"


def test_large_folder_is_searched_without_reading_it_for_every_photo() -> None:
    photos = [f"IMG_{number:05}.jpg" for number in range(5000)]
    names = frozenset(photos + [f"{photo}.supplemental-metadata.json" for photo in photos])
    started = time.process_time()
    assert all(sidecar_for(photo, names) for photo in photos)
    assert time.process_time() - started < 5  # it takes 0.2 s; reading it each time took 90


def test_edited_picture_prefers_a_sidecar_of_its_own() -> None:
    assert sidecar_for("a-edited.jpg", {"a.jpg.json", "a-edited.jpg.json"}) == "a-edited.jpg.json"


@pytest.mark.parametrize("name", ["", ".", "a", ".jpg", "a.", "(1).jpg"])
def test_odd_name_has_no_sidecar_and_no_error(name: str) -> None:
    assert sidecar_for(name, {"b.jpg.json"}) is None


def test_takeout_tells_moment_place_and_state() -> None:
    content = takeout(favorited=True, archived=True, trashed=True, description=" Paris ")
    facts = sidecars.read("a.jpg.json", content)
    [taken] = facts.candidates
    assert taken.instant == datetime(2023, 10, 6, 6, 30, tzinfo=UTC)
    assert taken.local is None
    assert (facts.latitude, facts.longitude) == (48.8583736, 2.291901)
    assert (facts.favourite, facts.archived, facts.trashed) == (True, True, True)
    assert (facts.title, facts.description) == ("DSC_0238.JPG", "Paris")


def test_takeout_moment_before_1970_is_read() -> None:
    [taken] = sidecars.read_takeout(takeout(photoTakenTime={"timestamp": "-315619200"})).candidates
    assert taken.instant == datetime(1960, 1, 1, tzinfo=UTC)


def test_takeout_moment_equal_to_the_upload_is_trusted_little() -> None:
    upload = {"timestamp": "1697872351"}
    [unsure] = sidecars.read_takeout(takeout(photoTakenTime=upload)).candidates
    [sure] = sidecars.read_takeout(takeout()).candidates
    assert unsure.confidence < sure.confidence


def test_takeout_position_of_zeros_is_none() -> None:
    facts = sidecars.read_takeout(takeout(geoData={"latitude": 0.0, "longitude": 0.0}))
    assert (facts.latitude, facts.longitude) == (None, None)


@pytest.mark.parametrize("timestamp", ["soon", "9" * 40, None, {}])
def test_takeout_moment_that_is_none_is_refused(timestamp: Any) -> None:
    [refused] = sidecars.read_takeout(takeout(photoTakenTime={"timestamp": timestamp})).candidates
    assert refused.refusal
    assert not refused.is_usable


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="cut"),
        pytest.param(b"\xff\xfe\x00", id="no_text"),
        pytest.param(b"[" * 200_000, id="nested_too_deep"),
        pytest.param(b"[]", id="a_list"),
        pytest.param(b'{"title": "Album", "date": {}}', id="of_an_album"),
        pytest.param(b"{" + b" " * 9_000_000 + b"}", id="too_large"),
    ],
)
def test_json_that_is_no_sidecar_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(UnreadableSidecar) as refused:
        sidecars.read("a.jpg.json", content)
    assert refused.value.reason.endswith(".")


XMP = """<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" {attributes}>{elements}
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"""


def xmp(attributes: str = "", elements: str = "") -> bytes:
    return XMP.format(attributes=attributes, elements=elements).encode()


@pytest.mark.parametrize(
    ("attributes", "elements"),
    [
        ('exif:DateTimeOriginal="2005-06-09T20:09:27.5+02:00"', ""),
        ("", "<exif:DateTimeOriginal>2005-06-09T20:09:27.5+02:00</exif:DateTimeOriginal>"),
    ],
    ids=["attribute", "element"],
)
def test_xmp_date_is_read_as_attribute_and_as_element(attributes: str, elements: str) -> None:
    [date] = sidecars.read("a.xmp", xmp(attributes, elements)).candidates
    assert date.local == datetime.fromisoformat("2005-06-09 20:09:27.5")
    assert date.offset_minutes == 120
    assert date.precision is Precision.SUBSECOND


def test_xmp_dates_are_trusted_in_their_order() -> None:
    content = xmp(
        'xmp:CreateDate="2007-01-01T00:00:01" photoshop:DateCreated="2006-01-01"'
        ' exif:DateTimeOriginal="2005-01-01T00:00:01"'
    )
    candidates = sidecars.read_xmp(content).candidates
    assert [each.local.year for each in candidates if each.local] == [2005, 2006, 2007]
    assert candidates[1].precision is Precision.DAY
    assert candidates[0].confidence > candidates[1].confidence > candidates[2].confidence


def test_xmp_tells_rating_place_and_words() -> None:
    content = xmp(
        'xmp:Rating="5" exif:GPSLatitude="48,51.5N" exif:GPSLongitude="2,17,30W"',
        "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Tower</rdf:li>"
        "<rdf:li xml:lang='fr'>Tour</rdf:li></rdf:Alt></dc:title>"
        "<dc:description><rdf:Alt><rdf:li>In &lt;Paris&gt;</rdf:li></rdf:Alt></dc:description>",
    )
    facts = sidecars.read_xmp(content)
    assert (facts.rating, facts.favourite) == (5, True)
    assert facts.latitude == pytest.approx(48.858333)
    assert facts.longitude == pytest.approx(-2.291667)
    assert (facts.title, facts.description) == ("Tower", "In <Paris>")


@pytest.mark.parametrize("rating", ["-1", "6", "many", "nan", "inf"])
def test_xmp_rating_that_is_no_number_of_stars_is_left_out(rating: str) -> None:
    assert sidecars.read_xmp(xmp(f'xmp:Rating="{rating}"')).rating is None


def test_xmp_in_utf16_is_read() -> None:
    content = xmp('xmp:Rating="3"').decode().replace("\ufeff", "").encode("utf-16")
    assert sidecars.read_xmp(content).rating == 3


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<x:xmpmeta xmlns:x="adobe:ns:meta/">&b;</x:xmpmeta>"""
STOLEN = (
    b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>"""
)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(LAUGHS, id="entities_that_multiply"),
        pytest.param(STOLEN, id="entity_of_a_file"),
        pytest.param(STOLEN.decode().encode("utf-16"), id="entity_hidden_in_utf16"),
        pytest.param(b"<a>" * 5000, id="nested_too_deep"),
        pytest.param(b"<a><b></a>", id="no_xml"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\0\0\0\0", id="zeros"),
    ],
)
def test_hostile_xmp_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(UnreadableSidecar) as refused:
        sidecars.read("a.xmp", content)
    assert refused.value.reason.endswith(".")


@needs_takeout
def test_every_photo_of_a_real_takeout_finds_the_sidecar_that_states_its_name() -> None:
    paired = 0
    for folder in {path.parent for path in TAKEOUT.rglob("*.json")}:
        names = [path.name for path in folder.iterdir()]
        for photo in (name for name in names if name.lower().endswith(".jpg")):
            sidecar = sidecar_for(photo, names)
            assert sidecar is not None, photo
            facts = sidecars.read(sidecar, (folder / sidecar).read_bytes())
            stem, extension = photo.split("(")[0].rsplit(".")[0], photo.rsplit(".")[-1]
            assert facts.title == f"{stem}.{extension}"
            assert facts.candidates
            paired += 1
    assert paired > 10
