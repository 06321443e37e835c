"""How fast the admin answers where all of 30,000 rows are chosen, beside its limit of 2 s.

Rows without files, on SQLite in an installation of its own. What the workers do between the
answers is told as well, in rows a second; it has no limit.
"""

from __future__ import annotations

import datetime as dt
import logging
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass, field
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dedup.core.values import Options
from dedup.models import Scan
from gallery.benchmarks.drawn import START, insert_alike, photo_rows
from gallery.models import Camera, ImportRun, Job, Photo, User
from gallery.work import runner

LIMIT_S = 2
AN_HOUR = {"told": "1", "sign": "1", "hours": "1"}
PLAN = {"told": "1", "keep": "first"}


BEGUN, LOOKED, DONE = "begun", "looked", "done"


@dataclass(frozen=True, slots=True)
class Act:
    """An action of a list; with ``form`` its page is asked for first and filled in so."""

    name: str
    form: dict[str, str] = field(default_factory=dict)
    goes: str = BEGUN  # how far it goes here: the pages that follow are the same for all acts


ACTS: dict[type[Model], tuple[Act, ...]] = {
    ImportRun: (
        Act("pause_imports", goes=DONE),
        Act("resume_imports"),
        Act("retry_imports"),
        Act("cancel_imports"),
    ),
    Scan: (
        Act("pause_scans", goes=LOOKED),
        Act("resume_scans"),
        Act("scan_again"),
        Act("cancel_scans"),
    ),
    Camera: (
        Act("rename_cameras", {"told": "1", "pattern": "Gate {name}"}, goes=LOOKED),
        Act("shift_clocks", AN_HOUR),
        Act("merge_into_largest"),
        Act("copy_settings"),
        Act("plan_thinning", PLAN),
        Act("thin_cameras", {"told": "1", "act": "archive"}),
    ),
    Photo: (Act("archive_photos"), Act("trash_photos")),
}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=30_000, help="rows of each kind (30,000)")


