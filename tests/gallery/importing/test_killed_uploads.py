"""SIGKILL to the whole server in the middle of a PATCH: what has arrived need not come again."""

from __future__ import annotations

import base64
import hashlib
import http.client
import io
import json
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gallery.importing.parts import READ_BYTES
from tests.browser.installation import Installation
from tests.pictures import jpeg, scene

SIGN_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from gallery.models import User
user = User.objects.create_user("ada", password="eleven grey cameras")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(session.session_key)
"""
TOKEN = "a" * 32  # against forged requests: the cookie and the header must be the same
PATIENCE = 60


class Sender:
    """A browser as far as the protocol goes."""

    def __init__(self, installation: Installation) -> None:
        self.host = installation.address.removeprefix("http://")
        key = installation.manage("shell", "--verbosity", "0", "-c", SIGN_IN).split()[-1]
        self.headers = {
            "Cookie": f"sessionid={key}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Tus-Resumable": "1.0.0",
            "Accept": "application/json",
        }

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection(self.host, timeout=PATIENCE)) as connection:
            connection.request(method, path, body, self.headers | said)
            answer = connection.getresponse()
            return answer, answer.read()

    def send_a_part_and_hang(self, path: str, data: bytes, announced: int) -> socket.socket:
        """Begin a PATCH of ``announced`` bytes, of which only ``data`` comes."""
        host, port = self.host.split(":")
        line = socket.create_connection((host, int(port)))
        lines = [
            f"PATCH {path} HTTP/1.1",
            f"Host: {self.host}",
            f"Content-Length: {announced}",
            "Content-Type: application/offset+octet-stream",
            "Upload-Offset: 0",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        line.sendall("\r\n".join([*lines, "", ""]).encode() + data)
        return line


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path)
    try:
        installation.wait_until_it_answers()
        yield installation
    finally:
        installation.kill()


def test_an_upload_goes_on_where_a_killed_server_left_it(installation: Installation) -> None:
    data = picture_with(3_000_000)
    half = len(data) // 2
    sender = Sender(installation)
    run = json.loads(sender.ask("POST", "/upload/begin/")[1])["page"]
    metadata = f"filename {b64(b'a.jpg')},sha256 {b64(hashlib.sha256(data).hexdigest().encode())}"
    begun, _ = sender.ask(
        "POST", f"{run}uploads/", Upload_Length=str(len(data)), Upload_Metadata=metadata
    )
    address = begun.headers["Location"]

    with closing(sender.send_a_part_and_hang(address, data[:half], len(data))):
        wait_for(lambda: part_size(installation) > half - READ_BYTES)
        installation.kill()
    installation.start()
    installation.wait_until_it_answers()

    offset = int(sender.ask("HEAD", address)[0].headers["Upload-Offset"])
    assert half - READ_BYTES < offset <= half
    last, _ = sender.ask(
        "PATCH", address, data[offset:],
        Upload_Offset=str(offset), Content_Type="application/offset+octet-stream",
    )  # fmt: skip
    assert (last.status, last.headers["Upload-Offset"]) == (204, str(len(data)))
    sender.ask("POST", f"{run}close/")
    wait_for(lambda: outcomes(installation) == ["added"])
    assert stored(installation) == hashlib.sha256(data).hexdigest()


def picture_with(size: int) -> bytes:
    """A picture as large as a phone's, though small to decode: bytes behind its end do no harm."""
    data = io.BytesIO(jpeg(scene(1)))
    data.seek(0, io.SEEK_END)
    data.write(bytes(range(256)) * (size // 256))
    return data.getvalue()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


def part_size(installation: Installation) -> int:
    parts = list((installation.folder / "data/incoming/uploads").glob("*"))
    return parts[0].stat().st_size if parts else 0


def outcomes(installation: Installation) -> list[str]:
    place = installation.folder / "data" / "db.sqlite3"
    with closing(sqlite3.connect(place, timeout=20)) as database:
        return [row[0] for row in database.execute("SELECT outcome FROM gallery_importedfile")]


def stored(installation: Installation) -> str:
    [original] = [
        place for place in (installation.folder / "data/originals").rglob("*") if place.is_file()
    ]
    return hashlib.sha256(original.read_bytes()).hexdigest()
