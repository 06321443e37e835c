"""Describes the frames of fixed cameras: of an account, or of a plain folder, read in place."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from gallery.camera_facts import overviews_of
from gallery.core import camera_report
from gallery.core.camera_overview import CameraOverview, FrameFacts, by_camera
from gallery.core.frame_files import FrameFile, facts, find, named
from gallery.models import User


class Command(BaseCommand):
    help = "Describes each camera: counts, times, sizes, intervals, and every frame that is odd."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="with frames, read where they lie")
        parser.add_argument("--owner", help="describe the cameras of this account instead")
        parser.add_argument("--zone", default=settings.TIME_ZONE, help="of local times in names")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true")
        form.add_argument("--markdown", action="store_true", help="the default")

    def handle(self, **given: Any) -> None:
        if bool(given["folder"]) == bool(given["owner"]):
            raise CommandError("Name a folder or, with --owner, an account.")
        found = _of_account(given["owner"]) if given["owner"] else _of_folder(given)
        if given["json"]:
            told = {
                "frames": sum(each.frames for each in found),
                "cameras": [camera_report.to_json(each) for each in found],
            }
            self.stdout.write(json.dumps(told, indent=1, ensure_ascii=False))
        else:
            self.stdout.write(camera_report.markdown(found))


def _of_account(name: str) -> list[CameraOverview]:
    try:
        return overviews_of(User.objects.get(username=name))
    except User.DoesNotExist:
        raise CommandError(f"There is no account named “{name}”.") from None


def _of_folder(given: dict[str, Any]) -> list[CameraOverview]:
    root: Path = given["folder"]
    if not root.is_dir():
        raise CommandError(f"There is no folder {root}.")
    try:
        zone = ZoneInfo(given["zone"])
    except (KeyError, ValueError) as error:
        raise CommandError(f"There is no time zone {given['zone']}.") from error
    now = timezone.now()
    files = [named(path, root, zone, now) for path in find(root)]
    return by_camera(_looked_at(files, root), zone.key, now)


def _looked_at(files: list[FrameFile], root: Path) -> Iterator[tuple[str, FrameFacts]]:
    """Decoding lets go of the interpreter, so threads use all cores."""
    with (
        ThreadPoolExecutor(os.cpu_count()) as pool,
        tqdm(total=len(files), file=sys.stderr, unit=" frames", disable=None) as bar,
    ):
        looked_at = pool.map(lambda file: facts(file, root), files)
        for file, found in zip(files, looked_at, strict=True):
            bar.update()
            yield file.camera, found
