"""The secret key is made once, kept to its owner, and the same for all processes."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gallery.config.keys import secret_key_in


def test_the_first_start_makes_a_key_that_the_second_finds(tmp_path: Path) -> None:
    key = secret_key_in(tmp_path)
    assert len(key) >= 64
    assert secret_key_in(tmp_path) == key


def test_only_its_owner_may_read_the_key(tmp_path: Path) -> None:
    secret_key_in(tmp_path)
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    assert secret_key_in(one) != secret_key_in(other)


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key_in(tmp_path), range(32)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_a_damaged_key_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("short\n")
    with pytest.raises(RuntimeError, match=r"secret-key is damaged"):
        secret_key_in(tmp_path)
