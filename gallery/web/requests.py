"""Who asks: the request of a signed-in user, and the decorators that promise one to a view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from gallery.models import User

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request whose user is known. Views take this type behind ``signed_in``."""

    user: User
    htmx: HtmxDetails


SignedInView = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def signed_in(view: SignedInView[P]) -> View[P]:
    """Let only signed-in people through; others are led to the sign-in page.

    The middleware asks the same of every page. It is said again at the view, so that a
    view stays private wherever it is mounted.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(cast(SignedInRequest, request), *args, **kwargs)

    return login_required(cast(View[P], guarded))


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page, not for a page."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if htmx is None or not htmx:
        return False
    return not htmx.boosted and not htmx.history_restore_request
