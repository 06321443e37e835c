"""A client cannot lie about its address, with or without proxies in front."""

from typing import Any

import pytest
from django.test import RequestFactory

from gallery.config.proxies import client_address


def seen(forwarded: str | None) -> str:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9")
    if forwarded is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    return client_address(request)


def test_without_a_trusted_proxy_the_header_is_ignored(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 0
    assert seen("1.2.3.4") == "10.0.0.9"


def test_one_trusted_proxy_tells_whom_it_was_called_by(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    assert seen("203.0.113.7") == "203.0.113.7"


def test_what_the_client_wrote_into_the_header_itself_does_not_count(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    assert seen("6.6.6.6, 203.0.113.7") == "203.0.113.7"


def test_two_trusted_proxies_are_counted_from_the_right(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 2
    assert seen("6.6.6.6, 203.0.113.7, 10.0.0.1") == "203.0.113.7"


@pytest.mark.parametrize("forwarded", [None, "", "203.0.113.7,,"])
def test_a_broken_header_leaves_the_direct_address(forwarded: str | None, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    assert seen(forwarded) == "10.0.0.9"
