"""Runs the tests with pytest; what it does not know itself it passes on."""

import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from gallery.benchmarks import chromium
from gallery.management import temporary_postgres


class Command(BaseCommand):
    help = (
        "Runs the tests. Further arguments go to pytest, for example: "
        "python3 manage.py test tests/gallery/core -k dates"
    )
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        parser = self.create_parser(argv[0], argv[1])
        options, for_pytest = parser.parse_known_args(argv[2:])
        try:
            self.execute(**vars(options), for_pytest=for_pytest)
        except CommandError as problem:
            sys.exit(f"{problem}")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--database",
            choices=["sqlite", "postgres"],
            default="sqlite",
            help="postgres: on a server started in a temporary folder",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for_pytest: list[str] = options.get("for_pytest", [])
        if "-m" not in for_pytest:
            for_pytest = ["-m", "not benchmark", *for_pytest]
        environment = dict(os.environ)
        if "not browser" not in " ".join(for_pytest):
            self._provide_browser(environment)
        if options["database"] == "sqlite":
            sys.exit(run_pytest(for_pytest, environment))
        try:
            with temporary_postgres.running() as url:
                environment["CONTACTSHEET_TEST_DATABASE_URL"] = url
                code = run_pytest(for_pytest, environment)
        except temporary_postgres.NoPostgres as problem:
            raise CommandError(str(problem)) from None
        sys.exit(code)

    def _provide_browser(self, environment: dict[str, str]) -> None:
        browser, reason = chromium.find_or_install()
        if browser:
            environment["CONTACTSHEET_CHROMIUM"] = str(browser)
        else:
            self.stderr.write(f"The browser tests will be skipped: {reason}.")


def run_pytest(arguments: list[str], environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(
        command, cwd=settings.BASE_FOLDER, env=environment, check=False
    ).returncode
