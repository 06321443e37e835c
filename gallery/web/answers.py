"""How to answer: a fragment or a redirect, a refused form, an act with its undo, a JSON error."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.serializers.json import DjangoJSONEncoder
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from gallery.models import Change
from gallery.web.requests import is_fragment

UNDO_TAG = "undo-"
UNDO_AT_TAG = "undo-at:"


def respond(
    request: HttpRequest, fragment: str, context: Mapping[str, Any], *, back_to: str
) -> HttpResponse:
    """Answer a POST that went well: the fragment for htmx, a redirect for a plain form.

    ``back_to`` is an address or the name of a page; a safe ``next`` of the form goes first.
    """
    if is_fragment(request):
        return render(request, fragment, dict(context))
    return redirect_back(request, back_to)


def respond_changed(request: HttpRequest, change: Change, *, back_to: str) -> HttpResponse:
    """Answer an act: the undo bar for htmx, a redirect to a page that shows it otherwise."""
    if not is_fragment(request):
        offer_undo(request, change)
    return respond(request, "gallery/_undo.html", {"change": change}, back_to=back_to)


def invalid(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Show the form again with its errors. 422, so that scripts and caches see a refusal."""
    return render(request, template, dict(context), status=422)


def asks_for_json(request: HttpRequest) -> bool:
    """Whether a script asks, which stays on its page and shows the answer itself."""
    return request.headers.get("Accept", "") == "application/json"


def json_error(status: int, message: str, **more: Any) -> JsonResponse:
    """The one shape of an error for scripts, the same as the API's."""
    return JsonResponse({"error": {"message": message, **more}}, status=status)


def json_if_changed(request: HttpRequest, data: Any) -> HttpResponse:
    """JSON for a script that asks again and again: 304 while the answer stays the same."""
    body = json.dumps(data, cls=DjangoJSONEncoder, separators=(",", ":")).encode()
    return unless_known(request, HttpResponse(body, content_type="application/json"))


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, or 304 if the browser has the same one already."""
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["Cache-Control"] = "private, no-cache"
    known = request.headers.get("If-None-Match", "").split(", ")
    if response["ETag"] not in known:
        return response
    unchanged = HttpResponseNotModified()
    for name in ("ETag", "Cache-Control"):
        unchanged[name] = response[name]
    return unchanged


def redirect_back(request: HttpRequest, default: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(safe_next(request) or resolve_url(default))


def safe_next(request: HttpRequest) -> str:
    """The ``next`` of the form or address, if it stays on this site; else nothing."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_safe else ""


def offer_undo(request: HttpRequest, change: Change) -> None:
    """Leave a message for the next page, from which the change can be undone."""
    tag = f"{UNDO_TAG}{change.pk}" if change.pk and change.can_be_undone else ""
    messages.success(request, change.summary, extra_tags=tag)


def offer_undo_at(request: HttpRequest, text: str, address: str) -> None:
    """The same for an act that is undone by another address than a change's."""
    messages.success(request, text, extra_tags=f"{UNDO_AT_TAG}{address}")


def undo_address(message: Message) -> str:
    """Where the form of the message's undo goes, if not to a change's."""
    for tag in (message.extra_tags or "").split():
        if tag.startswith(UNDO_AT_TAG):
            return tag.removeprefix(UNDO_AT_TAG)
    return ""


def undoable_change_id(message: Message) -> int | None:
    """The change that a message offers to undo."""
    for tag in (message.extra_tags or "").split():
        if tag.startswith(UNDO_TAG) and not tag.startswith(UNDO_AT_TAG):
            return int(tag.removeprefix(UNDO_TAG))
    return None
