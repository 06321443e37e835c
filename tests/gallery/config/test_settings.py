"""What the settings promise: nothing secret, nothing from outside, safe over https."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

REPOSITORY = Path(__file__).resolve().parents[3]
QUESTION = """
import json, django
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in %r}, default=str))
"""


def ask_settings(folder: Path, *names: str, **environment: str) -> dict[str, Any]:
    """Return settings as a fresh process with that environment sees them."""
    answer = subprocess.run(
        [sys.executable, "-c", QUESTION % (names,)],
        cwd=REPOSITORY,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "gallery.config.settings",
            "CONTACTSHEET_DATA": str(folder),
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.mark.django_db
def test_every_answer_forbids_scripts_from_elsewhere_and_inline(client: Client) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["style-src"] == "'self'"
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.django_db
def test_every_answer_forbids_framing_and_keeps_the_address_to_itself(client: Client) -> None:
    answer = client.get("/")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_an_installation_lies_in_one_folder(tmp_path: Path) -> None:
    found = ask_settings(tmp_path, "DATA_FOLDER", "STATIC_ROOT", "INCOMING_FOLDER", "DATABASES")
    places = [found["STATIC_ROOT"], found["INCOMING_FOLDER"], found["DATABASES"]["default"]["NAME"]]
    assert all(Path(place).is_relative_to(tmp_path) for place in places)


def test_https_turns_on_secure_cookies_and_hsts(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")
    plain = ask_settings(tmp_path, *names)
    assert plain == dict.fromkeys(names, False)  # 0 seconds of HSTS
    secure = ask_settings(tmp_path, *names, CONTACTSHEET_HTTPS="true")
    assert secure["SESSION_COOKIE_SECURE"]
    assert secure["CSRF_COOKIE_SECURE"]
    assert secure["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_this_machine_answers_to_its_own_names_and_not_to_any(tmp_path: Path) -> None:
    hosts = ask_settings(tmp_path, "ALLOWED_HOSTS")["ALLOWED_HOSTS"]
    assert {"localhost", "127.0.0.1", "[::1]"} <= set(hosts)
    assert "*" not in hosts


def test_the_environment_chooses_hosts_database_and_storage(tmp_path: Path) -> None:
    found = ask_settings(
        tmp_path,
        "ALLOWED_HOSTS",
        "DATABASES",
        "STORAGES",
        CONTACTSHEET_HOSTS="photos.example.org",
        DATABASE_URL="postgres://me:secret@db.example.org/photos",
        STORAGE_URL="s3://bucket",
    )
    assert found["ALLOWED_HOSTS"] == ["photos.example.org"]
    database = found["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert database["CONN_MAX_AGE"] == 600
    assert found["STORAGES"]["originals"]["BACKEND"] == "storages.backends.s3.S3Storage"


def test_sqlite_waits_for_its_turn_instead_of_failing(tmp_path: Path) -> None:
    options = ask_settings(tmp_path, "DATABASES")["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_the_tests_do_not_use_the_library_of_the_environment(settings: Any) -> None:
    name = settings.DATABASES["default"]["TEST"].get("NAME")
    assert "contactsheet-tests-" in (name or "contactsheet-tests-on-postgres")
    assert not (REPOSITORY / "data" / "test.sqlite3").exists()


def test_a_claim_ends_before_its_ring_is_delivered_again(settings: Any) -> None:
    """Else a repeated delivery finds the chunk still taken, and is thrown away."""
    assert settings.CHUNK_LEASE.total_seconds() < settings.Q_CLUSTER["retry"]
    assert settings.TASK_SLICE.total_seconds() < settings.Q_CLUSTER["timeout"]
    assert settings.Q_CLUSTER["timeout"] < settings.Q_CLUSTER["retry"]
