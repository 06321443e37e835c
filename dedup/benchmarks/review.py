"""What the pages of review cost with 100,000 open groups, beside their limits.

Rows without files: what is measured is the server, not the disk. Everything runs on SQLite in an
installation of its own.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.management import call_command
from django.db import connection, reset_queries, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from dedup import bulk, group_tallies, groups, reviewing
from dedup.benchmarks.sliders import slider_ms, store_scores
from dedup.core.group_kinds import GroupKind
from dedup.core.values import Options
from dedup.group_filters import Sort, Wanted, neighbours
from dedup.models import Scan, SimilarGroup
from dedup.scanning.storing import store_members
from gallery.benchmarks.drawn import START, insert_alike, photo_rows
from gallery.models import Camera, Job, Photo, User
from gallery.web.paging import encode

LIST_MS, GROUP_MS, SLIDER_MS, LIST_KB = 100, 80, 300, 150
PAGE_FAR = 1000
REPEATS = 15
# Photos of one group after the other: 2.8 on average.
SIZES = (2, 2, 3, 2, 4, 2, 3, 2, 5, 3)
KINDS = tuple(GroupKind)
SECONDS_APART = 12


@dataclass(frozen=True, slots=True)
class Measured:
    milliseconds: float  # that passed
    busy: float  # milliseconds of the processor: what a machine without other work takes
    kilobytes: float
    queries: int


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--groups", type=int, default=100_000, help="open groups (100,000)")


def run(options: dict[str, Any]) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    owner = User.objects.create_user("bench")
    count: int = options["groups"]
    began = time.perf_counter()
    scan = _make_groups(owner, count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    photos = Photo.objects.count()
    seconds = time.perf_counter() - began
    _say(f"{count:,} open groups of {photos:,} photos, made in {seconds:.0f} s")
    _say(f"Median of {REPEATS} requests")
    _say(f"{'page':34}{'ms':>8}{'cpu ms':>8}{'limit':>8}{'x limit':>9}{'queries':>9}{'kB':>8}")
    client = Client(headers={"host": "localhost"})
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    _measure_lists(client, scan)
    _measure_group(client, scan)
    _measure_sliders(client, scan)
    _measure_acts(owner, scan)


def _measure_lists(client: Client, scan: Scan) -> None:
    address = reverse("dedup:groups")
    first = _measured(client, address)
    _tell("list, as it opens", first, LIST_MS)
    for sort in Sort:
        wanted = Wanted(kind=KINDS[2].value, sort=sort)
        near = _measured(client, f"{address}?{wanted.query()}")
        far = _measured(client, f"{address}?{wanted.query()}&after={_far(scan, wanted)}")
        _tell(f"list by {sort}, page 1", near, LIST_MS)
        _tell(f"list by {sort}, far page", far, LIST_MS)
        ratio = far.milliseconds / near.milliseconds
        _say(f"{'':34}{ratio:8.2f} times page 1, limit 2: {_verdict(ratio, 2)}")
    camera = Wanted(kind=KINDS[2].value, camera=Camera.objects.latest("pk").pk)
    _tell("list of one camera", _measured(client, f"{address}?{camera.query()}"), LIST_MS)
    ratio = first.kilobytes / LIST_KB
    _say(f"{'size of the list':34}{first.kilobytes:8.0f} kB, limit {LIST_KB}: {_verdict(ratio, 1)}")


def _far(scan: Scan, wanted: Wanted) -> str:
    """The cursor of page 1,000, or of the last page of fewer."""
    rows = wanted.among(scan.groups.all()).order_by(*wanted.order)
    place = min(PAGE_FAR * groups.PAGE_SIZE, rows.count() - groups.PAGE_SIZE) - 1
    row = rows[place]
    return encode([getattr(row, name.lstrip("-")) for name in wanted.order])


def _measure_group(client: Client, scan: Scan) -> None:
    rows = scan.groups.open().filter(kind=KINDS[2].value)
    group = rows[min(1000, rows.count() - 1)]
    _tell("one group", _measured(client, group.get_absolute_url()), GROUP_MS)
    _tell("the next group, query alone", _next_group(group), GROUP_MS)


def _next_group(group: SimilarGroup) -> Measured:
    wanted = Wanted(kind=group.kind)
    times, busy = [], []
    for _ in range(REPEATS):
        started, began = time.perf_counter(), time.process_time()
        neighbours(group, wanted)
        times.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - began) * 1000)
    return Measured(statistics.median(times), statistics.median(busy), 0, 1)


def _measure_sliders(client: Client, scan: Scan) -> None:
    store_scores(scan)
    slider_ms(client, scan, 60, 70, "gap")
    times, busy = [], []
    for number in range(REPEATS):
        began = time.process_time()
        times.append(slider_ms(client, scan, 10 + 20 * number, 50 + 3 * number, "gap"))
        busy.append((time.process_time() - began) * 1000)
    found = Measured(statistics.median(times), statistics.median(busy), 0, 0)
    _tell("slider", found, SLIDER_MS)


def _measure_acts(owner: User, scan: Scan) -> None:
    """What an act costs in which the columns of groups are kept true."""
    group = scan.groups.open().select_related("scan__owner")[min(500, scan.group_count - 1)]
    started = time.perf_counter()
    decision = reviewing.accept_suggestion(group, owner)
    accepted = time.perf_counter()
    reviewing.undo(decision, owner)
    undone = time.perf_counter()
    _say(f"{'accept one suggestion':34}{(accepted - started) * 1000:8.1f}")
    _say(f"{'undo it':34}{(undone - accepted) * 1000:8.1f}")
    ids = list(scan.groups.open().values_list("pk", flat=True)[: bulk.GROUPS_AT_ONCE])
    started = time.perf_counter()
    with transaction.atomic():
        looked = bulk.look(ids, bulk.Act.ACCEPT, owner)
    seconds = time.perf_counter() - started
    _say(f"{'look at 1,000 suggestions':34}{seconds * 1000:8.1f} for {len(looked.settled):,}")


def _make_groups(owner: User, count: int) -> Scan:
    sizes = [SIZES[number % len(SIZES)] for number in range(count)]
    photo_rows(owner, sum(sizes), seconds_apart=SECONDS_APART)
    cameras = [
        Camera.objects.create(owner=owner, key=f"camera {number}", name=f"Camera {number}")
        for number in range(8)
    ]
    now = timezone.now()
    job = Job.objects.create(
        kind="scan", owner=owner, status=Job.Status.DONE, started_at=now, finished_at=now
    )
    scan = Scan.objects.create(
        owner=owner,
        job=job,
        options=Options().to_json(),
        started_at=now,
        photo_count=sum(sizes),
        group_count=count,
    )
    ids = list(Photo.objects.owned_by(owner).oldest_first().values_list("pk", flat=True))
    parted = iter(ids)
    members = [list(islice(parted, size)) for size in sizes]
    with transaction.atomic():
        rows = (_columns(cameras, some) for some in members)
        insert_alike(SimilarGroup(scan=scan), rows)
        _store_members(scan, members)
    group_tallies.count_anew(scan)
    return scan


def _store_members(scan: Scan, members: list[list[int]]) -> None:
    pairs = zip(scan.groups.order_by("pk").values_list("pk", flat=True), members, strict=True)
    rows = [
        (group_id, photo_id, _percent(photo_id) if place else 100.0, place, not place, "")
        for group_id, some in pairs
        for place, photo_id in enumerate(some)
    ]
    store_members(rows)


def _columns(cameras: list[Camera], ids: list[int]) -> dict[str, Any]:
    number = ids[0]
    camera = cameras[number % len(cameras)]
    percents = [_percent(photo_id) for photo_id in ids[1:]]
    first = START + dt.timedelta(seconds=SECONDS_APART * number)
    return {
        # Most groups of a library are bursts.
        "kind": KINDS[number % len(KINDS)] if number % 2 else KINDS[2],
        "cover_id": number,
        "photo_count": len(ids),
        "left_count": len(ids),
        "spare_count": len(ids) - 1,
        "spare_bytes": number * 7919 % 30_000_000,
        "lowest_percent": min(percents),
        "highest_percent": max(percents),
        "first_taken_at": first,
        "last_taken_at": first + dt.timedelta(seconds=SECONDS_APART * len(ids)),
        "camera_id": camera.pk,
        "camera_name": camera.name,
        "folder": f"library/{number % 400}",
    }


def _percent(photo_id: int) -> float:
    return 60 + photo_id * 31 % 4000 / 100


def _measured(client: Client, address: str) -> Measured:
    client.get(address)
    times, busy = [], []
    for _ in range(REPEATS):
        started, began = time.perf_counter(), time.process_time()
        answer = client.get(address)
        times.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - began) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    with override_settings(DEBUG=True):
        reset_queries()
        client.get(address)
        queries = len(connection.queries)
    size = len(answer.content) / 1000
    return Measured(statistics.median(times), statistics.median(busy), size, queries)


def _tell(name: str, found: Measured, limit: float) -> None:
    ratio = found.milliseconds / limit
    _say(
        f"{name:34}{found.milliseconds:8.1f}{found.busy:8.1f}{limit:8.0f}{ratio:9.2f}{found.queries:9}"
        f"{found.kilobytes:8.0f}  {_verdict(ratio, 1)}"
    )


def _verdict(value: float, limit: float) -> str:
    return "kept" if value <= limit else "MISSED"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
