"""`up` says at once what it cannot do, and starts what it was asked to."""

import argparse
import socket
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from gallery.management.commands import up


def test_a_taken_port_is_refused_before_anything_is_started() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Cannot listen on 127.0.0.1:{port}.*--bind"):
            call_command("up", "--bind", f"127.0.0.1:{port}", stdout=StringIO())


def test_starting_nothing_is_refused() -> None:
    with pytest.raises(CommandError, match="nothing to start"):
        call_command("up", "--no-web", "--no-worker", stdout=StringIO())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:8000", ("127.0.0.1", 8000)),
        ("[::1]:81", ("::1", 81)),
        ("photos.local:8080", ("photos.local", 8080)),
    ],
)
def test_an_address_is_host_and_port(text: str, expected: tuple[str, int]) -> None:
    assert up.address(text) == expected


@pytest.mark.parametrize("text", ["8000", ":8000", "localhost", "localhost:x", "localhost:70000"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not HOST:PORT"):
        up.address(text)
