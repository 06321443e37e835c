"""Who the tests are about (Alice owns, Bob is a stranger), and a folder of their own for files."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gallery.config.storages import storage_for
from gallery.models import User

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture(autouse=True)
def _own_files(request: pytest.FixtureRequest) -> None:
    """Give every test with a database its own empty folder of originals and derivatives."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        request.getfixturevalue("data_folder")


@pytest.fixture
def data_folder(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    incoming = folder / "incoming"
    incoming.mkdir(parents=True)
    settings.DATA_FOLDER = folder
    settings.INCOMING_FOLDER = incoming
    settings.FILE_UPLOAD_TEMP_DIR = str(incoming)
    settings.STORAGES = {
        **settings.STORAGES,
        **{kind: storage_for(kind, "", folder) for kind in ("originals", "derivatives")},
    }
    return folder


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", "alice@example.org", "alice's password")


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create_user("bob", "bob@example.org", "bob's password")


@pytest.fixture
def alice_client(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def bob_client(bob: User) -> Client:
    return signed_in(bob)


def signed_in(user: User) -> Client:
    client = Client()
    # Named, because the first backend only watches for guessers and knows no users.
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def shared_data() -> Path:
    """The folder of real photographs; tests that need it skip visibly without it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs the real photographs in ../shared/data")
    return SHARED_DATA
