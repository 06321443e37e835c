"""Library folders in pages: staff look after all, owners see theirs, strangers see nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.sites import site
from django.core.management import CommandError, call_command
from django.test import Client

from gallery import changes
from gallery.decoding import decoder
from gallery.models import Job, LibraryFolder, Photo, User
from gallery.work import jobs, runner
from tests.conftest import signed_in
from tests.library import IN_PLACE, add, drawn_folder, look, settled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_scan_afterwards(settings: Any) -> None:
    settings.AFTER_IMPORT = []
    settings.TRASH_GUARDS = []


@pytest.fixture(scope="module", autouse=True)
def _end_decoder() -> Iterator[None]:
    yield
    decoder.decoder().close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return drawn_folder(tmp_path / "photos")


@pytest.fixture
def staff_client(db: None) -> Client:
    return signed_in(User.objects.create_superuser("carol", password="carol's password"))


def text_of(client: Client, address: str, **data: Any) -> str:
    answer = client.get(address, data)
    assert answer.status_code == 200
    return str(answer.content.decode())


def form(root: Path, owner: User, **more: Any) -> dict[str, Any]:
    return {"path": str(root), "owner": owner.pk, "mode": "in_place"} | more


def test_staff_add_a_folder_whose_photos_are_anothers(
    staff_client: Client, alice: User, alice_client: Client, root: Path
) -> None:
    assert "Add and look at it" in text_of(staff_client, "/folders/add/")
    answer = staff_client.post("/folders/add/", form(root, alice, is_watched="on"))
    folder = LibraryFolder.objects.get()
    assert answer["Location"] == folder.get_absolute_url()
    assert (folder.owner, folder.mode, folder.is_watched) == (alice, IN_PLACE, True)
    settled(folder)
    assert Photo.objects.filter(owner=alice).count() == 2
    for client in (staff_client, alice_client):
        page = text_of(client, folder.get_absolute_url())
        assert str(root) in page
        assert "read only, never changed" in page
        assert "2</span>" in page
        assert "Look now" in page
    assert "Remove…" not in text_of(alice_client, folder.get_absolute_url())


@pytest.mark.parametrize(
    ("path", "why"),
    [
        pytest.param("relative/path", "Write the whole path", id="relative"),
        pytest.param("/nowhere/at/all", "is not a folder", id="missing"),
        pytest.param("/", "overlaps with the data folder", id="above_our_data"),
    ],
)
def test_a_folder_that_cannot_be_one_is_refused_beside_its_field(
    staff_client: Client, alice: User, path: str, why: str
) -> None:
    answer = staff_client.post("/folders/add/", form(Path(path), alice))
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not LibraryFolder.objects.exists()


def test_a_stranger_finds_no_folder_and_an_owner_cannot_manage_it(
    alice: User, alice_client: Client, bob_client: Client, root: Path
) -> None:
    folder = add(root, alice)
    address = folder.get_absolute_url()
    for part in ("", "state/"):
        assert bob_client.get(address + part).status_code == 404
    assert bob_client.post(f"{address}look/").status_code == 404
    for part in ("watch/", "copy/", "remove/"):
        assert alice_client.post(address + part).status_code == 404
        assert bob_client.post(address + part).status_code == 404
    assert alice_client.post("/folders/add/", form(root, alice)).status_code == 404
    assert "Library folders" in text_of(bob_client, "/folders/")
    assert str(root) not in text_of(bob_client, "/folders/")
    assert str(root) in text_of(alice_client, "/folders/")


def test_an_owner_looks_again_and_sees_what_is_missing(
    alice: User, alice_client: Client, root: Path
) -> None:
    folder = add(root, alice)
    (root / "a.jpg").unlink()
    alice_client.post(f"{folder.get_absolute_url()}look/")
    page = text_of(alice_client, folder.get_absolute_url())
    assert "being looked at" in page
    assert "data-ended" not in text_of(alice_client, f"{folder.get_absolute_url()}state/")
    settled(folder)
    page = text_of(alice_client, folder.get_absolute_url())
    assert "Missing files" in page
    assert "a.jpg" in page
    assert "data-ended" in page


def test_an_offline_folder_says_since_when_and_why(
    alice: User, alice_client: Client, root: Path
) -> None:
    folder = add(root, alice)
    root.rename(root.parent / "away")
    look(folder)
    page = text_of(alice_client, folder.get_absolute_url())
    assert "Offline since" in page
    assert "There is no such folder now." in page
    assert "offline" in text_of(alice_client, "/folders/")
    photo = Photo.objects.first()
    assert photo is not None
    assert b"".join(alice_client.get(f"/photos/{photo.pk}/grid"))
    assert alice_client.get(f"/photos/{photo.pk}/original").status_code == 404
    assert "is offline" in text_of(alice_client, photo.get_absolute_url())


def test_an_original_in_place_is_sent_whole_and_in_parts(
    alice: User, alice_client: Client, bob_client: Client, root: Path, settings: Any
) -> None:
    add(root, alice)
    settings.ACCEL_REDIRECT_PREFIX = "/protected"  # a proxy cannot read the folder
    address = f"/photos/{Photo.objects.get(file_name='a.jpg').pk}/original"
    data = (root / "a.jpg").read_bytes()
    assert b"".join(alice_client.get(address)) == data
    part = alice_client.get(address, headers={"Range": "bytes=2-9"})
    assert (part.status_code, b"".join(part)) == (206, data[2:10])
    assert bob_client.get(address).status_code == 404


def test_staff_watch_copy_and_remove(staff_client: Client, alice: User, root: Path) -> None:
    folder = add(root, alice)
    address = folder.get_absolute_url()
    staff_client.post(f"{address}watch/", {"on": "1"})
    assert LibraryFolder.objects.get().is_watched
    staff_client.post(f"{address}watch/", {"on": "0"})
    assert not LibraryFolder.objects.get().is_watched
    warning = text_of(staff_client, f"{address}remove/")
    assert "2 photos are read from this folder" in warning
    assert "as much room" in text_of(staff_client, f"{address}copy/")
    staff_client.post(f"{address}copy/")
    settled(folder)
    assert "read from this folder" not in text_of(staff_client, f"{address}remove/")
    staff_client.post(f"{address}remove/")
    assert not LibraryFolder.objects.exists()
    assert Photo.objects.count() == 2


def test_the_words_say_hide_wherever_a_file_stays(
    alice: User, alice_client: Client, root: Path
) -> None:
    add(root, alice)
    photos = Photo.objects.filter(file_name="a.jpg")
    address = photos.get().get_absolute_url()
    assert "its file stays" not in text_of(alice_client, address)
    changes.trash(photos, by=alice)
    page = text_of(alice_client, address)
    assert "Hide for good…" in page
    assert "Delete forever…" not in page
    assert "1 of them lies in a library folder" in text_of(alice_client, "/trash/")
    question = text_of(alice_client, "/trash/empty/")
    assert "Hide 1 photo?" in question
    assert "There is no undo" not in question
    confirmed = alice_client.post("/trash/empty/").context
    answer = alice_client.post(
        "/trash/empty/",
        {"confirmed": confirmed["extent"].as_text, "asked_at": confirmed["asked_at"]},
        follow=True,
    )
    assert "the files stay in their folders" in answer.content.decode()
    assert "1 hidden photo" in text_of(alice_client, "/trash/")
    assert "Show again" in text_of(alice_client, "/trash/hidden/")
    assert "Show again" in text_of(alice_client, address)
    alice_client.post("/acts/restore/", {"photo": photos.get().pk})
    assert photos.get().state == "timeline"


def test_a_mixed_trash_says_how_many_are_deleted_and_how_many_hidden(
    alice: User, alice_client: Client, root: Path, make_photo: Any
) -> None:
    add(root, alice)
    make_photo(alice)
    changes.trash(Photo.objects.all(), by=alice)
    question = text_of(alice_client, "/trash/empty/")
    assert "Delete 1 photo forever, and hide 2?" in question


def test_the_page_lives_only_while_something_goes_on(
    alice: User, alice_client: Client, root: Path
) -> None:
    folder = add(root, alice)
    state = f"{folder.get_absolute_url()}state/"
    first = alice_client.get(state)
    assert alice_client.get(state, headers={"If-None-Match": first["ETag"]}).status_code == 304
    alice_client.post(f"{folder.get_absolute_url()}look/")
    job = Job.objects.get(kind="look")
    assert "Looking" in text_of(alice_client, state)
    jobs.cancel(job)
    assert "data-ended" in text_of(alice_client, state)


def test_the_list_of_folders_asks_no_more_for_many(
    alice: User, alice_client: Client, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        add(drawn_folder(tmp_path / str(number)), alice)
    with django_assert_max_num_queries(6):
        alice_client.get("/folders/")


def test_the_command_adds_looks_lists_and_removes(
    alice: User, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("library_folder", "add", root, owner="alice", in_place=True, watch=True)
    told = capsys.readouterr().out
    assert "refused: notes.txt" in told
    assert "watched, left in place, 2 photos, 0 missing, online" in told
    with pytest.raises(CommandError, match="is a library folder already"):
        call_command("library_folder", "add", root, owner="alice")
    call_command("library_folder", "unwatch", root)
    (root / "a.jpg").unlink()
    call_command("library_folder", "look", root)
    assert "left in place, 1 photos, 1 missing" in capsys.readouterr().out
    call_command("library_folder", "remove", root)
    assert not LibraryFolder.objects.exists()
    with pytest.raises(CommandError, match="is no library folder"):
        call_command("library_folder", "look", root)


def test_the_admin_lists_folders_and_their_files(
    staff_client: Client, alice: User, root: Path
) -> None:
    folder = add(root, alice)
    assert LibraryFolder in site._registry
    assert str(root) in text_of(staff_client, "/admin/gallery/libraryfolder/")
    assert "deep/b.jpg" in text_of(staff_client, "/admin/gallery/folderfile/")
    for action in ("watch", "look_now"):
        post = {"action": action, "_selected_action": [folder.pk]}
        staff_client.post("/admin/gallery/libraryfolder/", post)
    folder.refresh_from_db()
    assert folder.is_watched
    assert folder.is_being_looked_at
    assert runner.run_chunk_of(folder.look_job) if folder.look_job else False
