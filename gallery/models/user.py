from __future__ import annotations

import zoneinfo
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models


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

    @property
    def home_zone(self) -> ZoneInfo:
        return ZoneInfo(self.home_zone_name)
