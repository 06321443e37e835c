from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gallery.models import Photo, User
from tests.zips import picture, zip_file

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_command_tells_what_became_of_every_file(tmp_path: Path, alice: User) -> None:
    first = zip_file(tmp_path / "1.zip", {"a.jpg": picture(1), "a.txt": "no picture"})
    second = zip_file(tmp_path / "2.zip", {"b.jpg": picture(1)})
    out, report = io.StringIO(), tmp_path / "report.json"
    call_command(
        "import_archive", first, second, "--owner=alice", f"--json={report}", stdout=out
    )  # fmt: skip
    assert "refused: a.txt: It is not a picture in any known format." in out.getvalue()
    assert "Added 1 · already here 1 · refused 1 · failed 0" in out.getvalue()
    told = {each["path"]: each["outcome"] for each in json.loads(report.read_text())["files"]}
    assert told.pop("a.txt") == "refused"
    # One picture in two zips, which two workers unpack at the same time.
    assert sorted(told.items()) in (
        [("a.jpg", "added"), ("b.jpg", "already_here")],
        [("a.jpg", "already_here"), ("b.jpg", "added")],
    )
    assert Photo.objects.filter(owner=alice).count() == 1


@pytest.mark.parametrize(
    ("name", "owner", "reason"),
    [
        pytest.param("missing.zip", "alice", "does not exist", id="missing"),
        pytest.param(".", "alice", "is a folder", id="folder"),
        pytest.param("a.zip", "nobody", "There is no user", id="unknown_owner"),
    ],
)
def test_what_cannot_be_begun_says_why(
    tmp_path: Path, alice: User, name: str, owner: str, reason: str
) -> None:
    zip_file(tmp_path / "a.zip", {"a.jpg": picture(1)})
    with pytest.raises(CommandError, match=reason):
        call_command("import_archive", tmp_path / name, f"--owner={owner}")
