"""A PostgreSQL server in a temporary folder, for as long as the tests run."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN_FOLDER = Path("/usr/lib/postgresql")
USER = "contactsheet"


class NoPostgres(Exception):
    """There is no PostgreSQL server to start; the message says what is missing."""


def programs() -> Path:
    """Return the folder of initdb and pg_ctl: that of the newest version installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(DEBIAN_FOLDER.glob("*/bin/initdb"), key=lambda path: _version(path))
    if not versions:
        raise NoPostgres("PostgreSQL is not installed. On Debian: apt-get install postgresql")
    return versions[-1].parent


@contextmanager
def running() -> Iterator[str]:
    """Start a server, yield the address of its database, stop it and delete everything."""
    folder = Path(tempfile.mkdtemp(prefix="contactsheet-postgres-"))
    account = _account()
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    port, password = _free_port(), secrets.token_hex(16)
    server = _Server(programs(), folder, account.pw_name if account else None)
    try:
        server.initialize(password)
        server.start(port)
        yield f"postgres://{USER}:{password}@127.0.0.1:{port}/postgres"
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class _Server:
    def __init__(self, programs: Path, folder: Path, account: str | None) -> None:
        self.programs = programs
        self.folder = folder
        self.account = account
        self.data = folder / "data"

    def initialize(self, password: str) -> None:
        password_file = self.folder / "password"
        password_file.write_text(password, encoding="ascii")
        options = ["-U", USER, "--auth=scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8"]
        self._run("initdb", "-D", str(self.data), *options, "--no-sync")

    def start(self, port: int) -> None:
        # Crash safety is worth nothing here; without it the tests take half the time.
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {self.folder} -c fsync=off"
        self._run(
            "pg_ctl",
            "-D",
            str(self.data),
            "-w",
            "-o",
            options,
            "-l",
            str(self.folder / "log"),
            "start",
        )

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            cwd=self.folder,
            user=self.account,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise NoPostgres(f"{program} failed: {done.stderr.strip()}")


def _account() -> pwd.struct_passwd | None:
    """Return whom to run the server as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres("PostgreSQL refuses to run as root, and there is no other account to use")


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in path.parts[-3].split(".") if part.isdecimal())


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
