"""Starts everything on this machine: migrations first, then the web server and the workers."""

import argparse
import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections

from gallery import tasks
from gallery.management.static_files import collect_if_changed
from gallery.work import watchdog
from gallery.work.supervisor import Child, Supervisor

DEFAULT_BIND = "127.0.0.1:8000"
WEB_PROCESSES = 2
WEB_THREADS = 8
TICK_SECONDS = 10.0
# Any number will do, as long as only this program uses it in this database.
MIGRATION_LOCK = 7_215_041


class Command(BaseCommand):
    help = "Starts the web server and the background workers, and keeps them running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--bind",
            type=address,
            default=DEFAULT_BIND,
            metavar="HOST:PORT",
            help=f"where to listen (default {DEFAULT_BIND}; 0.0.0.0:8000 for the whole network)",
        )
        parser.add_argument(
            "--workers",
            type=positive,
            default=settings.WORKERS,
            metavar="N",
            help=f"background processes (default {settings.WORKERS})",
        )
        parser.add_argument("--no-web", action="store_true", help="only work in the background")
        parser.add_argument("--no-worker", action="store_true", help="only serve pages")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["no_web"] and options["no_worker"]:
            raise CommandError("--no-web and --no-worker together leave nothing to start.")
        host, port = options["bind"]
        if not options["no_web"]:
            refuse_taken_port(host, port)
        prepare(serves=not options["no_web"])
        children = []
        if not options["no_web"]:
            children.append(web_server(host, port))
        if not options["no_worker"]:
            children.append(cluster(options["workers"]))
        self.stdout.write(self._greeting(host, port, serves=not options["no_web"]))
        self.stdout.flush()
        Supervisor(children, watchdog.look, tick_seconds=TICK_SECONDS).run()
        self.stdout.write("Contact Sheet has stopped.")

    def _greeting(self, host: str, port: int, *, serves: bool) -> str:
        if not serves:
            return "Contact Sheet works in the background. Ctrl-C stops it."
        shown = socket.gethostname() if host in {"0.0.0.0", "::"} else host
        shown = f"[{shown}]" if ":" in shown else shown
        return f"Contact Sheet is at http://{shown}:{port}/  (Ctrl-C stops it)"


def prepare(*, serves: bool) -> None:
    """Bring the database and the static files up to date, before anybody uses them."""
    with alone():
        call_command("migrate", interactive=False, verbosity=0)
        tasks.schedule_regular_work()
        if serves:
            collect_if_changed()
    connections.close_all()


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, like {DEFAULT_BIND}")
    return host.strip("[]"), int(port)


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)


def refuse_taken_port(host: str, port: int) -> None:
    """Try to listen as the web server will, so that the reason is said before anything starts."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(place)
    except OSError as problem:
        raise CommandError(
            f"Cannot listen on {host}:{port}: {problem.strerror or problem}."
            " Is something else running there? Choose another with --bind HOST:PORT."
        ) from None


def web_server(host: str, port: int) -> Child:
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command = [
        *(sys.executable, "-m", "gunicorn", "gallery.config.wsgi"),
        *("--bind", place, "--worker-class", "gthread"),
        *("--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS)),
        *("--timeout", "120", "--graceful-timeout", "10", "--log-level", "warning"),
        "--no-control-socket",
    ]
    memory = Path("/dev/shm")  # a busy disk must not make a process look dead
    if memory.is_dir() and os.access(memory, os.W_OK):
        command += ["--worker-tmp-dir", str(memory)]
    return Child("the web server", command)


def cluster(workers: int) -> Child:
    environment = {"CONTACTSHEET_WORKERS": str(workers)}
    command = [sys.executable, str(settings.BASE_FOLDER / "manage.py"), "qworker"]
    return Child(watchdog.WORKERS, command, environment)


@contextmanager
def alone() -> Iterator[None]:
    """Keep other machines, and other starts on this one, from migrating at the same time."""
    with (settings.DATA_FOLDER / "starting.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
