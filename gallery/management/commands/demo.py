"""Fills an empty installation with a made-up timeline, so that there is something to look at."""

from __future__ import annotations

import getpass
import multiprocessing
import os
import secrets
import sys
import tempfile
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from tqdm import tqdm

from gallery.forms import FirstAccountForm
from gallery.importing import folders, results
from gallery.management.commands import up
from gallery.management.demo import files
from gallery.management.demo.story import Scene, scenes
from gallery.models import ImportRun, Job, Photo, User
from gallery.work import runner

# Longer than the interval of the fixed camera, so that its pictures meet too.
WINDOW = "90s"


class Command(BaseCommand):
    help = (
        "Fills an empty installation with drawn photos: bursts, copies, a fixed camera."
        " Never touches one that has photos."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--owner", metavar="NAME", help="user name of whom the photos will be")
        parser.add_argument(
            "--password-env",
            metavar="VARIABLE",
            help="environment variable that holds the password of a new account",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        up.prepare(serves=False)
        _refuse_if_there_are_photos()
        owner = self._owner(options["owner"], options["password_env"])
        with tempfile.TemporaryDirectory(prefix="contactsheet-demo-") as folder:
            _draw(Path(folder))
            report = _import(Path(folder), owner)
        self.stdout.write(f"Made {report['added']} photos for {owner.username}.")
        call_command("scan", "--owner", owner.username, "--window", WINDOW, stdout=self.stdout)
        self.stdout.write(
            f"Now run python3 manage.py up, sign in as {owner.username} and open Similar."
        )

    def _owner(self, name: str | None, password_variable: str | None) -> User:
        users = User.objects.order_by("pk")
        if not users.exists():
            return self._first_account(name, password_variable)
        if name:
            found = users.filter(username=name).first()
        else:
            found = users.first() if users.count() == 1 else None
        if found is None:
            known = ", ".join(users.values_list("username", flat=True)[:20])
            raise CommandError(f"Say with --owner whose the photos shall be. There is: {known}.")
        return found

    def _first_account(self, name: str | None, password_variable: str | None) -> User:
        """Make the administrator through the same form as the first page of a new installation."""
        if password_variable:
            password = os.environ.get(password_variable, "")
            return _account(name or "demo", password)
        if sys.stdin.isatty():
            self.stdout.write("There is no account yet. This one becomes the administrator.")
            name = name or input("Name [demo]: ").strip() or "demo"
            return _account(name, getpass.getpass("Password: "), getpass.getpass("Once more: "))
        password = secrets.token_urlsafe(12)
        owner = _account(name or "demo", password)
        self.stdout.write(
            f"Made the account {owner.username} with the password {password}"
            "  (shown this once; change it on the account page)"
        )
        return owner


def _refuse_if_there_are_photos() -> None:
    if count := Photo.objects.count():
        photos = "1 photo" if count == 1 else f"{count:,} photos"
        raise CommandError(
            f"There {'is' if count == 1 else 'are'} {photos} here already, and the demonstration"
            " never mixes with them. Give it a data folder of its own:"
            " CONTACTSHEET_DATA=./demo-data python3 manage.py demo"
        )


def _account(name: str, password: str, again: str | None = None) -> User:
    form = FirstAccountForm(
        {
            "username": name,
            "password1": password,
            "password2": password if again is None else again,
            "home_zone_name": "UTC",
        }
    )
    if not form.is_valid():
        reasons = " ".join(str(each) for errors in form.errors.values() for each in errors)
        raise CommandError(f"The account could not be made. {reasons}")
    return form.save()


def _draw(folder: Path) -> None:
    """Draw in as many processes as there are cores; the longest scenes first."""
    story = sorted(scenes(), key=lambda scene: -len(scene.takes))
    connections.close_all()  # a child must not inherit an open one
    context = multiprocessing.get_context("fork")
    total = sum(len(scene.takes) for scene in story)
    with (
        context.Pool(os.cpu_count()) as pool,
        tqdm(total=total, unit=" photos", desc="Drawing", file=sys.stderr) as bar,
    ):
        for done in pool.imap_unordered(partial(_write, folder=folder), story):
            bar.update(done)


def _write(scene: Scene, folder: Path) -> int:
    return files.write(scene, folder)


def _import(folder: Path, owner: User) -> results.Report:
    run = folders.begin(folder, owner, door=ImportRun.Door.DEMO)
    with tqdm(total=run.job.total, unit=" photos", desc="Importing", file=sys.stderr) as bar:
        runner.drain(
            run.job,
            processes=os.cpu_count(),
            on_progress=lambda progress: bar.update(progress.done - bar.n),
        )
    report = results.report(run)
    # The folder is gone in a moment, so its name would only puzzle in the list of imports.
    ImportRun.objects.filter(pk=run.pk).update(root="")
    Job.objects.filter(pk=run.job_id).update(title="Demonstration")
    for follower in owner.jobs.filter(finished_at=None):  # a scan that began by itself
        runner.drain(follower, processes=os.cpu_count())
    return report
