"""Measures one part of the product in an installation of its own, which is thrown away after."""

import os
import subprocess
import sys
import tempfile
from importlib import import_module
from types import ModuleType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

# Set for the process that measures: its data folder is a temporary one.
INSIDE = "CONTACTSHEET_BENCH"


class Command(BaseCommand):
    help = "Measures time and memory of one part: " + ", ".join(settings.BENCHMARKS)
    requires_system_checks: list[str] = []

    name = ""

    def run_from_argv(self, argv: list[str]) -> None:
        # Known before the arguments are read, because each benchmark has arguments of its own.
        self.name = argv[2] if len(argv) > 2 else ""
        try:
            super().run_from_argv(argv)
        except CommandError as problem:
            sys.exit(str(problem))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=list(settings.BENCHMARKS))
        if self.name in settings.BENCHMARKS:
            self._module().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if os.environ.get(INSIDE):
            call_command("migrate", interactive=False, verbosity=0)
            self._module().run(options)
            return
        with tempfile.TemporaryDirectory(prefix="contactsheet-bench-") as folder:
            environment = {**os.environ, "CONTACTSHEET_DATA": folder, INSIDE: "1"}
            environment.pop("DATABASE_URL", None)
            environment.pop("STORAGE_URL", None)
            code = subprocess.run([sys.executable, *sys.argv], env=environment, check=False)
        sys.exit(code.returncode)

    def _module(self) -> ModuleType:
        name = settings.BENCHMARKS[self.name]
        try:
            return import_module(name)
        except ModuleNotFoundError as problem:
            if problem.name and name.startswith(problem.name):
                raise CommandError(f"There is no benchmark {self.name!r} yet.") from None
            raise
