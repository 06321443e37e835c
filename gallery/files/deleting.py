"""Taking files off the disk, after the rows that needed them are gone for good."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from gallery.files import derivatives, originals
from gallery.models import Companion, Photo


def delete_unneeded(checksums: Iterable[str]) -> int:
    """Delete the originals, with their derivatives, that no photo of any owner needs any more.

    Call it after the commit that removed the photos. Safe to call twice.
    """
    return sum(_delete_unless_needed(checksum) for checksum in dict.fromkeys(checksums))


def is_needed(checksum: str) -> bool:
    """Whether a photo of any owner is this original, or has it beside it."""
    return any(
        rows.filter(checksum=checksum).exists() for rows in (Photo.objects, Companion.objects)
    )


def _delete_unless_needed(checksum: str) -> bool:
    # The import takes the same hold and looks again whether the original is still there, so a
    # file is never deleted between being found and being needed.
    with transaction.atomic():
        originals.hold(checksum)
        if is_needed(checksum):
            return False
        originals.storage().delete(originals.name_of(checksum))
        derivatives.delete_all(checksum)
    return True
