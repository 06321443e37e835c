"""Who calls the API: a program with a token, or a page with its session."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer, SessionAuth

from gallery.models import ApiToken, User

# "Last used" is for people: a write for each request would be too dear.
NOTE_USE_EVERY = dt.timedelta(minutes=5)


class TokenAuth(HttpBearer):
    """`Authorization: Bearer cs_...`. Needs no CSRF token: no browser sends this by itself."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found = (
            ApiToken.objects.select_related("owner")
            .filter(token_hash=ApiToken.hash_of(token), owner__is_active=True)
            .first()
        )
        if found is None:
            return None
        _note_use(found)
        request.user = found.owner
        return found.owner


class PageAuth(SessionAuth):
    """The session of a page, with its CSRF token. Not asked beside a token, even a wrong one."""

    def __call__(self, request: HttpRequest) -> User | None:
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        user: User | None = super().__call__(request)
        return user


API_AUTH = [TokenAuth(), PageAuth()]


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    is_due = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTE_USE_EVERY)
    ApiToken.objects.filter(is_due, pk=token.pk).update(last_used_at=now)
