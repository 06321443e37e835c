"""Actions of the admin's lists that are acts on rows: choose, perhaps say how, look before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gallery import row_acts
from gallery.models import User

Action = Callable[[Any, HttpRequest, QuerySet[Any]], HttpResponse]


def row_action(name: str, form_class: type[forms.Form] | None = None) -> Action:
    """The action of the act of this name. A form is asked first how it is done.

    The form has ``options``: that, in values that a job can store, and ``how`` in words.
    """
    act = row_acts.named(name)

    @admin.action(description=f"{act.title}…" if form_class else act.title, permissions=["change"])
    def action(admin_: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
        if form_class is None:
            return look(name, request, rows, {})
        form: Any = form_class(request.POST if request.POST.get("told") else None)
        if form.is_bound and form.is_valid():
            return look(name, request, rows, form.options)
        return _ask(request, act, name, rows, form)

    action.__name__ = name
    return action


def look(
    name: str, request: HttpRequest, rows: QuerySet[Any], options: dict[str, Any]
) -> HttpResponse:
    """Leave the look to a worker, so that thirty thousand rows are answered as fast as one."""
    assert isinstance(request.user, User)
    ids = rows.order_by("pk").values_list("pk", flat=True)
    job = row_acts.look_later(
        name, ids.iterator(chunk_size=10_000), request.user, options, back=request.get_full_path()
    )
    return redirect("gallery:job", job.pk)


def _ask(
    request: HttpRequest, act: row_acts.RowAct, name: str, rows: QuerySet[Any], form: forms.Form
) -> HttpResponse:
    """The page of the form. The choice travels on as the list's own form would send it."""
    across = request.POST.get("select_across") == "1"
    ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
    context = {
        **admin.site.each_context(request),
        "title": f"{act.title}: {act.counted(rows.count())}",
        "act": act,
        "action": name,
        "form": form,
        "opts": act.rows._meta,
        "select_across": int(across),
        "chosen": ticked[:1] if across else ticked,
        "checkbox_name": ACTION_CHECKBOX_NAME,
    }
    status = 422 if form.is_bound else 200
    return render(request, "admin/row_act.html", context, status=status)
