from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gallery.files import derivatives, originals
from gallery.models import Photo, User
from tests.factories import make_stored_photo, store_original

pytestmark = pytest.mark.django_db(transaction=True)


def stored(photo: Photo) -> Path:
    return Path(originals.storage().path(originals.name_of(photo.checksum)))


def check(**options: bool) -> str:
    out = io.StringIO()
    call_command("check_files", stdout=out, stderr=out, **options)
    return out.getvalue()


def test_a_library_in_order_has_no_findings(alice: User) -> None:
    make_stored_photo(alice)
    assert check(read=True) == "0 with trouble, 0 that no photo needs.\n"


def test_a_missing_original_is_named_with_its_owner(alice: User) -> None:
    photo = make_stored_photo(alice, file_name="beach.jpg")
    stored(photo).unlink()
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_files", stdout=out, stderr=out)
    assert "missing" in out.getvalue()
    assert "alice: beach.jpg" in out.getvalue()


def test_a_changed_original_is_found_only_by_reading(alice: User) -> None:
    photo = make_stored_photo(alice)
    stored(photo).write_bytes(b"other bytes")
    assert "0 with trouble" in check()
    with pytest.raises(CommandError):
        check(read=True)


def test_a_file_nobody_needs_is_deleted_only_when_asked(alice: User) -> None:
    photo = make_stored_photo(alice)
    store_original("ab" * 32, b"left behind")
    assert "1 that no photo needs" in check()
    assert originals.exists("ab" * 32)
    check(delete_unneeded=True)
    assert not originals.exists("ab" * 32)
    assert originals.exists(photo.checksum)


def test_lost_small_copies_are_made_again(alice: User) -> None:
    photo = make_stored_photo(alice)
    derivatives.delete_all(photo.checksum)
    out = io.StringIO()
    call_command("make_derivatives", stdout=out)
    assert out.getvalue() == "Made 2 small copies; 0 photos could not be read.\n"
    assert derivatives.missing(photo.checksum) == []
