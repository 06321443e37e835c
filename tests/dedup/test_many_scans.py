"""Pausing, resuming, cancelling and repeating many scans from the admin."""

from __future__ import annotations

import pytest
from django.test import Client

from dedup import scanning
from dedup.models import Scan
from gallery import row_acts
from gallery.models import Job, User
from tests.conftest import signed_in
from tests.dedup.library import make_measured, scanned
from tests.many_rows import done, looked, page, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    return signed_in(User.objects.create_superuser("root", "", "a long password"))


def test_scans_are_paused_and_resumed_again_and_ended_ones_left(alice: User, staff: Client) -> None:
    make_measured(alice, 1)
    ended = scanned(alice)
    running = scanning.start(alice, ended.chosen)
    preview = looked(staff, [ended, running], "pause_scans")
    assert "1: It has ended." in page(staff, preview)
    job = done(staff, preview)
    running.job.refresh_from_db()
    assert running.job.is_paused
    undone(staff, job)
    running.job.refresh_from_db()
    assert not running.job.is_paused


def test_a_scan_is_cancelled_without_an_undo(alice: User, staff: Client) -> None:
    make_measured(alice, 1)
    running = scanning.start(alice, scanned(alice).chosen)
    preview = looked(staff, [running], "cancel_scans")
    assert "there is no undo" in page(staff, preview)
    assert not row_acts.can_be_undone(done(staff, preview))
    assert Job.objects.get(pk=running.job_id).status == Job.Status.CANCELLED


def test_one_scan_of_each_owner_begins_anew_as_the_look_said(
    alice: User, bob: User, staff: Client
) -> None:
    for owner in (alice, bob):
        make_measured(owner, 1)
    scans = [scanned(alice, name="first"), scanned(alice), scanned(bob)]
    preview = looked(staff, scans, "scan_again")
    assert row_acts.counts(preview) == {"done": 2, "refused": 1}
    assert "One scan at a time" in page(staff, preview)
    job = done(staff, preview)
    assert row_acts.counts(job) == {"done": 2}
    again = Scan.objects.filter(job__finished_at=None).order_by("owner")
    assert [(scan.owner, scan.name, scan.options) for scan in again] == [
        (alice, "first", scans[0].options),
        (bob, "", scans[2].options),
    ]
    repeated = looked(staff, scans[:1], "scan_again")
    assert row_acts.counts(repeated) == {"refused": 1}
