"""Templates hold nothing that the strict policy forbids, and every foreign file is known."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.test import Client

from gallery.models import User

REPOSITORY = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((REPOSITORY / "templates").rglob("*.html"))
STATIC = REPOSITORY / "static"
OWN_FILES = [path for kind in ("css", "js") for path in sorted((STATIC / kind).rglob("*.*"))]

FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "an inline style": re.compile(r"<style"),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)"),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*="),
    "an htmx event attribute": re.compile(r"\shx-on"),
    "an address on another site": re.compile(r"""(?:src|href|action)=["']https?://"""),
}
LONGEST_MODULE = 200


def name_of(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_needs_nothing_that_the_policy_forbids(path: Path) -> None:
    text = path.read_text()
    assert {what for what, pattern in FORBIDDEN.items() if pattern.search(text)} == set()


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.name.startswith("_")], ids=name_of
)
def test_a_fragment_says_what_it_needs(path: Path) -> None:
    assert path.read_text().startswith("{#"), "the first line states the context"


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_is_short_enough_to_be_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 120


@pytest.mark.parametrize("path", OWN_FILES, ids=name_of)
def test_own_files_ask_no_other_site(path: Path) -> None:
    assert not re.search(r"(?<!xmlns=\")https?://(?!www\.w3\.org)", path.read_text())


@pytest.mark.parametrize("path", [p for p in OWN_FILES if p.suffix == ".js"], ids=name_of)
def test_a_module_is_short_enough_to_be_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE


def test_every_foreign_file_is_the_one_that_was_published() -> None:
    """static/vendor/sources.json names package, licence and checksum of each."""
    sources = json.loads((STATIC / "vendor" / "sources.json").read_text())
    vendor = STATIC / "vendor"
    there = {str(path.relative_to(vendor)) for path in vendor.rglob("*") if path.is_file()}
    there -= {"sources.json"}
    assert there == set(sources)
    for name, source in sources.items():
        digest = hashlib.sha256((vendor / name).read_bytes()).hexdigest()
        assert digest == source["sha256"], name


def test_icons_that_templates_name_are_in_the_sprite() -> None:
    there = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons/sprite.svg").read_text()))
    icon_names = re.compile(r"""(?:\{% icon |link_icon=)"([^"]+)""")
    named = {name for path in TEMPLATES for name in icon_names.findall(path.read_text())}
    assert named - there == set()
    assert len(named) > 10


@pytest.mark.django_db
def test_pages_forbid_what_is_not_theirs(alice: User, alice_client: Client) -> None:
    policy = alice_client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chosen_colours_come_with_the_page(alice_client: Client, theme: str) -> None:
    alice_client.cookies["theme"] = theme
    assert f'<html lang="en" data-theme="{theme}">' in alice_client.get("/").content.decode()


@pytest.mark.django_db
def test_nonsense_in_the_colour_cookie_is_not_repeated(alice_client: Client) -> None:
    alice_client.cookies["theme"] = '"><b>'
    assert '<html lang="en">' in alice_client.get("/").content.decode()
