"""The way of an administrator through an act on many rows: look, do, undo, see the results."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from gallery import row_acts
from gallery.models import Job
from gallery.work import runner


def asked(client: Client, rows: list[Any], action: str, **more: Any) -> Any:
    """The answer to the action of the admin's list."""
    meta = rows[0]._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    form = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return client.post(address, form)


def looked(client: Client, rows: list[Any], action: str, **more: Any) -> Job:
    """The job that looked at what the action would do; it has ended."""
    answer = asked(client, rows, action, **more)
    job = Job.objects.latest("pk")
    assert answer.headers.get("Location") == reverse("gallery:job", args=[job.pk]), answer.content
    assert job.kind == row_acts.PREVIEW_KIND
    return runner.drain(job, processes=0)


def done(client: Client, preview: Job) -> Job:
    answer: Any = client.post(reverse("gallery:row-job-do", args=[preview.pk]))
    job = Job.objects.get(kind=row_acts.KIND, pk=int(answer["Location"].split("/")[2]))
    return runner.drain(job, processes=0)


def undone(client: Client, job: Job) -> Job:
    """The job that undid it; the same job if there is nothing to undo."""
    answer: Any = client.post(reverse("gallery:row-job-undo", args=[job.pk]))
    return runner.drain(Job.objects.get(pk=int(answer["Location"].split("/")[2])), processes=0)


def page(client: Client, job: Job, **query: str) -> str:
    answer = client.get(reverse("gallery:job", args=[job.pk]), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())
