"""What people may send about scans and thinning, checked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from dedup.core.thinning import Keep, Rule
from dedup.core.values import (
    LONGEST_WINDOW_SECONDS,
    SHORTEST_WINDOW_SECONDS,
    Options,
    WindowMode,
)
from dedup.models import EVERYTHING, KeeperRules, LiveRule, Scope
from dedup.models.live_rule import LONGEST_SETTLING_MINUTES
from dedup.models.scan import NAME_LENGTH
from dedup.thinning.live import Wanted
from gallery.models import Album, Camera, User

KEPT_OF_A_STRETCH = [(Keep.FIRST.value, "the first frame"), (Keep.LAST.value, "the last frame")]
UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0}
UNIT_NAMES = [("s", "seconds"), ("min", "minutes"), ("h", "hours")]
MODES = [
    (WindowMode.GAP.value, "From each photo to the next"),
    (WindowMode.SPAN.value, "From the first of a group to its last"),
]


class ScanForm(forms.Form):
    """Which photos are compared, and how alike they must be."""

    window_value = forms.FloatField(
        label="Time window",
        min_value=0.001,
        widget=forms.NumberInput(attrs={"step": "any", "aria-label": "Length of the window"}),
    )
    window_unit = forms.ChoiceField(
        label="Unit", choices=UNIT_NAMES, widget=forms.Select(attrs={"aria-label": "Unit"})
    )
    mode = forms.ChoiceField(label="Measured", choices=MODES, widget=forms.RadioSelect)
    threshold_percent = forms.FloatField(
        label="At least this much alike",
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"step": "1", "inputmode": "numeric"}),
    )
    name = forms.CharField(
        label="Name",
        required=False,
        max_length=NAME_LENGTH,
        help_text="A named scan keeps its groups and is renewed after every import.",
    )
    camera = forms.ModelChoiceField(
        Camera.objects.none(), label="Camera", required=False, empty_label="All cameras"
    )
    album = forms.ModelChoiceField(
        Album.objects.none(), label="Album", required=False, empty_label="All photos"
    )
    across_cameras = forms.BooleanField(
        label="Compare photos of different cameras with each other", required=False
    )
    first_day = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        camera, album = self.fields["camera"], self.fields["album"]
        assert isinstance(camera, forms.ModelChoiceField)
        assert isinstance(album, forms.ModelChoiceField)
        camera.queryset = Camera.objects.filter(owner=user, merged_into=None)
        album.queryset = Album.objects.owned_by(user).there()

    @classmethod
    def filled(
        cls, user: User, options: Options, scope: Scope = EVERYTHING, *, name: str = ""
    ) -> ScanForm:
        """The form with these options in it."""
        unit, size = _unit_for(options.window_seconds)
        return cls(
            user,
            initial={
                "window_value": f"{options.window_seconds / size:g}",
                "window_unit": unit,
                "mode": options.mode.value,
                "threshold_percent": f"{options.threshold_percent:g}",
                "across_cameras": options.across_cameras,
                "camera": scope.camera,
                "album": scope.album,
                "first_day": scope.first_day,
                "last_day": scope.last_day,
                "name": name,
            },
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        seconds = self._window_seconds(data)
        if seconds is not None and not SHORTEST_WINDOW_SECONDS <= seconds <= LONGEST_WINDOW_SECONDS:
            self.add_error("window_value", "Choose a window from 0.1 seconds to 24 hours.")
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "The last day lies before the first.")
        return data

    @property
    def options(self) -> Options:
        """The chosen options of a valid form."""
        data = self.cleaned_data
        seconds = self._window_seconds(data)
        assert seconds is not None
        return Options(
            window_seconds=seconds,
            mode=WindowMode(data["mode"]),
            threshold_percent=data["threshold_percent"],
            across_cameras=data["across_cameras"],
        )

    @property
    def scope(self) -> Scope:
        """Which photos a valid form is about."""
        data = self.cleaned_data
        return Scope(data["camera"], data["album"], data["first_day"], data["last_day"])

    def _window_seconds(self, data: dict[str, Any]) -> float | None:
        value, unit = data.get("window_value"), data.get("window_unit")
        return value * UNITS[unit] if value is not None and unit else None


class KeeperRulesForm(forms.Form):
    """What the rules look for; their order travels beside it."""

    age = forms.ChoiceField(
        label="Of photos equal in everything else",
        choices=[("oldest", "the first one taken"), ("newest", "the last one taken")],
    )
    folders = forms.CharField(
        label="Folders you prefer",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="One on each line, the best first: Photos/Sorted. Folders inside them count too.",
    )
    cameras = forms.ModelMultipleChoiceField(
        Camera.objects.none(),
        label="Cameras you prefer",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "keeping__cameras"}),
    )
    merge = forms.ChoiceField(
        label="Albums, favourite, stars, tags and place of photos that go are given to",
        choices=KeeperRules.Merge.choices,
        help_text="If the suggested one does not stay, the first that does gains. Undoing a "
        "decision takes back exactly what was given. "
        "On the page of a group you can choose otherwise.",
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cameras = self.fields["cameras"]
        assert isinstance(cameras, forms.ModelMultipleChoiceField)
        cameras.queryset = Camera.objects.filter(owner=user)

    def clean_folders(self) -> list[str]:
        lines = self.cleaned_data["folders"].splitlines()
        return list(dict.fromkeys(line.strip().strip("/") for line in lines if line.strip(" /")))


def _unit_for(seconds: float) -> tuple[str, float]:
    for name, size in reversed(UNITS.items()):
        if seconds >= size and (seconds / size) % 0.5 == 0:
            return name, size
    return "s", 1.0


class _StillForm(forms.Form):
    """Which frames of a camera stay where nothing happens."""

    keep = forms.ChoiceField(label="Of a still stretch stays", choices=KEPT_OF_A_STRETCH)
    every_minutes = forms.FloatField(
        label="And one in so many minutes",
        required=False,
        help_text="Leave it empty to keep no more than that.",
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )

    def clean_every_minutes(self) -> float | None:
        every: float | None = self.cleaned_data["every_minutes"]
        try:
            return Rule(every_minutes=every).every_minutes
        except ValueError as refused:
            raise forms.ValidationError(str(refused)) from refused

    @property
    def rule(self) -> Rule:
        """The chosen rule of a valid form."""
        return Rule(Keep(self.cleaned_data["keep"]), self.cleaned_data["every_minutes"])


class ThinForm(_StillForm):
    """The same, and of which days."""

    first_day = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class LiveRuleForm(_StillForm):
    """The same of new frames, and when they are thinned by themselves."""

    act = forms.ChoiceField(
        label="What goes is",
        choices=[
            (LiveRule.Act.ARCHIVE.value, "archived: kept, off the timeline"),
            (LiveRule.Act.TRASH.value, "moved to the trash: deleted later"),
        ],
    )
    when = forms.ChoiceField(
        label="When",
        choices=[
            (LiveRule.When.DAY.value, "once its day is over"),
            (LiveRule.When.HOUR.value, "every hour"),
        ],
    )
    settle_minutes = forms.IntegerField(
        label="Settling time, in minutes",
        min_value=0,
        max_value=LONGEST_SETTLING_MINUTES,
        help_text="So long frames have been here, in case others come late.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    first_day = forms.DateField(
        label="Frames taken from this day on",
        help_text="The rule never touches earlier ones.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    @property
    def wanted(self) -> Wanted:
        """The choices of a valid form."""
        data = self.cleaned_data
        return Wanted(
            self.rule, data["first_day"], data["act"], data["when"], data["settle_minutes"]
        )

    @classmethod
    def filled(cls, rule: LiveRule | None, first_day: dt.date) -> LiveRuleForm:
        """The form with this rule in it, or with what is usual."""
        shown = rule or LiveRule(keep=Keep.FIRST, first_day=first_day)
        return cls(initial={name: getattr(shown, name) for name in cls.base_fields})
