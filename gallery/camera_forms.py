"""What administrators say before they act on many cameras, checked."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from gallery.date_forms import AmountForm
from gallery.dating.corrections import amount
from gallery.many_cameras import NAME_LENGTH, NAME_PARTS

PART = re.compile(r"\{([^{}]*)\}")


class RenameCamerasForm(forms.Form):
    """One pattern for the names of all: it must say how they differ."""

    pattern = forms.CharField(
        label="New name",
        max_length=NAME_LENGTH,
        initial="{name}",
        help_text="Write {name}, {make}, {model}, {serial} or {prefix} where that of each camera "
        "belongs: “Gate {prefix}” makes “Gate c21” of the camera c21.",
    )

    def clean_pattern(self) -> str:
        pattern: str = self.cleaned_data["pattern"]
        parts = PART.findall(pattern)
        if unknown := [part for part in parts if part not in NAME_PARTS]:
            raise forms.ValidationError(f"There is no {{{unknown[0]}}}.")
        if not parts:
            raise forms.ValidationError(
                "All would get one name. Write {name} or another part, so that they differ."
            )
        return pattern

    @property
    def options(self) -> dict[str, Any]:
        pattern = self.cleaned_data["pattern"]
        return {"pattern": pattern, "how": f"To “{pattern}”"}


class ShiftClocksForm(AmountForm):
    """By how much the clocks were off, and when."""

    first_day = forms.DateField(
        label="From day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label="To day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="As the days are now. Leave both empty for all photos.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "The last day lies before the first.")
        return data

    @property
    def options(self) -> dict[str, Any]:
        first, last = self.cleaned_data["first_day"], self.cleaned_data["last_day"]
        how = f"By {amount(self.total_seconds)}"
        how += f", from {first}" if first else ""
        how += f", to {last}" if last else ""
        return {
            "seconds": self.total_seconds,
            "first_day": first.isoformat() if first else "",
            "last_day": last.isoformat() if last else "",
            "how": how,
        }
