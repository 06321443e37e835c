"""Thins out the frames of fixed cameras in a plain folder, without importing it."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from dedup.camera_settings import rules_for
from dedup.core.camera_masks import BorderMask
from dedup.core.camera_settings import DEFAULT_SETTINGS, CameraRules
from dedup.core.thinning import Keep, Rule
from dedup.thinning import moving, report
from dedup.thinning.folder import CameraFailed, FileVerdict, plan_folder
from dedup.thinning.memory import keep_freed_memory
from dedup.thinning.moving import Done
from gallery.core.frame_files import FrameFile, find, named
from gallery.models import User


class Command(BaseCommand):
    help = (
        "Lists which frames of fixed cameras show nothing new, in a plain folder. Moves and "
        "deletes nothing unless told to."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="with frames of one or more cameras")
        parser.add_argument("--camera", action="append", help="only this one, like c10; repeatable")
        parser.add_argument("--zone", default=settings.TIME_ZONE, help="of local times in names")
        parser.add_argument("--report", type=Path, metavar="FILE", help="CSV, or JSON by its name")
        parser.add_argument("--json", action="store_true", help="write the result as JSON")
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
        _add_rule(parser)
        _add_settings(parser)
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--dry-run", action="store_true", help="touch nothing; the default")
        act.add_argument("--move-to", type=Path, metavar="DIR", help="move what can go there")
        act.add_argument("--delete", action="store_true", help="delete what can go, for ever")
        act.add_argument(
            "--restore", type=Path, metavar="MANIFEST", help="move back what was moved"
        )

    def handle(self, **given: Any) -> None:
        root: Path = given["folder"]
        if not root.is_dir():
            raise CommandError(f"There is no folder {root}.")
        if given["restore"]:
            self._restore(given["restore"])
            return
        verdicts = _planned(root, given)
        done = _settled(verdicts, root, given)
        told = report.summary(verdicts, done)
        told["rule"] = {"keep": given["keep"], "every_minutes": given["every"]}
        told["dry_run"] = not (given["move_to"] or given["delete"])
        told["files"] = list(report.rows(verdicts, root, done))
        if given["report"]:
            report.write(given["report"], told)
        if given["json"]:
            self.stdout.write(json.dumps(told, indent=1, ensure_ascii=False))
        else:
            self._tell(told, given)

    def _restore(self, manifest: Path) -> None:
        try:
            done = list(moving.restore(manifest))
        except moving.CannotRestore as error:
            raise CommandError(str(error)) from error
        for each in done:
            if each.reason:
                self.stdout.write(f"{each.path}: {each.reason}")
        self.stdout.write(f"{sum(each.result == 'restored' for each in done):,} frames moved back.")

    def _tell(self, told: dict[str, Any], given: dict[str, Any]) -> None:
        for camera, counts in told["cameras"].items():
            self.stdout.write(f"{camera}: {_in_words(counts)}")
        for row in told["files"]:
            if row["fate"] == "listed" or ": " in row["result"]:
                self.stdout.write(f"  {row['file']}: {row['result'] or row['reason']}")
        self.stdout.write(f"In all: {_in_words(told)}")
        if told["dry_run"]:
            self.stdout.write(
                "Nothing was touched: this was a dry run. --move-to DIR moves what can go, with a "
                "way back."
            )
        for result, count in told["results"].items():
            self.stdout.write(f"{count:,} {result}.")
        if given["move_to"]:
            self.stdout.write(f"Back again: thin_frames {given['folder']} --restore MANIFEST")


def _add_rule(parser: CommandParser) -> None:
    parser.add_argument(
        "--keep",
        choices=[keep.value for keep in Keep],
        default=Keep.FIRST.value,
        help="which frame of a still stretch stays",
    )
    parser.add_argument(
        "--every", type=float, metavar="MIN", help="keep one in so many minutes in any case"
    )


def _add_settings(parser: CommandParser) -> None:
    """Those of the tuner, or single ones; what is not given holds as in DEFAULT_SETTINGS."""
    parser.add_argument(
        "--settings-of",
        metavar="CAMERA",
        help="compare as saved in the tuner for this camera of the library, by day and by night",
    )
    parser.add_argument("--owner", metavar="NAME", help="the account that --settings-of belongs to")
    parser.add_argument(
        "--sure",
        type=float,
        metavar="PERCENT",
        help=f"how sure that only the light differs; {DEFAULT_SETTINGS.threshold_percent:g}",
    )
    parser.add_argument(
        "--border",
        metavar="L,T,R,B",
        help="percent at the edges that do not count; 5,10,5,0",
    )
    parser.add_argument(
        "--min-area",
        type=float,
        metavar="PERCENT",
        help=f"smaller things do not count; {DEFAULT_SETTINGS.minimum_area_percent:g}",
    )


def _planned(root: Path, given: dict[str, Any]) -> list[FileVerdict]:
    rule, rules, zone = _asked(given)
    keep_freed_memory()
    files = _files(root, zone, given["camera"])
    with tqdm(total=len(files), file=sys.stderr, unit=" frames", disable=None) as bar:
        try:
            return plan_folder(
                files, rule, rules, workers=given["workers"], zone=zone, told=bar.update
            )
        except CameraFailed as failed:
            raise CommandError(str(failed)) from failed


def _asked(given: dict[str, Any]) -> tuple[Rule, CameraRules, ZoneInfo]:
    try:
        rule = Rule(Keep(given["keep"]), given["every"])
        rules = _saved(given) if given["settings_of"] or given["owner"] else _chosen(given)
        return rule, rules, ZoneInfo(given["zone"])
    except (ValueError, TypeError, KeyError) as error:
        raise CommandError(str(error)) from error


def _chosen(given: dict[str, Any]) -> CameraRules:
    """The single settings of the command line, the same by day and by night."""
    chosen: dict[str, Any] = {}
    if given["border"] is not None:
        left, top, right, bottom = (float(each) for each in given["border"].split(","))
        chosen["border"] = BorderMask(left, top, right, bottom)
    if given["min_area"] is not None:
        chosen["minimum_area_percent"] = given["min_area"]
    if given["sure"] is not None:
        chosen["threshold_percent"] = given["sure"]
    settings_of_all = replace(DEFAULT_SETTINGS, **chosen)
    return CameraRules(day=settings_of_all, night=settings_of_all)


def _saved(given: dict[str, Any]) -> CameraRules:
    """What the tuner saved for a camera; raises ValueError where that is not clear."""
    if not (given["settings_of"] and given["owner"]):
        raise ValueError("--settings-of CAMERA and --owner NAME go together.")
    if any(given[name] is not None for name in ("sure", "border", "min_area")):
        raise ValueError("--settings-of says already what --sure, --border and --min-area say.")
    owner = User.objects.filter(username=given["owner"]).first()
    if owner is None:
        raise ValueError(f"There is no account {given['owner']}.")
    known = owner.cameras.filter(merged_into=None)
    found = list(known.filter(name__iexact=given["settings_of"]))
    if len(found) != 1:
        names = ", ".join(sorted(camera.name for camera in known)) or "none"
        what = "several cameras" if found else "no camera"
        raise ValueError(
            f"{owner.username} has {what} named {given['settings_of']}. There are: {names}."
        )
    return rules_for(found[0])


def _files(root: Path, zone: ZoneInfo, wanted: list[str] | None) -> list[FrameFile]:
    now = timezone.now()
    files = [named(path, root, zone, now) for path in find(root)]
    if not wanted:
        return files
    chosen = {each.lower() for each in wanted}
    found = [file for file in files if file.camera.lower() in chosen]
    if not found:
        known = ", ".join(sorted({file.camera for file in files})) or "none"
        raise CommandError(f"No frames of {', '.join(wanted)}. Cameras here: {known}.")
    return found


def _settled(verdicts: list[FileVerdict], root: Path, given: dict[str, Any]) -> list[Done]:
    if given["move_to"]:
        return list(moving.move(verdicts, root, given["move_to"], timezone.now()))
    return list(moving.delete(verdicts)) if given["delete"] else []


def _in_words(counts: dict[str, Any]) -> str:
    return (
        f"{counts['goes']:,} of {counts['frames']:,} frames can go "
        f"({counts['bytes_going'] / 1e6:,.1f} of {counts['bytes'] / 1e6:,.1f} MB), "
        f"{counts['kept']:,} stay, {counts['listed']:,} could not be compared."
    )
