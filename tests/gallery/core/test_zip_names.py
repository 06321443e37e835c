from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.core import zip_names


@pytest.mark.parametrize(
    ("raw", "is_utf8", "name"),
    [
        pytest.param(b"a/b.jpg", False, "a/b.jpg", id="plain"),
        pytest.param("Größe.jpg".encode(), True, "Größe.jpg", id="utf8_with_its_flag"),
        pytest.param("Größe.jpg".encode(), False, "Größe.jpg", id="utf8_of_a_mac_without_the_flag"),
        pytest.param("Größe.jpg".encode("cp437"), False, "Größe.jpg", id="code_page_of_dos"),
        pytest.param(b"Gr\xf6\xdfe.jpg", True, "Gr\\xf6\\xdfe.jpg", id="flag_that_lies"),
        pytest.param("Gro\u0308\u00dfe.jpg".encode(), True, "Größe.jpg", id="accents_apart"),
        pytest.param(b"a\\b\\c.jpg", False, "a/b/c.jpg", id="folders_of_windows"),
        pytest.param(b"a\nb\x1b[31m.jpg", False, "a\\x0ab\\x1b[31m.jpg", id="control_characters"),
        pytest.param("a\u202egpj.exe".encode(), True, "a\\u202egpj.exe", id="turned_around"),
    ],
)
def test_names_are_shown_so_that_people_can_read_them(raw: bytes, is_utf8: bool, name: str) -> None:
    assert zip_names.readable(raw, is_utf8=is_utf8) == name


def test_the_stated_unicode_name_counts_if_it_belongs_to_the_name() -> None:
    raw = b"Gr___e.jpg"
    field = b"\1" + zlib.crc32(raw).to_bytes(4, "little") + "Größe.jpg".encode()
    assert zip_names.readable(raw, unicode_extra=field) == "Größe.jpg"
    assert zip_names.readable(b"renamed.jpg", unicode_extra=field) == "renamed.jpg"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("../../etc/cron.d/x.jpg", "leads out", id="parent"),
        pytest.param("a/../../x.jpg", "leads out", id="parent_inside"),
        pytest.param("/etc/x.jpg", "absolute path", id="absolute"),
        pytest.param("C:/Windows/x.jpg", "absolute path", id="drive"),
        pytest.param("//server/share/x.jpg", "absolute path", id="network_share"),
        pytest.param("a\\x00.jpg", "NUL", id="nul"),
        pytest.param("", "no name", id="none"),
        pytest.param("x" * 1025, "longer than 1,024", id="very_long"),
        pytest.param("inner.ZIP", "inside an archive", id="nested"),
        pytest.param("a/inner.tar.gz", "inside an archive", id="nested_tar"),
    ],
)
def test_names_that_mean_mischief_are_refused(name: str, reason: str) -> None:
    assert reason in zip_names.refusal_of(name)


@pytest.mark.parametrize("name", ["a.jpg", "a..b/c...jpg", "..a/b.jpg", "x" * 1024, "a:b.jpg", "-"])
def test_odd_but_honest_names_are_taken(name: str) -> None:
    assert zip_names.refusal_of(name) == ""


@given(st.binary(max_size=200), st.booleans(), st.none() | st.binary(max_size=60))
def test_any_bytes_give_a_name_that_can_be_printed_and_stored(
    raw: bytes, is_utf8: bool, field: bytes | None
) -> None:
    name = zip_names.readable(raw, is_utf8=is_utf8, unicode_extra=field)
    assert name.isprintable()
    name.encode("utf-8")  # fails on half a character
    assert "\\" not in name.replace("\\x", "").replace("\\u", "")
    zip_names.refusal_of(name)
