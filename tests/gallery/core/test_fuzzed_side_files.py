"""Side files of any shape end as facts or as a sentence that says why not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gallery.core import places, sidecars
from gallery.core.sidecars import SidecarFacts, UnreadableSidecar
from tests.gallery.core.sound import assert_candidates_sound, assert_storable

anything: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.text(st.characters(exclude_categories=[]), max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
stamps = st.fixed_dictionaries(
    {}, optional={"timestamp": anything | st.integers(-(10**13), 10**13).map(str)}
)
positions = st.fixed_dictionaries({}, optional={"latitude": anything, "longitude": anything})
takeout = st.fixed_dictionaries(
    {"photoTakenTime": stamps | anything},
    optional={
        "creationTime": stamps | anything,
        "geoData": positions | anything,
        "geoDataExif": positions | anything,
        **dict.fromkeys(("favorited", "archived", "trashed", "description", "title"), anything),
    },
)

PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" exif:DateTimeOriginal="{}"
 exif:GPSLatitude="{}" exif:GPSLongitude="{}" xmp:Rating="{}">
 <dc:description><rdf:Alt><rdf:li>{}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>"""
REAL = PACKET.format("2021-06-03T10:20:30.5+02:00", "45,54.05N", "6,7,46E", "5", "A lake").encode()


def check(name: str, content: bytes) -> SidecarFacts | None:
    try:
        facts = sidecars.read(name, content)
    except UnreadableSidecar as refused:
        assert refused.reason.endswith(".")
        assert_storable(refused.reason)
        return None
    assert_candidates_sound(facts.candidates)
    told = [facts.description, facts.title, facts.rating, facts.latitude, facts.longitude]
    assert_storable(told)
    assert len(places.name_at(facts.latitude, facts.longitude)) <= places.LONGEST
    assert facts.rating is None or 0 <= facts.rating <= 5
    return facts


@settings(max_examples=200, deadline=None)
@given(takeout)
@example({"photoTakenTime": {}, "geoData": {"latitude": 10**400, "longitude": 10**400}})
@example({"photoTakenTime": {"timestamp": "\ud800\0"}, "description": "half \ud800 and \0"})
@example({"photoTakenTime": {"timestamp": 1e400}, "title": "\x1b[31m"})
@example({"photoTakenTime": {"timestamp": -(10**12)}})
def test_any_json_of_the_shape_of_takeout_is_read_or_refused(told: dict[str, Any]) -> None:
    check("a.jpg.json", json.dumps(told).encode())


@settings(max_examples=60, deadline=None)
@given(anything, st.binary(max_size=200))
def test_any_json_and_any_bytes_are_read_or_refused(told: Any, data: bytes) -> None:
    for name in ("a.json", "a.xmp"):
        check(name, json.dumps(told).encode())
        check(name, data)


texts = st.text(max_size=60) | st.sampled_from(
    ["1e999", "-1e999,5N", "nan", "91,0N", "0,0N", "2021-13-45", "٣,٤N", "9" * 400, "5" * 5000]
)


@settings(max_examples=150, deadline=None)
@given(st.tuples(texts, texts, texts, texts, texts))
def test_any_words_in_the_fields_of_xmp_are_read_or_refused(said: tuple[str, ...]) -> None:
    check("a.xmp", PACKET.format(*said).encode())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(REAL) - 1), st.integers(0, 255)), max_size=10))
def test_xmp_with_changed_bytes_is_read_or_refused(changed: list[tuple[int, int]]) -> None:
    data = bytearray(REAL)
    for place, value in changed:
        data[place] = value
    check("a.xmp", bytes(data))


def test_the_packet_itself_is_read() -> None:
    facts = check("a.xmp", REAL)
    assert facts
    assert (facts.rating, facts.description) == (5, "A lake")
    assert len(facts.candidates) == 1


LAUGHS = b"""<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><x>&c;</x>"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.json", b"[" * 100_000 + b"]" * 100_000, id="deep lists"),
        pytest.param("a.json", b'{"a":' * 50_000 + b"1" + b"}" * 50_000, id="deep objects"),
        pytest.param(
            "a.json", b'{"photoTakenTime": ' + b"9" * 1_000_000 + b"}", id="a long number"
        ),
        pytest.param("a.xmp", LAUGHS, id="a billion laughs"),
        pytest.param("a.xmp", b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>", id="another file"),
        pytest.param("a.xmp", b"<a>" * 50_000 + b"</a>" * 50_000, id="deep elements"),
        pytest.param("a.xmp", b"<a " + b"b='1' " * 50_000 + b"/>", id="many attributes"),
        pytest.param("a.json", b"", id="nothing"),
        pytest.param("a.xmp", b"\xff\xfe<\x00", id="half a letter"),
    ],
)
def test_what_is_made_to_exhaust_a_reader_is_refused(name: str, content: bytes) -> None:
    assert check(name, content) is None
