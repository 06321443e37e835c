"""The health addresses answer without an account, and tell the truth about the workers."""

import pytest
from django.test import Client

from gallery.work import watchdog

pytestmark = pytest.mark.django_db


def test_the_server_answers_anybody(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_an_idle_installation_is_ready(client: Client) -> None:
    assert client.get("/readyz").status_code == 200


def test_work_that_nobody_does_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "cluster_hangs", lambda: True)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert b"nobody does it" in answer.content
