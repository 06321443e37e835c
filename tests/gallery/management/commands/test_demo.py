"""The demonstration fills an empty installation by the real doors, and touches no other."""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from PIL import Image

from gallery.core.exif import read as read_exif
from gallery.management.commands import demo
from gallery.management.demo import files
from gallery.management.demo.story import Scene, scenes
from gallery.models import Camera, ImportRun, Photo, User
from tests.factories import make_photo

A_FEW = [
    next(scene for scene in scenes() if scene.painter == painter)
    for painter in ("flower", "screen", "street")
]


@pytest.fixture
def small_and_few(monkeypatch: pytest.MonkeyPatch) -> list[Scene]:
    """Three scenes in small, drawn in a second."""
    monkeypatch.setattr(files, "FRAME", (320, 240))
    monkeypatch.setattr(demo, "scenes", lambda: A_FEW)
    return A_FEW


@pytest.mark.django_db(transaction=True)
def test_an_empty_installation_gets_an_account_photos_and_groups(
    small_and_few: list[Scene], data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THE_PASSWORD", "seven drawn lakes")
    said = run("--owner", "dora", "--password-env", "THE_PASSWORD")

    owner = User.objects.get()
    assert (owner.username, owner.is_first, owner.is_superuser) == ("dora", True, True)
    assert owner.check_password("seven drawn lakes")
    expected = sum(len(scene.takes) for scene in small_and_few)
    assert Photo.objects.filter(owner=owner).count() == expected
    assert set(Camera.objects.values_list("name", flat=True)) == {"Kestrel K7", "c21"}
    run_row = ImportRun.objects.get()
    assert (run_row.door, run_row.root) == (ImportRun.Door.DEMO, "")
    assert f"Made {expected} photos for dora." in said
    groups = re.search(r"(\d+) groups? with", said)
    assert groups
    assert int(groups[1]) >= 2


@pytest.mark.django_db(transaction=True)
def test_an_installation_with_photos_is_refused_and_left_alone(alice: User) -> None:
    make_photo(alice)
    with pytest.raises(CommandError, match=r"There is 1 photo here already.*CONTACTSHEET_DATA"):
        run("--owner", "alice")
    assert Photo.objects.count() == 1
    assert not ImportRun.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_among_several_accounts_one_must_be_named(alice: User, bob: User) -> None:
    for arguments in ([], ["--owner", "zoe"]):
        with pytest.raises(CommandError, match=r"--owner .* There is: alice, bob"):
            run(*arguments)


@pytest.mark.django_db(transaction=True)
def test_a_password_that_is_missing_makes_no_account() -> None:
    with pytest.raises(CommandError, match="could not be made"):
        run("--password-env", "NOT_SET_ANYWHERE")
    assert not User.objects.exists()


def test_the_same_scene_gives_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "FRAME", (320, 240))
    written = []
    for name in ("once", "again"):
        (tmp_path / name).mkdir()
        files.write(A_FEW[0], tmp_path / name)
        written.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert written[0] == written[1]
    assert len(set(written[0].values())) == len(A_FEW[0].takes)


def test_no_two_files_of_the_story_have_one_name_and_all_places_can_be_painted() -> None:
    story = scenes()
    names = Counter(take.name for scene in story for take in scene.takes)
    assert 60 <= names.total() <= 120
    assert max(names.values()) == 1
    assert {scene.painter for scene in story} == {*files.PAINTERS, "screen"}
    assert {scene.light for scene in story} <= set(files.LIGHTS)


def test_a_drawn_photo_says_what_took_it_when_and_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "FRAME", (320, 240))
    (scene,) = (scene for scene in scenes() if scene.takes[0].gps)
    files.write(scene, tmp_path)
    with Image.open(tmp_path / scene.takes[0].name) as image:
        facts = read_exif(image)
    assert (facts.make, facts.model) == ("Kestrel", "K7")
    assert facts.latitude == pytest.approx(47.6954, abs=1e-4)
    assert facts.longitude == pytest.approx(9.1345, abs=1e-4)


def run(*arguments: str) -> str:
    said = io.StringIO()
    call_command("demo", *arguments, stdout=said)
    return said.getvalue()
