"""What people may say about dates, checked; each valid form gives one correction."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from gallery.core.taken_at import EARLIEST_YEAR, Precision
from gallery.dating.acts import of_clock
from gallery.dating.corrections import SetDay, SetMoment, SetZone, Shift, is_exact
from gallery.forms import zone_choices
from gallery.models import Camera, Photo, PhotoQuerySet

MOST_DAYS = 100_000  # some 270 years: from the first photograph to today and some more
DAY = dt.timedelta(days=1)


class _Day(forms.DateField):
    """A day on which a photo can have been taken. Tomorrow is today in some other zone."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is None:
            return None
        if day.year < EARLIEST_YEAR:
            raise forms.ValidationError(f"The oldest photograph is from {EARLIEST_YEAR}.")
        if day > (timezone.now() + DAY).date():
            raise forms.ValidationError("This day has not come yet.")
        return day


def _zone(label: str, nothing: str, *, required: bool = False) -> forms.ChoiceField:
    empty = [] if required else [("", nothing)]
    return forms.ChoiceField(
        label=label, required=required, choices=lambda: [*empty, *zone_choices()]
    )


class MomentForm(forms.Form):
    """When one photo was taken."""

    day = _Day(label="Day")
    time = forms.TimeField(
        label="Time",
        required=False,
        input_formats=["%H:%M:%S.%f", "%H:%M:%S", "%H:%M"],
        widget=forms.TimeInput(attrs={"type": "time", "step": "any"}),
        help_text="Leave it empty if only the day is known.",
    )
    zone = _zone("Time zone", "Not known")

    @classmethod
    def filled(cls, photo: Photo) -> MomentForm:
        local = photo.taken_local
        # Browsers take no more than three digits behind the second.
        exact = photo.taken_precision == Precision.SUBSECOND
        time = local.time().isoformat("milliseconds" if exact else "seconds")
        start = {"day": photo.taken_day, "time": time if is_exact(photo) else ""}
        return cls(initial=start)

    @property
    def correction(self) -> SetMoment:
        data = self.cleaned_data
        time = data["time"].isoformat() if data["time"] is not None else ""
        return SetMoment(data["day"].isoformat(), time, data["zone"])


class AmountForm(forms.Form):
    """How far a clock was off: so many days, hours, minutes and seconds."""

    sign = forms.ChoiceField(
        label="Direction",
        choices=[("1", "Later (+)"), ("-1", "Earlier (\N{MINUS SIGN})")],
        initial="1",
        required=False,
    )
    days = forms.IntegerField(label="Days", min_value=0, max_value=MOST_DAYS, required=False)
    hours = forms.IntegerField(label="Hours", min_value=0, max_value=10_000, required=False)
    minutes = forms.IntegerField(label="Minutes", min_value=0, max_value=10_000, required=False)
    seconds = forms.FloatField(label="Seconds", min_value=0, max_value=100_000, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not self._total(data):
            raise forms.ValidationError("Say by how much: all of it is zero.")
        return data

    @property
    def total_seconds(self) -> float:
        return self._total(self.cleaned_data)

    @property
    def correction(self) -> Shift:
        return Shift(self.total_seconds)

    def _total(self, data: dict[str, Any]) -> float:
        amount = dt.timedelta(
            days=data.get("days") or 0,
            hours=data.get("hours") or 0,
            minutes=data.get("minutes") or 0,
            seconds=data.get("seconds") or 0,
        )
        return int(data.get("sign") or 1) * amount.total_seconds()


class SameDayForm(forms.Form):
    day = _Day(label="Day", help_text="Each photo keeps its own time of day.")

    @property
    def correction(self) -> SetDay:
        return SetDay(self.cleaned_data["day"].isoformat())


class ZoneForm(forms.Form):
    zone = _zone("Time zone", "", required=True)

    @property
    def correction(self) -> SetZone:
        return SetZone(self.cleaned_data["zone"])


class ClockForm(AmountForm):
    """How a camera's clock was off: by an amount, or as one photo of it proves."""

    BY_AMOUNT, BY_PHOTO = "amount", "photo"

    how = forms.ChoiceField(
        choices=[(BY_AMOUNT, "By an amount"), (BY_PHOTO, "One photo shows the true time")],
        initial=BY_AMOUNT,
    )
    photo = forms.ModelChoiceField(Photo.objects.none(), required=False, label="The photo")
    true_day = _Day(label="True day", required=False)
    true_time = forms.TimeField(
        label="True time",
        required=False,
        input_formats=["%H:%M:%S", "%H:%M"],
        widget=forms.TimeInput(attrs={"type": "time", "step": "1"}),
    )
    first_day = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, camera: Camera, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._camera = camera
        self._all = of_clock(camera)
        chosen = self.fields["photo"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = self._all

    def clean(self) -> dict[str, Any]:
        by_photo = self.data.get("how") == self.BY_PHOTO
        data = forms.Form.clean(self) or {} if by_photo else super().clean()
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "The last day lies before the first.")
        if by_photo and not self.errors:
            self._check_photo(data)
        return data

    @property
    def all_exact(self) -> PhotoQuerySet:
        """The photos of which one can show the true time."""
        return self._all.filter(taken_precision__in=[Precision.SECOND, Precision.SUBSECOND])

    @property
    def photos(self) -> PhotoQuerySet:
        """Of the camera, between the days as they are now, the archived ones too."""
        data = self.cleaned_data
        return of_clock(self._camera, data.get("first_day"), data.get("last_day"))

    @property
    def correction(self) -> Shift:
        return Shift(self.total_seconds, of_camera=True)

    @property
    def total_seconds(self) -> float:
        if self.cleaned_data["how"] == self.BY_AMOUNT:
            return super().total_seconds
        return self._by_photo(self.cleaned_data)

    def _check_photo(self, data: dict[str, Any]) -> None:
        for name, complaint in (
            ("photo", "Choose the photo that shows the true time."),
            ("true_day", "On which day was it really taken?"),
            ("true_time", "At what time was it really taken?"),
        ):
            if data.get(name) is None:
                self.add_error(name, complaint)
        if self.errors:
            return
        if not is_exact(data["photo"]):
            self.add_error("photo", "Of this photo only the day is known; choose another one.")
        elif not self._by_photo(data):
            self.add_error("true_time", "That is the time it has: its clock was right.")

    def _by_photo(self, data: dict[str, Any]) -> float:
        shown = data["photo"].taken_local.replace(tzinfo=None, microsecond=0)
        true = dt.datetime.combine(data["true_day"], data["true_time"])
        seconds: float = (true - shown).total_seconds()
        return seconds
