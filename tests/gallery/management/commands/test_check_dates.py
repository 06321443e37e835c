from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command

from gallery.models import Photo, User
from tests.factories import NOON, make_camera, make_photo

pytestmark = pytest.mark.django_db


def test_photos_from_before_the_check_are_checked_as_if_imported_now(alice: User) -> None:
    camera = make_camera(alice)
    for number in range(1, 10):
        day = 700 if number == 5 else number / 100
        name = f"IMG_{number:04}.JPG"
        moment = NOON + dt.timedelta(days=day)
        make_photo(alice, camera=camera, file_name=name, source_path=f"a/{name}", taken_at=moment)
    make_photo(alice, taken_source="file", file_name="x.jpg")
    said = StringIO()
    call_command("check_dates", stdout=said)
    assert "2 suspicious dates." in said.getvalue()
    found = dict(Photo.objects.exclude(taken_doubt="").values_list("file_name", "taken_doubt"))
    assert found == {"IMG_0005.JPG": "series", "x.jpg": "file_time"}
    call_command("check_dates", stdout=said)
    assert (
        dict(Photo.objects.exclude(taken_doubt="").values_list("file_name", "taken_doubt")) == found
    )
