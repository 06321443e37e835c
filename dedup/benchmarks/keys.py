"""How long Enter takes to the next picture: a real browser, a real server, on one machine.

From the key to the first frame after the next group's cover was decoded. Two paces: somebody who
looks at each group, and somebody who presses as soon as a picture is there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import statistics
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from PIL import Image

from dedup import group_tallies
from dedup.core.values import Options
from dedup.models import GroupMember, Scan, SimilarGroup
from gallery.benchmarks import chromium
from gallery.benchmarks.drawn import START
from gallery.benchmarks.serving import server
from gallery.core.pictures import SIZES, encode
from gallery.files import derivatives, originals
from gallery.models import Job, Photo, User

if TYPE_CHECKING:
    from playwright.sync_api import Page

LIMIT_MS = 100
PHOTOS = 3
PACES = {"looking 1 s at each": 1000, "at once, again and again": 0}
SIZE = (3000, 2000)
WIDTH, HEIGHT = 1440, 900

# Waits for another group on the desk, for its cover, and for the frame that shows it.
MEASURE = """
    window.waits = [];
    addEventListener("keydown", async (event) => {
        if (event.key !== "Enter") return;
        const here = document.querySelector("review-desk")?.dataset.group;
        const frame = () => new Promise(requestAnimationFrame);
        let desk;
        do {
            await frame();
            desk = document.querySelector("review-desk");
        } while (desk?.dataset.group === here);
        await desk?.querySelector("[data-cover] img")?.decode();
        await frame();
        await new Promise((resolve) => setTimeout(resolve));
        window.waits.push(performance.now() - event.timeStamp);
    }, true);
"""
ARRIVED = "(count) => window.waits.length >= count && !document.querySelector('review-run').isBusy"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--groups", type=int, default=40, help="groups for each pace (40)")


def run(options: dict[str, Any]) -> None:
    browser = chromium.find()
    if browser is None:
        raise CommandError("This needs Chromium (on Debian: apt-get install chromium).")
    call_command("collectstatic", interactive=False, verbosity=0)
    owner = User.objects.create_user("bench")
    count: int = options["groups"]
    first = [_make_groups(owner, count + 1, START + dt.timedelta(days=day)) for day in (0, 100)]
    _say(f"{count} groups of {PHOTOS} pictures of {SIZE[0]} x {SIZE[1]}, for each pace")
    _say(f"{'from Enter to the next picture':34}{'median':>8}{'p95':>8}{'worst':>8}{'limit':>8}")
    with server() as address, _page(str(browser), address, owner) as page:
        for (pace, pause), group in zip(PACES.items(), first, strict=True):
            page.goto(f"{address}{group.get_absolute_url()}?sort=oldest&kind={group.kind}")
            _tell(pace, _waits(page, count, pause))


def _waits(page: Page, count: int, pause_ms: int) -> list[float]:
    page.wait_for_function("document.querySelector('review-desk')?.isReady")
    page.wait_for_load_state("networkidle")
    for number in range(count):
        page.wait_for_timeout(pause_ms)
        page.keyboard.press("Enter")
        page.wait_for_function(ARRIVED, arg=number + 1)
    return [float(each) for each in page.evaluate("window.waits")]


@contextmanager
def _page(browser: str, address: str, owner: User) -> Iterator[Page]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise CommandError("This needs the packages for development, see pyproject.toml.") from None
    session = _session(owner)  # Django refuses its database where Playwright runs
    with sync_playwright() as playwright:
        chromium_now = playwright.chromium.launch(executable_path=browser)
        page = chromium_now.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        page.add_init_script(MEASURE)
        yield page
        chromium_now.close()


def _session(owner: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(owner.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = owner.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _make_groups(owner: User, count: int, start: dt.datetime) -> SimilarGroup:
    """A scan with so many open bursts of real pictures; returns the oldest."""
    now = timezone.now()
    job = Job.objects.create(
        kind="scan", owner=owner, status=Job.Status.DONE, started_at=now, finished_at=now
    )
    scan = Scan.objects.create(
        owner=owner,
        job=job,
        options=Options().to_json(),
        started_at=now,
        photo_count=count * PHOTOS,
        group_count=count,
    )
    groups = [_make_group(scan, start + dt.timedelta(hours=number)) for number in range(count)]
    group_tallies.count_anew(scan)
    return groups[0]


def _make_group(scan: Scan, at: dt.datetime) -> SimilarGroup:
    photos = [_photo(scan.owner, at + dt.timedelta(seconds=place)) for place in range(PHOTOS)]
    group = SimilarGroup.objects.create(
        scan=scan,
        cover=photos[0],
        photo_count=PHOTOS,
        left_count=PHOTOS,
        spare_count=PHOTOS - 1,
        first_taken_at=photos[0].taken_at,
        last_taken_at=photos[-1].taken_at,
        lowest_percent=85,
        highest_percent=95,
        spare_bytes=sum(photo.size_bytes for photo in photos[1:]),
    )
    GroupMember.objects.bulk_create(
        GroupMember(
            group=group,
            photo=photo,
            percent=100 if place == 0 else 96 - place,
            position=place,
            suggested=place == 0,
            reason="Suggested: the first picture." if place == 0 else "",
        )
        for place, photo in enumerate(photos)
    )
    return group


def _photo(owner: User, at: dt.datetime) -> Photo:
    """With detail as photos have it; the small copies are made before they are asked for."""
    random = np.random.default_rng(int(at.timestamp()))
    coarse = random.normal(128, 40, (SIZE[1] // 4, SIZE[0] // 4, 3)).astype(np.float32)
    picture = cv2.resize(coarse, SIZE, interpolation=cv2.INTER_CUBIC)
    image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    data = encode(image, SIZES[-1])
    checksum = hashlib.sha256(data).hexdigest()
    originals.storage().save(originals.name_of(checksum), ContentFile(data))
    derivatives.save(checksum, SIZES[-1].name, data)
    for size in SIZES[:-1]:
        derivatives.save(checksum, size.name, encode(image, size))
    return Photo.objects.create(
        owner=owner,
        checksum=checksum,
        file_name=f"IMG_{at:%Y%m%d_%H%M%S}.jpg",
        size_bytes=len(data),
        format="JPEG",
        width=image.width,
        height=image.height,
        taken_at=at,
        taken_day=at.date(),
        taken_precision="second",
        taken_source="exif",
        taken_confidence=95,
        imported_at=timezone.now(),
    )


def _tell(pace: str, waits: list[float]) -> None:
    median, p95 = statistics.median(waits), statistics.quantiles(waits, n=20)[-1]
    verdict = "kept" if p95 <= LIMIT_MS else "MISSED"
    _say(f"{pace:34}{median:8.1f}{p95:8.1f}{max(waits):8.1f}{LIMIT_MS:8.0f}  {verdict}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
