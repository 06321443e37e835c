"""Addresses of pictures. They carry the content's version, so browsers may keep them for ever."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from gallery.files import derivatives
from gallery.models import Photo
from gallery.web.addresses import address

COPIES = ("grid", "preview", "large")


def media_url(photo: Photo, size: str) -> str:
    """The address of a small copy: size is one of COPIES."""
    # A version is made of letters, digits and hyphens: nothing in it has to be quoted.
    return f"{address('gallery:media', photo.pk, size)}?v={media_version(photo, size)}"


def original_url(photo: Photo, *, download: bool = False) -> str:
    """The address of the bytes as they came; to be saved as a file with ``download``."""
    query = {"v": original_version(photo)} | ({"download": "1"} if download else {})
    return f"{reverse('gallery:original', args=[photo.pk])}?{urlencode(query)}"


def media_version(photo: Photo, size: str) -> str:
    """Names the bytes of this copy: other content or another way to draw it, another name."""
    return f"{photo.checksum[:16]}-{size}-{derivatives.VERSION}"


def original_version(photo: Photo) -> str:
    return photo.checksum[:16]
