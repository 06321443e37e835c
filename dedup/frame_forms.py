"""What people may set for the frames of a camera, checked."""

from __future__ import annotations

import json
import re
from typing import Any

from django import forms

from dedup.core.camera_masks import BorderMask, Polygon
from dedup.core.camera_settings import FrameSettings, check_radii

EDGES = ("left", "top", "right", "bottom")
DECIMALS = 4  # of corners: a ten-thousandth of the frame


class RangeInput(forms.NumberInput):
    input_type = "range"


def _edge(name: str) -> forms.FloatField:
    return forms.FloatField(
        label=name.capitalize(),
        min_value=0,
        max_value=99,
        widget=RangeInput(attrs={"step": "0.5", "max": "60"}),
    )


class FrameSettingsForm(forms.Form):
    """All that is set for one time of day; ``settings`` and ``begins_minute`` when it is valid."""

    threshold_percent = forms.FloatField(
        label="The line: redundant from",
        min_value=1,
        max_value=99,
        widget=RangeInput(attrs={"step": "0.5"}),
    )
    minimum_area_percent = forms.FloatField(
        label="Smallest thing, % of the frame",
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
        help_text="A person far away is about 0.02 %, a car 0.5 %.",
    )
    blur_radii = forms.CharField(
        label="Blur radii",
        required=False,
        max_length=60,
        help_text="Odd numbers, one blur after the other, like 3, 11. Empty: no blur, as the "
        "score was fitted.",
    )
    evens_light = forms.BooleanField(label="Even out the light first", required=False)
    border_left = _edge("left")
    border_top = _edge("top")
    border_right = _edge("right")
    border_bottom = _edge("bottom")
    ignored = forms.CharField(required=False, max_length=60_000, widget=forms.HiddenInput)
    begins = forms.TimeField(
        label="Begins at", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )

    @classmethod
    def filled(cls, settings: FrameSettings, begins_minute: int) -> FrameSettingsForm:
        """The form as it shows these settings."""
        return cls(initial=values_of(settings, begins_minute))

    def clean_blur_radii(self) -> tuple[int, ...]:
        words = re.split(r"[\s,;]+", self.cleaned_data["blur_radii"].strip())
        try:
            radii = tuple(int(word) for word in words if word)
        except ValueError:
            raise forms.ValidationError("Write odd numbers with commas, like 3, 11.") from None
        return _checked(radii)

    def clean_ignored(self) -> tuple[Polygon, ...]:
        text = self.cleaned_data["ignored"] or "[]"
        try:
            return tuple(
                tuple((round(float(x), DECIMALS), round(float(y), DECIMALS)) for x, y in polygon)
                for polygon in json.loads(text)
            )
        except (TypeError, ValueError):
            raise forms.ValidationError("The areas to leave out cannot be read.") from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            try:
                self.settings = _settings(data)
            except ValueError as problem:
                raise forms.ValidationError(str(problem)) from None
        return data

    @property
    def begins_minute(self) -> int:
        moment = self.cleaned_data["begins"]
        return int(moment.hour * 60 + moment.minute)

    @property
    def borders(self) -> list[forms.BoundField]:
        return [self[f"border_{edge}"] for edge in EDGES]


class TriedForm(FrameSettingsForm):
    """The same while it is tried out: when a time of day begins has no say."""

    begins = forms.TimeField(required=False)


def values_of(settings: FrameSettings, begins_minute: int) -> dict[str, Any]:
    """What the fields of the form hold for these settings."""
    border = settings.border
    return {
        "threshold_percent": f"{settings.threshold_percent:g}",
        "minimum_area_percent": f"{settings.minimum_area_percent:g}",
        "blur_radii": ", ".join(str(radius) for radius in settings.blur_radii),
        "evens_light": settings.evens_light,
        **{f"border_{edge}": f"{getattr(border, edge):g}" for edge in EDGES},
        "ignored": json.dumps([[list(point) for point in area] for area in settings.ignored]),
        "begins": f"{begins_minute // 60:02}:{begins_minute % 60:02}",
    }


def _settings(data: dict[str, Any]) -> FrameSettings:
    return FrameSettings(
        border=BorderMask(*(data[f"border_{edge}"] for edge in EDGES)),
        ignored=data["ignored"],
        minimum_area_percent=data["minimum_area_percent"],
        blur_radii=data["blur_radii"],
        threshold_percent=data["threshold_percent"],
        evens_light=data["evens_light"],
    )


def _checked(radii: tuple[int, ...]) -> tuple[int, ...]:
    try:
        check_radii(radii)
    except ValueError as problem:
        raise forms.ValidationError(str(problem)) from None
    return radii
