"""What people may send, checked."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.db import IntegrityError, transaction

from gallery.models import ApiToken, User

ZoneChoices = list[tuple[str, str | list[tuple[str, str]]]]


class FirstAccountExists(Exception):
    """Somebody made the first account before: the page is closed for good."""


class FirstAccountForm(BaseUserCreationForm):
    """The account that an empty installation opens with; it becomes the administrator."""

    class Meta:
        model = User
        fields = ("username", "home_zone_name")
        labels = {"username": "Name"}
        help_texts = {"username": "Letters, digits and @ . + - _"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_zone_name"] = zone_field()
        self.fields["username"].widget.attrs["autocomplete"] = "username"

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002  Django's signature
        """Save the administrator. Raises FirstAccountExists, also when another one was faster."""
        user = super().save(commit=False)
        user.is_first = user.is_staff = user.is_superuser = True
        try:
            with transaction.atomic():
                if User.objects.exists():
                    raise FirstAccountExists
                user.save()
        except IntegrityError:
            raise FirstAccountExists from None
        return user


class HomeZoneForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("home_zone_name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_zone_name"] = zone_field()


class TokenForm(forms.ModelForm):
    class Meta:
        model = ApiToken
        fields = ("name",)
        help_texts = {"name": "Which program will use it, so that you can tell them apart."}


def zone_field() -> forms.ChoiceField:
    """A list of the world's time zones by region. The page's script preselects the browser's."""
    return forms.ChoiceField(
        label="Home time zone",
        choices=zone_choices,
        initial="UTC",
        help_text="Taken for photos whose camera did not write its offset from UTC.",
    )


@cache
def zone_choices() -> ZoneChoices:
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        region, _, place = name.partition("/")
        if place and region not in {"Etc", "SystemV", "US", "Brazil", "Canada", "Chile", "Mexico"}:
            regions.setdefault(region, []).append((name, place.replace("_", " ")))
    return [("UTC", "UTC"), *regions.items()]
