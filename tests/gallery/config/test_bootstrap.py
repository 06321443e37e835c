"""The environment is made when it is missing, stale or broken, and left alone when it fits."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gallery.config import bootstrap


@pytest.fixture
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Lock files that name no package, so that making an environment needs no network."""
    lock, scale, development = (tmp_path / name for name in ("lock", "scale.lock", "dev.lock"))
    lock.write_text("")
    scale.write_text("# more\n")
    development.write_text("# most\n")
    monkeypatch.setattr(bootstrap, "LOCK", lock)
    monkeypatch.setattr(bootstrap, "SCALE_LOCK", scale)
    monkeypatch.setattr(bootstrap, "DEVELOPMENT_LOCK", development)
    for name in bootstrap.SCALE_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return lock, development


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "environment"


def stamped(folder: Path, lock: Path) -> None:
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    (folder / "bin" / "python").touch()
    (folder / "contactsheet.stamp").write_text(bootstrap.stamp(lock) + "\n")


def test_a_missing_environment_is_not_ready(folder: Path, locks: tuple[Path, Path]) -> None:
    assert not bootstrap.is_ready(folder, locks[0])


def test_a_stamped_environment_is_ready(folder: Path, locks: tuple[Path, Path]) -> None:
    stamped(folder, locks[0])
    assert bootstrap.is_ready(folder, locks[0])


def test_a_changed_lock_makes_it_stale(folder: Path, locks: tuple[Path, Path]) -> None:
    stamped(folder, locks[0])
    locks[0].write_text("# another version\n")
    assert not bootstrap.is_ready(folder, locks[0])


def test_the_product_runs_in_a_developers_environment_but_not_the_other_way(
    folder: Path, locks: tuple[Path, Path]
) -> None:
    lock, development = locks
    stamped(folder, development)
    assert bootstrap.is_ready(folder, lock)
    stamped(folder, lock)
    assert not bootstrap.is_ready(folder, development)


@pytest.mark.parametrize("variable", bootstrap.SCALE_VARIABLES)
def test_drivers_come_with_the_variable_that_needs_them(
    variable: str, locks: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bootstrap.lock_for(["manage.py", "up"]) == locks[0]
    monkeypatch.setenv(variable, "something://")
    assert bootstrap.lock_for(["manage.py", "up"]) == bootstrap.SCALE_LOCK
    assert bootstrap.lock_for(["manage.py", "test"]) == locks[1]


def test_a_half_made_environment_is_made_anew(folder: Path, locks: tuple[Path, Path]) -> None:
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").touch()
    leftover = folder / "bin" / "leftover"
    leftover.touch()
    bootstrap._make_anew(folder)
    assert not leftover.exists()
    answer = subprocess.run(
        [folder / "bin" / "python", "-c", "import sys; print(sys.prefix)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(answer.stdout.strip()) == folder


def test_a_folder_that_is_no_environment_is_never_deleted(folder: Path) -> None:
    folder.mkdir()
    photo = folder / "IMG_1.jpg"
    photo.touch()
    with pytest.raises(bootstrap.CannotPrepare, match="is no virtual environment"):
        bootstrap._make_anew(folder)
    assert photo.exists()


def test_a_python_without_ensurepip_is_told_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    debian = tmp_path / "python3"
    debian.write_text(
        "#!/bin/sh\n"
        "echo 'The virtual environment was not created successfully because ensurepip is not"
        " available.'\n"
        "exit 1\n"
    )
    debian.chmod(0o755)
    monkeypatch.setattr(bootstrap, "_base_python", lambda: str(debian))
    with pytest.raises(bootstrap.CannotPrepare, match="apt-get install python3-venv"):
        bootstrap._make_anew(folder)


def test_manage_py_adds_little_to_a_command_in_a_ready_environment(
    folder: Path, locks: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It must return, without starting a process, when it already runs in the right place."""
    stamped(folder, locks[0])
    monkeypatch.setenv("CONTACTSHEET_VENV", str(folder))
    monkeypatch.setattr(sys, "prefix", str(folder))

    def refuse(*_: object) -> None:
        raise AssertionError("started over")

    monkeypatch.setattr(os, "execv", refuse)
    monkeypatch.setattr(subprocess, "run", refuse)
    bootstrap.enter_environment(["manage.py", "up"])
