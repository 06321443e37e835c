"""The lock files hold what pyproject.toml asks for, by hash, and say nothing of this machine."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[3]
LOCK = REPOSITORY / "requirements.lock"
SCALE_LOCK = REPOSITORY / "deploy" / "requirements-scale.lock"
DEVELOPMENT_LOCK = REPOSITORY / ".ci" / "requirements-dev.lock"
LOCKS = [LOCK, SCALE_LOCK, DEVELOPMENT_LOCK]
PINNED = re.compile(r"^([\w.-]+)==([^ ;\\]+)(?: ; ([^\\]+))?", re.MULTILINE)


def pins(lock: Path) -> dict[str, set[str]]:
    """Return name -> versions; several where Pythons or systems need different ones."""
    found: dict[str, set[str]] = {}
    for name, version, _ in PINNED.findall(lock.read_text()):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def asked_for(*extras: str) -> list[Requirement]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        pytest.param(LOCK, (), id="product"),
        pytest.param(SCALE_LOCK, ("scale",), id="scale"),
        pytest.param(DEVELOPMENT_LOCK, ("dev", "scale"), id="development"),
    ],
)
def test_every_package_asked_for_is_locked_at_a_fitting_version(
    lock: Path, extras: tuple[str, ...]
) -> None:
    locked = pins(lock)
    for wanted in asked_for(*extras):
        versions = locked.get(canonicalize_name(wanted.name), set())
        assert versions, f"{wanted} is not in {lock.name}; see docs/administration.md"
        assert all(wanted.specifier.contains(version) for version in versions), wanted


@pytest.mark.parametrize(
    ("smaller", "larger"), [(LOCK, SCALE_LOCK), (SCALE_LOCK, DEVELOPMENT_LOCK)], ids=["1", "2"]
)
def test_each_lock_holds_the_one_before_at_the_same_versions(smaller: Path, larger: Path) -> None:
    few, more = pins(smaller), pins(larger)
    assert few
    assert {name for name in few if more.get(name) != few[name]} == set()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_address_and_no_path(lock: Path) -> None:
    assert (
        re.findall(r"https?://|file:|--(?:extra-)?index|@ /|/home/|/root/", lock.read_text()) == []
    )


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_locked_package_has_a_hash_and_a_marker_that_can_be_read(lock: Path) -> None:
    blocks = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert blocks
    for block in blocks:
        assert "--hash=sha256:" in block, block.splitlines()[0]
    for _, _, marker in PINNED.findall(lock.read_text()):
        if marker.strip():
            Marker(marker.strip())
