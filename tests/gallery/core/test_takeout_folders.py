# ruff: noqa: RUF001  the letters of other languages are meant
from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.core import takeout_folders
from tests.zips import album_file, as_bytes, side_file


@pytest.mark.parametrize(
    "name",
    [
        "Photos from 2019",
        "Photos de 2019",
        "Fotos von 2019",
        "Fotos aus 2019",
        "Fotos del 2019",
        "Foto dal 2019",
        "Foto's uit 2019",
        "Zdjęcia z 2019",
        "Zdjęcia z 2019 r.",
        "Фото за 2019 год",
        "Фотографии за 2019 г.",
        "Фотографії за 2019 рік",
        "Снимки от 2019 г.",
        "2019 年の写真",
        "2019年的照片",
        "2019년의 사진",
        "Foton från 2019",
        "Billeder fra 2019",
        "Kuvat vuodelta 2019",
        "Fotky z roku 2019",
        "2019 fotoğrafları",
        "Fotografii din 2019",
        "Foto dari 2019",
        "Ảnh từ năm 2019",
        "รูปภาพจากปี 2019",
        "Φωτογραφίες από το 2019",
        "Fotók 2019-ból",
        "photos from 1899",
    ],
)
def test_the_folder_of_a_year_is_no_album_in_any_language(name: str) -> None:
    assert takeout_folders.is_year(name)
    assert not takeout_folders.is_album(f"Takeout/Google Photos/{name}", has_description=True)


@pytest.mark.parametrize(
    "name",
    [
        "Photos of Paris 2019",
        "Fotos von Oma 2019",
        "Hochzeit 2019",
        "Summer 2019",
        "2019",
        "From 2019",
        "Photos",
        "Photos from 20199",
        "Photos from 2019 (edited)",
    ],
)
def test_an_album_may_have_a_year_in_its_name(name: str) -> None:
    assert not takeout_folders.is_year(name)
    assert takeout_folders.is_album(f"Takeout/Google Фото/{name}", has_description=False)


@pytest.mark.parametrize(
    ("path", "has_description", "is_album"),
    [
        pytest.param("Takeout/Google Photos/Paris", False, True, id="below_google_photos"),
        pytest.param("Takeout/Google Photos", False, False, id="google_photos_itself"),
        pytest.param("Takeout/Google Photos/Trash", True, False, id="trash"),
        pytest.param("Takeout/Google Fotos/Papierkorb", True, False, id="trash_in_german"),
        pytest.param("Takeout/Google Photos/Archive", True, False, id="archive"),
        pytest.param("holidays/Paris", False, False, id="folder_of_any_zip"),
        pytest.param("holidays/Paris", True, True, id="described_as_an_album"),
        pytest.param("", True, False, id="no_folder"),
        pytest.param("Takeout/Google Photos/Paris/raw", False, False, id="folder_in_an_album"),
    ],
)
def test_a_folder_is_an_album_by_its_place_or_its_description(
    path: str, has_description: bool, is_album: bool
) -> None:
    assert takeout_folders.is_album(path, has_description=has_description) is is_album


@pytest.mark.parametrize(
    ("content", "title"),
    [
        pytest.param(as_bytes(album_file("Paris / spring")), "Paris / spring", id="of_today"),
        pytest.param(as_bytes({"albumData": {"title": "Old"}}), "Old", id="until_2021"),
        pytest.param(as_bytes({"title": "Only this"}), "Only this", id="only_a_title"),
        pytest.param(as_bytes(album_file("")), "", id="untitled"),
        pytest.param(as_bytes(album_file(" two\nlines\u202e ")), "two lines", id="not_printable"),
        pytest.param(b"\xef\xbb\xbf" + as_bytes(album_file("Mark")), "Mark", id="byte_order_mark"),
    ],
)
def test_the_title_is_read_from_the_description(content: bytes, title: str) -> None:
    facts = takeout_folders.read(content)
    assert facts is not None and facts.title == title


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(as_bytes(side_file(1, "a.jpg")), id="of_a_photo"),
        pytest.param(b"{", id="cut"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"{}", id="nothing"),
        pytest.param(b"[" * 100_000, id="nested_too_deep"),
        pytest.param(b"\xff", id="no_text"),
        pytest.param(b'{"title": 3}', id="title_that_is_none"),
    ],
)
def test_other_json_describes_no_album(content: bytes) -> None:
    assert takeout_folders.read(content) is None


@given(st.text(max_size=80))
def test_any_name_is_judged(name: str) -> None:
    takeout_folders.is_album(f"Google Photos/{name}", has_description=False)
    assert len(takeout_folders.title_of(name)) <= takeout_folders.LONGEST_TITLE


@pytest.mark.parametrize("part", ["de", "z ", "foto ", "photos from ", "2019 ", "del "])
def test_a_name_made_to_be_slow_is_judged_at_once(part: str) -> None:
    started = time.process_time()
    for length in range(1, 80):
        takeout_folders.is_year((part * length)[:60] + "!")
    assert time.process_time() - started < 2