def run(options: dict[str, Any]) -> None:
    logging.getLogger("gallery.work").setLevel(logging.WARNING)  # it tells of every paused job
    call_command("collectstatic", interactive=False, verbosity=0)
    owner = User.objects.create_superuser("bench")
    count: int = options["count"]
    _make(owner, count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(headers={"host": "localhost"})
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    _say(f"{count:,} imports, scans, cameras and photos each; all of them chosen")
    _say(f"{'answer':46}{'s':>8}{'cpu s':>8}{'limit':>7}{'x limit':>9}")
    slowest = 0.0
    client.get(reverse("admin:index"))  # what every first page loads is no matter of its rows
    for model, acts in ACTS.items():
        slowest = max(slowest, _measure(client, model, acts, count))
    verdict = "kept" if slowest <= LIMIT_S else "MISSED"
    _say(f"The slowest answer took {slowest:.2f} s of {LIMIT_S} s: {verdict}")


def _measure(client: Client, model: type[Model], acts: tuple[Act, ...], count: int) -> float:
    meta = model._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    pk = model._default_manager.values_list("pk", flat=True)[0]
    answers = [_answer(client, f"{meta.model_name}: list", address)[0]]
    for act in acts:
        data = {"action": act.name, "_selected_action": str(pk), "select_across": "1"}
        if act.form:
            asked, _ = _answer(client, f"{act.name}: form", address, data)
            answers.append(asked)
        begun, look = _answer(client, f"{act.name}: begin", address, data | act.form)
        answers += [begun, _answer(client, f"{act.name}: page at its begin", look)[0]]
        if act.goes == BEGUN:
            _stop()
        else:
            answers += _carried_out(client, act, look, count)
    return max(answers)


def _carried_out(client: Client, act: Act, look: str, count: int) -> list[float]:
    """Look, perhaps do and begin to undo, with the answers on the way."""
    answers = []
    _work_off(f"{act.name}: looked at by a worker", count)
    answers.append(_answer(client, f"{act.name}: what would happen", look)[0])
    if act.goes == LOOKED:
        return answers
    begun, results = _answer(client, f"{act.name}: do", f"{look}rows/do/", {})
    answers.append(begun)
    _work_off(f"{act.name}: done by a worker", count)
    answers.append(_answer(client, f"{act.name}: results", results)[0])
    narrowed = f"{results}?result=done"
    answers.append(_answer(client, f"{act.name}: results of one kind", narrowed)[0])
    answers.append(_answer(client, f"{act.name}: progress", f"{results}rows/")[0])
    answers.append(_answer(client, f"{act.name}: results as CSV", f"{results}rows.csv")[0])
    answers.append(_answer(client, f"{act.name}: undo", f"{results}rows/undo/", {})[0])
    _stop()
    return answers


def _answer(
    client: Client, name: str, address: str, data: dict[str, str] | None = None
) -> tuple[float, str]:
    """Seconds until the whole answer is there, and where it leads.

    Printed beside those of the processor, which are what a machine without other work takes.
    """
    started, began = time.perf_counter(), time.process_time()
    answer: Any = client.get(address) if data is None else client.post(address, data)
    length = len(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    seconds, busy = time.perf_counter() - started, time.process_time() - began
    is_right = answer.status_code in (200, 302) and (length or answer.status_code == 302)
    assert is_right, (name, answer.status_code)
    verdict = "" if seconds <= LIMIT_S else "  MISSED"
    _say(f"{name:46}{seconds:8.2f}{busy:8.2f}{LIMIT_S:7}{seconds / LIMIT_S:9.2f}{verdict}")
    return seconds, answer.get("Location", "")


def _work_off(name: str, count: int) -> None:
    """Do the newest job here; those of the made-up rows wait for ever."""
    started = time.perf_counter()
    runner.drain(Job.objects.latest("pk"), processes=0)
    seconds = time.perf_counter() - started
    _say(f"  {name:44}{seconds:8.1f}  {count / seconds:,.0f} rows a second")


def _stop() -> None:
    """What is only begun must not be worked on beside what is measured next."""
    Job.objects.filter(pk=Job.objects.latest("pk").pk).update(paused_at=timezone.now())


def _make(owner: User, count: int) -> None:
    started = time.perf_counter()
    photo_rows(owner, count)
    cameras = ({"key": f"camera {n}", "name": f"c{n}", "prefix": f"c{n}"} for n in range(count))
    insert_alike(Camera(owner=owner), cameras)
    _give_cameras(owner)
    for kind, model, fields in (
        ("import", ImportRun, {"door": "folder", "root": "/srv/photos"}),
        ("scan", Scan, {"options": Options().to_json()}),
    ):
        insert_alike(Job(kind=kind, owner=owner), (_state(number) for number in range(count)))
        ids = Job.objects.filter(kind=kind).order_by("pk").values_list("pk", flat=True)
        first = model(owner=owner, started_at=START, **fields)
        minute = dt.timedelta(minutes=1)
        rows = ({"job_id": pk, "started_at": START + n * minute} for n, pk in enumerate(ids))
        insert_alike(first, rows)
    _say(f"Made in {time.perf_counter() - started:.0f} s")


def _give_cameras(owner: User) -> None:
    """One photo to each camera."""
    with connection.cursor() as cursor:
        camera, photo = Camera._meta.db_table, Photo._meta.db_table
        cursor.execute(
            f"UPDATE {photo} SET camera_id = (SELECT MIN(id) FROM {camera}) - 1 + id "
            f"- (SELECT MIN(id) FROM {photo}) + 1"
        )
    assert Camera.objects.filter(owner=owner, photos=None).count() == 0


def _state(number: int) -> dict[str, Any]:
    """A third each: ended, waiting, paused."""
    return {
        "title": f"Made-up job {number}",
        "status": Job.Status.QUEUED if number % 3 else Job.Status.DONE,
        "finished_at": None if number % 3 else START,
        "paused_at": START if number % 3 == 2 else None,
    }


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
