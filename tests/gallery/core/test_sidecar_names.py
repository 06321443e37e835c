"""Whatever Google does to names, each photo of a folder finds its own side file."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.core.sidecar_names import EDITED, sidecar_for

LETTERS = "abcdefghij_-. éüß日本"
STEMS = st.text(LETTERS, min_size=1, max_size=60).filter(lambda text: text.strip(". ") == text)
EXTENSIONS = st.sampled_from([".jpg", ".JPG", ".jpeg", ".heic", ".png"])
SUPPLEMENT = ".supplemental-metadata"


def side_file_of(photo: str, *, number: int, is_new: bool) -> str:
    """The name as Google makes it: at most 46 characters before ".json", the number at the end."""
    stem = (photo + (SUPPLEMENT if is_new else ""))[:46]
    return f"{stem}({number}).json" if number else f"{stem}.json"


@settings(max_examples=400, deadline=None)
@given(stem=STEMS, extension=EXTENSIONS, numbers=st.integers(0, 12), is_new=st.booleans())
def test_photos_of_one_name_find_their_numbered_side_files(
    stem: str, extension: str, numbers: int, is_new: bool
) -> None:
    photos = {
        (f"{stem}({number}){extension}" if number else f"{stem}{extension}"): side_file_of(
            f"{stem}{extension}", number=number, is_new=is_new
        )
        for number in range(numbers + 1)
    }
    names = frozenset([*photos, *photos.values()])
    for photo, side_file in photos.items():
        assert sidecar_for(photo, names) == side_file


@settings(max_examples=400, deadline=None)
@given(stem=STEMS, extension=EXTENSIONS, edited=st.sampled_from(EDITED), is_new=st.booleans())
def test_an_edited_picture_finds_the_side_file_of_its_original_in_every_language(
    stem: str, extension: str, edited: str, is_new: bool
) -> None:
    photo, side_file = (
        f"{stem}{extension}",
        side_file_of(f"{stem}{extension}", number=0, is_new=is_new),
    )
    names = frozenset([photo, f"{stem}{edited}{extension}", side_file])
    assert sidecar_for(photo, names) == side_file
    assert sidecar_for(f"{stem}{edited}{extension}", names) == side_file


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=70), st.frozensets(st.text(max_size=70), max_size=12))
def test_any_names_are_answered_with_one_of_them_or_none(photo: str, names: frozenset[str]) -> None:
    found = sidecar_for(photo, names)
    assert found is None or found in names
