"""A file that kills the decoder ends as refused, by name, through every door; the rest goes on."""

from __future__ import annotations

import base64
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from gallery.decoding import decoder as decoding
from gallery.decoding.decoder import Decoder
from gallery.importing import folders
from gallery.importing.archives import opening
from gallery.models import ImportRun, Photo, User
from gallery.work import runner
from tests.pictures import encoded, jpeg, scene
from tests.zips import zip_file

pytestmark = pytest.mark.django_db(transaction=True)

Files = dict[str, bytes]
Door = Callable[[Path, Files, User, Client], ImportRun]
MARK = b"this one is deadly"


def through_a_folder(place: Path, files: Files, owner: User, _: Client) -> ImportRun:
    root = place / "photos"
    root.mkdir()
    for name, content in files.items():
        (root / name).write_bytes(content)
    return folders.begin(root, owner)


def through_a_zip(place: Path, files: Files, owner: User, _: Client) -> ImportRun:
    return opening.begin([zip_file(place / "photos.zip", files)], owner)


def through_an_upload(_: Path, files: Files, owner: User, client: Client) -> ImportRun:
    page = client.post("/upload/begin/").json()["page"]
    for name, content in files.items():
        answer = client.post(
            f"{page}uploads/",
            content,
            content_type="application/offset+octet-stream",
            headers={
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(len(content)),
                "Upload-Metadata": f"filename {base64.b64encode(name.encode()).decode()}",
            },
        )
        assert answer.status_code == 201
    client.post(f"{page}close/")
    return ImportRun.objects.get(owner=owner)


DOORS = (through_a_folder, through_a_zip, through_an_upload)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names the decoder was asked about, in order."""
    names: list[str] = []
    ask = Decoder._send

    def noted(self: Decoder, request: dict[str, Any]) -> Any:
        names.append(request["name"])
        return ask(self, request)

    monkeypatch.setattr(Decoder, "_send", noted)
    decoding.decoder().close()
    yield names
    decoding.decoder().close()


def signal_at_the_deadly(monkeypatch: pytest.MonkeyPatch, number: signal.Signals) -> None:
    """The decoder is hit while it has the deadly file in its hands."""
    ask = Decoder._send

    def hit(self: Decoder, request: dict[str, Any]) -> Any:
        if MARK in Path(request["path"]).read_bytes():
            self._started().send_signal(number)
        return ask(self, request)

    monkeypatch.setattr(Decoder, "_send", hit)


def files_around(deadly: bytes) -> Files:
    return {"a.jpg": jpeg(scene(1)), "deadly.jpg": deadly, "z.jpg": jpeg(scene(2))}


def assert_only_the_deadly_is_refused(run: ImportRun, reason: str) -> None:
    runner.drain(run.job, processes=0)
    run.job.refresh_from_db()
    assert run.job.status == "done"
    outcomes = dict(run.files.values_list("path", "outcome"))
    assert outcomes == {"a.jpg": "added", "deadly.jpg": "refused", "z.jpg": "added"}
    assert reason in run.files.get(path="deadly.jpg").reason
    assert Photo.objects.count() == 2


@pytest.mark.parametrize("door", DOORS)
def test_one_that_crashes_the_decoder(
    tmp_path: Path,
    alice: User,
    alice_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    asked: list[str],
    door: Door,
) -> None:
    signal_at_the_deadly(monkeypatch, signal.SIGKILL)
    run = door(tmp_path, files_around(jpeg(scene(3)) + MARK), alice, alice_client)
    assert_only_the_deadly_is_refused(run, "decoder")
    assert asked.count("deadly.jpg") == 2  # once more, for it may have been somebody else's fault


@pytest.mark.parametrize("door", DOORS)
def test_one_that_never_ends(
    tmp_path: Path,
    alice: User,
    alice_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    asked: list[str],
    door: Door,
) -> None:
    receive = Decoder._receive

    def impatient(self: Decoder, length: int, deadline: float) -> bytes:
        is_stuck = asked[-1] == "deadly.jpg"
        return receive(
            self, length, deadline - decoding.SECONDS_PER_FILE + 0.5 if is_stuck else deadline
        )

    monkeypatch.setattr(Decoder, "_receive", impatient)
    signal_at_the_deadly(monkeypatch, signal.SIGSTOP)
    run = door(tmp_path, files_around(jpeg(scene(3)) + MARK), alice, alice_client)
    assert_only_the_deadly_is_refused(run, "took longer")
    assert asked.count("deadly.jpg") == 1


@pytest.mark.parametrize("door", DOORS)
def test_one_that_wants_all_the_memory(
    tmp_path: Path,
    alice: User,
    alice_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    asked: list[str],
    door: Door,
) -> None:
    monkeypatch.setattr(decoding, "MEMORY_BYTES", 250 * 1024**2)
    large = encoded(Image.new("RGB", (8000, 8000)), "PNG")
    run = door(tmp_path, files_around(large), alice, alice_client)
    assert_only_the_deadly_is_refused(run, "memory")
    assert asked.count("deadly.jpg") <= 2
