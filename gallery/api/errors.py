"""Every error of the API in one shape: {"error": {"message": ..., "fields": {...}}}."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from gallery.changes import CannotUndo, WouldEmptyGroups
from gallery.importing.retrying import NothingToRetry
from gallery.importing.room import UploadRefused
from gallery.web.answers import json_error
from gallery.work.claims import ClaimLost


def answer_in_one_shape(api: NinjaAPI) -> None:
    """Turn what the functions behind the API raise into answers."""
    by_message: dict[type[Exception], int] = {
        BadRequest: 400,
        WouldEmptyGroups: 409,
        CannotUndo: 409,
        NothingToRetry: 409,
    }
    for kind, status in by_message.items():
        api.add_exception_handler(kind, _with_message(status))
    handlers: dict[type[Exception], Any] = {
        AuthenticationError: _unknown,
        HttpError: _as_raised,
        ValidationError: _invalid,
        Http404: _not_found,
        UploadRefused: _refused,
        ClaimLost: _over,
        UnreadablePostError: _cut_off,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _with_message(status: int) -> Any:
    return lambda request, problem: json_error(status, str(problem))


def _unknown(request: HttpRequest, problem: Exception) -> HttpResponse:
    answer = json_error(401, "Sign in, or send a token: Authorization: Bearer cs_...")
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _as_raised(request: HttpRequest, problem: HttpError) -> HttpResponse:
    return json_error(problem.status_code, problem.message)


def _invalid(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    for error in problem.errors:
        name = ".".join(str(part) for part in error["loc"])
        fields.setdefault(name, []).append(error["msg"])
    return json_error(422, "Something of this is not as it should be.", fields=fields)


def _not_found(request: HttpRequest, problem: Http404) -> HttpResponse:
    return json_error(404, str(problem) or "Not found.")


def _refused(request: HttpRequest, problem: UploadRefused) -> HttpResponse:
    return json_error(problem.code, problem.reason)


def _over(request: HttpRequest, problem: ClaimLost) -> HttpResponse:
    return json_error(409, "This upload has ended. Begin a new one.")


def _cut_off(request: HttpRequest, problem: UnreadablePostError) -> HttpResponse:
    return json_error(400, "It did not arrive whole. Send it again.")
