from __future__ import annotations

import hashlib
import secrets
import zoneinfo
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from gallery.core.taken_at import Source, complete_order

_SOURCES: dict[str, Source] = {source.value: source for source in Source}


def validate_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is no time zone. Write it like Europe/Berlin.")


class User(AbstractUser):
    """An owner of photos."""

    home_zone_name = models.CharField(
        "home time zone",
        max_length=64,
        default="UTC",
        validators=[validate_zone],
        help_text="Taken for photos whose camera did not write its offset from UTC.",
    )
    # Sources of dates, the one that is believed first at the front; empty for the usual order.
    date_order = models.JSONField(default=list, blank=True)
    quota_gb = models.PositiveIntegerField(
        "quota in GB",
        null=True,
        blank=True,
        help_text="How much the originals of this owner may take, trash included. Empty: no limit.",
    )
    # Made on the page that an empty installation opens with. The constraint lets one win when
    # two people send that page at the same moment.
    is_first = models.BooleanField("first account", default=False, editable=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["is_first"], condition=Q(is_first=True), name="only_one_first_account"
            )
        ]

    @property
    def home_zone(self) -> ZoneInfo:
        return ZoneInfo(self.home_zone_name)

    @property
    def sources_in_order(self) -> tuple[Source, ...]:
        """The sources of dates that the owner may put in order, the most trusted first."""
        known = [source for source in map(_SOURCES.get, self.date_order) if source]
        return complete_order(known)[1:-1]

    @property
    def quota_bytes(self) -> int | None:
        return None if self.quota_gb is None else self.quota_gb * 10**9


class ApiToken(models.Model):
    """A key with which a program acts for its owner. Only its hash is kept.

    A plain SHA-256 is enough: the token is 256 random bits, nobody can try them all.
    """

    PREFIX = "cs_"

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    beginning = models.CharField(max_length=12)  # for people to tell their tokens apart
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.beginning}…)"

    @classmethod
    def make(cls, owner: User, name: str) -> tuple[ApiToken, str]:
        """Save a new token. Its text is returned this once and kept nowhere."""
        text = cls.PREFIX + secrets.token_urlsafe(32)
        token = cls.objects.create(
            owner=owner, name=name, token_hash=cls.hash_of(text), beginning=text[:8]
        )
        return token, text

    @staticmethod
    def hash_of(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()
