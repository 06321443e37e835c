"""Acts of administrators on many rows: look before, do, a result for each row, undo as one."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gallery import row_acts
from gallery.importing import uploads
from gallery.models import ImportedFile, ImportRun, Job, Outcome, RowResult, User
from gallery.work import jobs, runner
from tests.many_rows import done, looked, page, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_superuser("sam", "", "sam's password")


@pytest.fixture
def staff_client(staff: User) -> Client:
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def is_paused(run: ImportRun) -> bool:
    return Job.objects.get(pk=run.job_id).is_paused


def test_imports_are_paused_after_a_look_with_a_result_for_each(
    staff_client: Client, alice: User
) -> None:
    runs = [uploads.begin(alice) for _ in range(3)]
    jobs.cancel(runs[2].job)
    preview = looked(staff_client, runs, "pause_imports")
    assert not is_paused(runs[0])
    told = page(staff_client, preview)
    assert "Pause: 2 imports" in told and "1: It has ended." in told
    job = done(staff_client, preview)
    assert [is_paused(run) for run in runs] == [True, True, False]
    assert row_acts.counts(job) == {"done": 2}
    assert "Paused." in page(staff_client, job, result="done")


def test_pausing_is_undone_as_one_and_only_once(staff_client: Client, alice: User) -> None:
    runs = [uploads.begin(alice) for _ in range(2)]
    job = done(staff_client, looked(staff_client, runs, "pause_imports"))
    undoing = undone(staff_client, job)
    assert not any(is_paused(run) for run in runs)
    assert row_acts.counts(undoing) == {"done": 2}
    assert not row_acts.can_be_undone(job)
    assert "It was undone" in page(staff_client, job)
    assert undone(staff_client, job) == job
    assert Job.objects.latest("pk") == undoing


def test_cancelling_says_before_that_it_has_no_undo(staff_client: Client, alice: User) -> None:
    runs = [uploads.begin(alice)]
    preview = looked(staff_client, runs, "cancel_imports")
    assert "there is no undo" in page(staff_client, preview)
    job = done(staff_client, preview)
    assert Job.objects.get(pk=runs[0].job_id).status == Job.Status.CANCELLED
    assert "Undo all of it" not in page(staff_client, job)
    assert undone(staff_client, job) == job


def test_all_rows_of_all_pages_are_chosen_in_one_look(
    staff_client: Client, alice: User, bob: User
) -> None:
    runs = [uploads.begin(owner) for owner in (alice, bob) for _ in range(3)]
    preview = looked(staff_client, runs[:1], "resume_imports", select_across="1")
    assert row_acts.counts(preview) == {"nothing_to_do": 6}
    assert "There is nothing to do." in page(staff_client, preview)


def test_doing_twice_is_doing_once(staff_client: Client, alice: User) -> None:
    preview = looked(staff_client, [uploads.begin(alice)], "pause_imports")
    first = done(staff_client, preview)
    assert done(staff_client, preview) == first
    assert "It was done" in page(staff_client, preview)


def test_what_changed_since_the_look_is_looked_at_again(staff_client: Client, alice: User) -> None:
    runs = [uploads.begin(alice) for _ in range(2)]
    preview = looked(staff_client, runs, "pause_imports")
    jobs.cancel(runs[0].job)
    ImportRun.objects.filter(pk=runs[1].pk).delete()
    job = done(staff_client, preview)
    assert row_acts.counts(job) == {"nothing_to_do": 1, "gone": 1}


def test_imports_with_failed_files_are_run_again(staff_client: Client, alice: User) -> None:
    failed, whole = uploads.begin(alice), uploads.begin(alice)
    for run in (failed, whole):
        run.root = "/srv/photos"
        run.save(update_fields=["root"])
        jobs.cancel(run.job)
    ImportedFile.objects.create(run=failed, path="a.jpg", outcome=Outcome.FAILED, reason="torn")
    preview = looked(staff_client, [failed, whole], "retry_imports")
    told = page(staff_client, preview)
    assert "1 file is tried again." in told and "1: No file of it failed." in told
    assert ImportRun.objects.count() == 2
    job = done(staff_client, preview)
    again = ImportRun.objects.get(retry_of=failed)
    assert again.files.get().path == "a.jpg"
    assert RowResult.objects.get(job=job).made == again.pk
    runner.drain(again.job, processes=0)
    repeated = looked(staff_client, [failed], "retry_imports")
    assert "It was run again already." in page(staff_client, repeated)


def test_each_result_is_in_the_file(staff_client: Client, alice: User) -> None:
    runs = [uploads.begin(alice) for _ in range(2)]
    jobs.cancel(runs[1].job)
    preview = looked(staff_client, runs, "pause_imports")
    answer: Any = staff_client.get(reverse("gallery:row-job-csv", args=[preview.pk]))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "number,name,result,what,photos,undone at"
    assert [cells[2] for cells in csv.reader(lines[1:])] == ["done", "nothing_to_do"]


def test_a_cancelled_job_says_what_it_did_not_come_to(staff_client: Client, alice: User) -> None:
    run = uploads.begin(alice)
    preview = looked(staff_client, [run], "pause_imports")
    staff_client.post(reverse("gallery:row-job-do", args=[preview.pk]))
    job = Job.objects.latest("pk")
    staff_client.post(reverse("gallery:cancel-job", args=[job.pk]))
    assert not is_paused(run)
    assert row_acts.reasons(job) == [("Cancelled before its turn.", 1)]


def test_only_who_may_change_such_rows_can_go_on_from_the_look(
    staff_client: Client, staff: User, alice: User, alice_client: Client
) -> None:
    preview = looked(staff_client, [uploads.begin(alice)], "pause_imports")
    address = reverse("gallery:row-job-do", args=[preview.pk])
    assert alice_client.post(address).status_code == 404
    assert alice_client.get(reverse("gallery:job", args=[preview.pk])).status_code == 404
    staff.is_superuser = False
    staff.save()
    assert staff_client.post(address).status_code == 404
    assert not Job.objects.filter(kind=row_acts.KIND).exists()


def test_the_page_of_results_asks_no_more_for_many_than_for_few(
    staff_client: Client, alice: User, django_assert_max_num_queries: Any
) -> None:
    preview = looked(staff_client, [uploads.begin(alice) for _ in range(120)], "pause_imports")
    with django_assert_max_num_queries(14):
        first = page(staff_client, preview)
    assert "120 imports" in first and 'rel="next"' in first
