"""Find similar photos, wait for the result, and write it down."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from dedup import groups, pairs, scanning
from dedup.core.values import Options, WindowMode
from dedup.models import MeasureFailure, Scan, Scope, SimilarGroup
from dedup.models.scan import NAME_LENGTH
from gallery.core import sizes
from gallery.models import Album, Camera, Job, User
from gallery.work import runner
from gallery.work.progress import Progress

SECONDS = {"ms": 0.001, "s": 1, "min": 60, "h": 3600}
ROWS_AT_ONCE = 200


class Command(BaseCommand):
    help = "Finds similar photos of one owner and waits for the result."

    def add_arguments(self, parser: CommandParser) -> None:
        standard = Options()
        parser.add_argument("--owner", required=True, help="name of the account")
        parser.add_argument(
            "--window",
            type=window,
            default=standard.window_seconds,
            help="like 500ms, 60s, 15min, 1h",
        )
        parser.add_argument(
            "--mode",
            choices=[mode.value for mode in WindowMode],
            default=standard.mode.value,
            help="gap: neighbours are at most a window apart; span: so is the whole group",
        )
        parser.add_argument(
            "--threshold", type=float, default=standard.threshold_percent, help="percent"
        )
        parser.add_argument("--camera", help="name of one camera, or the prefix of its files")
        parser.add_argument(
            "--per-camera", action="store_true", help="do not compare photos of different cameras"
        )
        parser.add_argument("--album", help="title of one album")
        parser.add_argument("--name", default="", help="keep its groups under this name")
        parser.add_argument("--from", dest="first_day", type=dt.date.fromisoformat)
        parser.add_argument("--until", dest="last_day", type=dt.date.fromisoformat)
        parser.add_argument("--json", type=Path, help="file for groups and pairs")

    def handle(self, **given: Any) -> None:
        owner = _owner(given["owner"])
        try:
            options = Options(
                window_seconds=given["window"],
                mode=WindowMode(given["mode"]),
                threshold_percent=given["threshold"],
                across_cameras=not given["per_camera"],
            )
            scanning.refuse_another_name(owner, given["name"])
            scan = scanning.start(
                owner,
                options,
                Scope(
                    camera=_camera(owner, given["camera"]),
                    album=_album(owner, given["album"]),
                    first_day=given["first_day"],
                    last_day=given["last_day"],
                ),
                name=given["name"][:NAME_LENGTH],
            )
        except (ValueError, scanning.AlreadyScanning, scanning.TooManyNames) as refused:
            raise CommandError(str(refused)) from refused
        _wait(scan.job)
        scan.refresh_from_db()
        if given["json"]:
            _write(given["json"], scan)
        self.stdout.write(_told(scan))


def window(text: str) -> float:
    """Seconds of a window written as 500ms, 60s, 15min or 1h."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|min|h)?", text.strip())
    if not found:
        raise argparse.ArgumentTypeError(f"“{text}” is no window. Write it like 60s or 15min.")
    return float(found[1]) * SECONDS[found[2] or "s"]


def _owner(name: str) -> User:
    try:
        return User.objects.get(username=name)
    except User.DoesNotExist:
        raise CommandError(f"There is no account named “{name}”.") from None


def _camera(owner: User, name: str | None) -> Camera | None:
    if not name:
        return None
    cameras = Camera.objects.filter(owner=owner)
    for field in ("prefix", "name", "key"):
        if found := cameras.filter(**{f"{field}__iexact": name}).first():
            return found
    known = ", ".join(cameras.values_list("name", flat=True)) or "none yet"
    raise CommandError(f"There is no camera “{name}”. Cameras: {known}.")


def _album(owner: User, title: str | None) -> Album | None:
    if not title:
        return None
    albums = Album.objects.owned_by(owner).there()
    if found := albums.filter(title__iexact=title).first():
        return found
    known = ", ".join(albums.values_list("title", flat=True)) or "none yet"
    raise CommandError(f"There is no album “{title}”. Albums: {known}.")


def _wait(job: Job) -> None:
    """Work on the scan here, beside whatever cluster runs, and show how far it is."""
    with tqdm(total=0, file=sys.stderr, unit=" items", dynamic_ncols=True) as bar:

        def show(now: Progress) -> None:
            if bar.desc != f"{now.stage_name}: ":
                bar.reset(total=now.total)
                bar.set_description(now.stage_name)
            bar.total = now.total
            bar.n = now.done
            bar.refresh()

        job = runner.drain(job, on_progress=show)
    if job.status != Job.Status.DONE:
        raise CommandError(f"The scan {job.get_status_display()}: {job.error or 'not finished'}")


def _told(scan: Scan) -> str:
    summary = groups.summary(scan)
    left_out = [
        f"{scan.imprecise_count} without an exact time" if scan.imprecise_count else "",
        f"{scan.doubtful_count} with a suspicious date" if scan.doubtful_count else "",
        f"{scan.unmeasured_count} that could not be read" if scan.unmeasured_count else "",
    ]
    without = ", ".join(filter(None, left_out))
    return (
        f"{scan.photo_count:,} photos and {scan.pair_count:,} pairs compared"
        + (f" (left out: {without})" if without else "")
        + f". {summary.groups:,} groups with {summary.photos:,} photos; "
        f"{sizes.in_words(summary.spare_bytes)} could go."
    )


def _write(path: Path, scan: Scan) -> None:
    summary = groups.summary(scan)
    result = {
        "options": scan.options,
        "counts": {
            "photos": scan.photo_count,
            "without_exact_time": scan.imprecise_count,
            "with_suspicious_date": scan.doubtful_count,
            "unmeasured": scan.unmeasured_count,
            "pairs": scan.pair_count,
            "groups": summary.groups,
            "photos_in_groups": summary.photos,
            "spare_bytes": summary.spare_bytes,
        },
        "unmeasured": [
            {"path": failure.photo.source_path or failure.photo.file_name, "reason": failure.reason}
            for failure in MeasureFailure.objects.filter(photo__in=scan.photos()).select_related(
                "photo"
            )
        ],
        "groups": list(_groups(scan)),
        "pairs": [
            {
                "first": pair.first.source_path or pair.first.file_name,
                "second": pair.second.source_path or pair.second.file_name,
                "seconds_apart": pair.seconds_apart,
                "percent": pair.percent,
                "kind": pair.kind,
                "reasons": [reason.sentence for reason in pair.reasons],
            }
            for pair in pairs.all_pairs(scan)
        ],
    }
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _groups(scan: Scan) -> Any:
    rows = SimilarGroup.objects.filter(scan=scan).open().order_by("first_taken_at", "pk")
    ids = list(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), ROWS_AT_ONCE):
        some = SimilarGroup.objects.filter(pk__in=ids[start : start + ROWS_AT_ONCE])
        for view in groups.views_of(
            list(some.select_related("scan").order_by("first_taken_at", "pk"))
        ):
            yield {
                "kind": view.group.kind,
                "members": [
                    {
                        "path": member.photo.source_path or member.photo.file_name,
                        "taken_at": member.photo.taken_at.isoformat(),
                        "percent": member.percent,
                        "cover": member.is_cover,
                        "suggested": member.is_suggested,
                        "reason": member.reason,
                    }
                    for member in view.members
                ],
            }
