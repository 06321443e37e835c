"""What every request passes: who may see a page at all, and how large a form may be.

Every page is private unless its view says otherwise with ``login_not_required``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from gallery.importing.room import UploadRefused, check_disk
from gallery.models import User
from gallery.web.answers import json_error
from gallery.web.requests import is_fragment

API_NAMESPACE = "api"


class SignInMiddleware(LoginRequiredMiddleware):
    """Leads the unknown to the sign-in page, and the very first visitor to the first account."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        # The API asks for a session or a token itself and answers 401 in its own shape.
        if match is not None and match.namespaces[:1] == [API_NAMESPACE]:
            return None
        answer: HttpResponseBase | None = super().process_view(
            request, view_func, view_args, view_kwargs
        )
        return answer

    def handle_no_permission(  # type: ignore[override]  # a refusal is an answer, too
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if is_fragment(request) or not _wants_page(request):
            # A script must not take the sign-in page for its answer; htmx goes there itself.
            refusal = json_error(401, "Your session is over. Sign in again.")
            refusal["HX-Redirect"] = reverse("gallery:login")
            return refusal
        if not User.objects.exists():
            return redirect("gallery:first-account")
        answer: HttpResponseBase = super().handle_no_permission(request, view_func)
        return answer


def _wants_page(request: HttpRequest) -> bool:
    """Whether a person looks at the answer. Pictures and scripts say what else they accept."""
    return request.accepts("text/html")


class FormSizeMiddleware(MiddlewareMixin):
    """Refuses large forms before a byte of them is read.

    The check for CSRF reads the whole form first, files included and for anybody: without this
    a stranger could fill the disk. Only the upload page without script sends a large form.
    """

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        if request.content_type != "multipart/form-data":
            return None
        length = request.headers.get("Content-Length", "")
        if not length.isdecimal():
            return json_error(411, "The length of the form is missing.")
        if int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return None
        may_upload = request.user.is_authenticated and request.path == reverse("gallery:upload")
        if not may_upload:
            return json_error(413, "This form is too large.")
        try:
            check_disk(int(length))
        except UploadRefused as refusal:
            return json_error(refusal.code, refusal.reason)
        return None
