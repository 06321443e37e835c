"""What people may send, checked. (Django's forms take no type arguments when they run.)"""

from __future__ import annotations

import zoneinfo
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm, PasswordChangeForm
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from gallery.history import Search
from gallery.models import ApiToken, Camera, LibraryFolder, User

ZoneChoices = list[tuple[str, str | list[tuple[str, str]]]]

# The rules of settings.AUTH_PASSWORD_VALIDATORS in one line; errors name the one that was broken.
PASSWORD_HELP = "At least 8 characters, not a common word, not your name, not only digits."


class FirstAccountExists(Exception):
    """Somebody made the first account before: the page is closed for good."""


class FirstAccountForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """The account that an empty installation opens with; it becomes the administrator."""

    class Meta:
        model = User
        fields = ("username", "home_zone_name")
        help_texts = {"username": "Letters, digits and @ . + - _"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_zone_name"] = zone_field()
        self.fields["username"].widget.attrs["autocomplete"] = "username"
        self.fields["password1"].help_text = PASSWORD_HELP
        self.fields["password2"].help_text = ""

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002  Django's signature
        """Save the administrator. Raises FirstAccountExists, also when another one was faster."""
        user: User = super().save(commit=False)
        user.is_first = user.is_staff = user.is_superuser = True
        try:
            with transaction.atomic():
                if User.objects.exists():
                    raise FirstAccountExists
                user.save()
        except IntegrityError:
            raise FirstAccountExists from None
        return user


class NewPasswordForm(PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = PASSWORD_HELP
        self.fields["new_password2"].help_text = ""
        # One of several forms on its page: it must not draw the focus.
        del self.fields["old_password"].widget.attrs["autofocus"]


class HomeZoneForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("home_zone_name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_zone_name"] = zone_field()
        self.fields["home_zone_name"].help_text = (
            "Taken for photos whose camera did not write its offset from UTC. Photos that are here "
            "keep their times until you date them again, which is offered then."
        )


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ApiToken
        fields = ("name",)
        help_texts = {"name": "Which program will use it, so that you can tell them apart."}


class LibraryFolderForm(forms.Form):
    """A folder of the server to take photos from. Whether it may be one, ``add`` finds out."""

    MODES: ClassVar = [
        (
            LibraryFolder.Mode.COPY,
            "Copy them into the library. The folder may be deleted afterwards.",
        ),
        (
            LibraryFolder.Mode.IN_PLACE,
            "Leave them in place, read only. Deleting a photo here hides it; its file stays.",
        ),
    ]

    path = forms.CharField(
        max_length=1024,
        strip=False,
        label="Folder",
        help_text="As the server sees it, for instance /srv/photos or /mnt/nas/family.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("username"),
        label="Whose photos they are",
        help_text="Only this account sees them.",
        empty_label=None,
    )
    mode = forms.ChoiceField(
        label="Originals",
        choices=MODES,
        widget=forms.RadioSelect,
        initial=LibraryFolder.Mode.COPY,
    )
    is_watched = forms.BooleanField(
        required=False, label="Watch it: take in new files by themselves"
    )

    def clean_path(self) -> Path:
        path = Path(self.cleaned_data["path"])
        if not path.is_absolute():
            raise forms.ValidationError("Write the whole path, beginning with /.")
        return path


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """All files of one input. Empty ones are let through: the import says what is wrong."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list) and data else [data or None]
        one = super().clean
        return [one(file, initial) for file in files]


class UploadForm(forms.Form):
    """The upload page without its script."""

    files = ManyFilesField(  # type: ignore[assignment]  # the name of its field in the page
        label="Photos",
        allow_empty_file=True,
        error_messages={"required": "Choose at least one photo."},
    )


class BegunUploadForm(forms.Form):
    """What the script says when it begins to send, or goes on after its upload had ended."""

    expected = forms.IntegerField(required=False, min_value=0, max_value=2**53)
    continues = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class AlbumTitleForm(forms.Form):
    """The title of a new album, or a new title."""

    title = forms.CharField(max_length=200, error_messages={"required": "An album needs a title."})


class OfferedFileForm(forms.Form):
    """What the script says of a file before it sends it."""

    name = forms.CharField(max_length=4096, strip=False)
    size = forms.IntegerField(min_value=0, max_value=2**53)
    # Milliseconds since 1970, as browsers give them; up to the year 9999.
    modified = forms.IntegerField(
        required=False, min_value=-(10**13), max_value=253_402_300_799_999
    )


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
            regions.setdefault(region, []).append((name, name.replace("_", " ")))
    return [("UTC", "UTC"), *regions.items()]


class HistoryForm(forms.Form):
    """What of the history to show."""

    STANDING = [("", "All"), ("yes", "Standing"), ("no", "Undone")]

    text = forms.CharField(
        label="Words or a file name",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    act = forms.ChoiceField(label="What was done", required=False)
    standing = forms.ChoiceField(label="Undone or not", choices=STANDING, required=False)
    first_day = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, acts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        act = self.fields["act"]
        assert isinstance(act, forms.ChoiceField)
        act.choices = [("", "Anything"), *acts]

    @property
    def search(self) -> Search:
        """What was asked for, as far as it is valid."""
        self.is_valid()
        asked = self.cleaned_data
        standing = {"yes": True, "no": False}.get(asked.get("standing", ""))
        return Search(
            text=asked.get("text", ""),
            act=asked.get("act", ""),
            first_day=asked.get("first_day"),
            last_day=asked.get("last_day"),
            standing=standing,
        )


class CameraNameForm(forms.Form):
    """What a camera is called."""

    name = forms.CharField(label="Name", max_length=200)


class MergeForm(forms.Form):
    """The camera that another one turned out to be."""

    into = forms.ModelChoiceField(
        Camera.objects.none(), label="Merge it into", empty_label="Choose a camera"
    )

    def __init__(self, camera: Camera, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Camera.objects.filter(owner=camera.owner_id, merged_into=None)
        field = self.fields["into"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = others.exclude(pk=camera.pk)

    @property
    def has_choice(self) -> bool:
        field = self.fields["into"]
        assert isinstance(field, forms.ModelChoiceField)
        return bool(field.queryset is not None and field.queryset.exists())
