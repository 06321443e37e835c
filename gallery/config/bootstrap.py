"""Makes the virtual environment on a fresh machine. Standard library only.

Called by manage.py before anything else. The environment carries a stamp, a checksum of the lock
files and of the Python it was made by: as long as that fits, nothing is done.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LOCK = ROOT / "requirements.lock"
SCALE_LOCK = ROOT / "deploy" / "requirements-scale.lock"
DEVELOPMENT_LOCK = ROOT / ".ci" / "requirements-dev.lock"
DEVELOPMENT_COMMANDS = {"test", "bench"}
# Drivers for PostgreSQL, Redis and S3 are installed for those who use them.
SCALE_VARIABLES = ("DATABASE_URL", "CACHE_URL", "STORAGE_URL")
OLDEST_PYTHON = (3, 11)


class CannotPrepare(Exception):
    """The environment cannot be made; the message tells a person what to do."""


def enter_environment(arguments: list[str]) -> None:
    """Return when this process runs inside a fitting environment; else start over inside of one."""
    if sys.version_info < OLDEST_PYTHON:
        needed = ".".join(str(number) for number in OLDEST_PYTHON)
        sys.exit(f"Contact Sheet needs Python {needed} or newer; this is {sys.version.split()[0]}.")
    folder = environment_folder()
    lock = lock_for(arguments)
    python = folder / "bin" / "python"
    if is_ready(folder, lock) and Path(sys.prefix).resolve() == folder.resolve():
        return
    try:
        prepare(folder, lock)
    except CannotPrepare as problem:
        sys.exit(f"Cannot prepare the Python environment.\n{problem}")
    os.execv(python, [str(python), *arguments])


def environment_folder() -> Path:
    return Path(os.environ.get("CONTACTSHEET_VENV") or ROOT / ".venv").expanduser().absolute()


def lock_for(arguments: list[str]) -> Path:
    """Return the packages a command needs; each lock holds all that the one before it holds."""
    command = arguments[1] if len(arguments) > 1 else ""
    if command in DEVELOPMENT_COMMANDS:
        return DEVELOPMENT_LOCK
    return SCALE_LOCK if any(os.environ.get(name) for name in SCALE_VARIABLES) else LOCK


def is_ready(folder: Path, lock: Path) -> bool:
    """Tell whether the environment holds what the lock names, or more."""
    if not (folder / "bin" / "python").exists():
        return False
    ladder = [LOCK, SCALE_LOCK, DEVELOPMENT_LOCK]
    enough = {stamp(larger) for larger in ladder[ladder.index(lock) :]}
    return bool(enough & set(_stamps(folder)))


def stamp(lock: Path) -> str:
    digest = hashlib.sha256(LOCK.read_bytes() + lock.read_bytes())
    return f"{sys.version_info.major}.{sys.version_info.minor} {lock.name} {digest.hexdigest()}"


def prepare(folder: Path, lock: Path) -> None:
    """Make the environment or bring it up to date, unless it is ready."""
    if is_ready(folder, lock):
        return
    with _alone(folder):
        if is_ready(folder, lock):  # another process was faster
            return
        _say(f"Preparing the Python environment in {folder} (once; this takes a minute) ...")
        if not _works(folder):
            _make_anew(folder)
        _install(folder, lock)
        (folder / "contactsheet.stamp").write_text(stamp(lock) + "\n", encoding="ascii")
        _say("The Python environment is ready.")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    guard = folder.with_name(folder.name + ".lock")
    with guard.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            guard.unlink(missing_ok=True)


def _stamps(folder: Path) -> list[str]:
    try:
        return (folder / "contactsheet.stamp").read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _works(folder: Path) -> bool:
    """Tell whether the environment has a Python of our version with pip in it."""
    question = "import pip, sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [folder / "bin" / "python", "-c", question], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.strip() == f"{sys.version_info.major}.{sys.version_info.minor}"


def _make_anew(folder: Path) -> None:
    if folder.exists():
        if not _looks_like_environment(folder):
            raise CannotPrepare(f"{folder} is there and is no virtual environment: move it away.")
        shutil.rmtree(folder)
    made = subprocess.run(
        [_base_python(), "-m", "venv", str(folder)], capture_output=True, text=True, check=False
    )
    if made.returncode == 0:
        return
    shutil.rmtree(folder, ignore_errors=True)
    said = (made.stdout + made.stderr).strip()
    if "ensurepip" in said or "No module named venv" in said:
        raise CannotPrepare(
            "This Python cannot make virtual environments. On Debian and Ubuntu:\n"
            "    apt-get install python3-venv"
        )
    raise CannotPrepare(said)


def _looks_like_environment(folder: Path) -> bool:
    """Tell whether deleting the folder destroys nothing but an environment, whole or half-made."""
    names = {entry.name for entry in folder.iterdir()}
    half_made = {"bin", "include", "lib", "lib64", "share", "pyvenv.cfg"}
    return "pyvenv.cfg" in names or names <= half_made


def _base_python() -> str:
    """Return the Python outside of any environment: the one inside may be about to be deleted."""
    return getattr(sys, "_base_executable", "") or sys.executable


def _install(folder: Path, lock: Path) -> None:
    python = str(folder / "bin" / "python")
    uv = folder / "bin" / "uv"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not uv.exists():
        subprocess.run([*pip, "uv"], capture_output=True, check=False)  # pip alone works too
    if uv.exists():
        # Index and certificates come from pip's configuration where uv knows them.
        command = [str(uv), "pip", "install", "--quiet", "--python", python]
        if (
            subprocess.run([*command, "--require-hashes", "-r", str(lock)], check=False).returncode
            == 0
        ):
            return
        _say("uv could not install the packages; trying pip, which takes longer ...")
    if subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=False).returncode != 0:
        raise CannotPrepare(
            "The packages could not be installed (see above). Is there a connection to a Python\n"
            "package index? Run the command again to go on."
        )


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
