"""The shape of the house: who may import whom, how long a file may be, which names are taken."""

from pathlib import Path

import pytest
from importlinter.cli import lint_imports

REPOSITORY = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
# They gather what belongs nowhere; here everything belongs somewhere.
STRAY_NAMES = {"utils", "helpers", "common", "services", "managers", "misc"}


def sources(*folders: str) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in (REPOSITORY / folder).rglob("*.py")
        if "migrations" not in path.parts
    )


def shown(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(REPOSITORY)) for path in paths]


def test_imports_point_the_way_the_contracts_say(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(REPOSITORY)
    code = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert code == 0, capsys.readouterr().out


def test_no_file_is_too_long_to_read() -> None:
    files = sources("gallery", "dedup", "tests")
    assert files
    long = [path for path in files if len(path.read_text().splitlines()) > LONGEST_FILE]
    assert shown(long) == []


def test_gallery_does_not_even_mention_dedup_outside_config() -> None:
    files = [path for path in sources("gallery") if "config" not in path.parts]
    assert files
    assert shown([path for path in files if "dedup" in path.read_text()]) == []


def test_no_module_is_a_drawer_for_anything() -> None:
    assert shown([path for path in sources("gallery", "dedup") if path.stem in STRAY_NAMES]) == []


def test_tests_are_no_package() -> None:
    """With import mode importlib an __init__.py would give files of one name one module."""
    assert shown(list((REPOSITORY / "tests").rglob("__init__.py"))) == []


def test_each_test_folder_mirrors_one_of_the_tree() -> None:
    for app in ("gallery", "dedup"):
        folders = {path.parent for path in (REPOSITORY / "tests" / app).rglob("test_*.py")}
        mirrored = {REPOSITORY / folder.relative_to(REPOSITORY / "tests") for folder in folders}
        assert shown(sorted(folder for folder in mirrored if not folder.is_dir())) == []
