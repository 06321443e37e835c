"""The headers of tus 1.0, the protocol of resumable uploads: text in, checked values out.

See docs/importing.md for the rules that are kept. Whatever a header holds, the answer is a value
or BadHeader.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "expiration", "checksum", "termination")
ALGORITHMS = ("sha1", "sha256")
BODY_TYPE = "application/offset+octet-stream"

LARGEST = 2**53  # what a browser can count to
_NUMBER = re.compile(r"[0-9]{1,16}")
_KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]+")  # ASCII without space and comma
_DIGEST_BYTES = {"sha1": 20, "sha256": 32}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MILLISECONDS = re.compile(r"-?[0-9]{1,15}")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class BadHeader(Exception):
    """A header is missing or cannot be understood; the text says which and why."""


class UnknownAlgorithm(BadHeader):
    """The checksum is of a kind that is not offered."""


@dataclass(frozen=True, slots=True)
class Checksum:
    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Described:
    """What the metadata of an upload say of its file."""

    name: str
    checksum: str  # SHA-256 in hexadecimal, or nothing
    modified_at: dt.datetime | None


def number(name: str, text: str | None) -> int:
    """A length or an offset: digits and nothing else."""
    if text is None:
        raise BadHeader(f"{name} is missing.")
    if not _NUMBER.fullmatch(text) or int(text) > LARGEST:
        raise BadHeader(f"{name} must be a whole number.")
    return int(text)


def metadata(text: str) -> dict[str, str]:
    """`key base64,key base64,key`: every key once; a key alone has an empty value."""
    found: dict[str, str] = {}
    for pair in text.split(",") if text.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key):
            raise BadHeader("Upload-Metadata holds an empty or unreadable key.")
        if key in found:
            raise BadHeader(f"Upload-Metadata holds the key {key} twice.")
        found[key] = _text(key, value.strip())
    return found


def checksum(text: str) -> Checksum:
    """`sha256 base64`, the digest of one piece that is sent."""
    algorithm, _, encoded = text.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise UnknownAlgorithm(f"Upload-Checksum must be one of {', '.join(ALGORITHMS)}.")
    digest = _bytes("Upload-Checksum", encoded.strip())
    if len(digest) != _DIGEST_BYTES[algorithm]:
        raise BadHeader(f"Upload-Checksum is no digest of {algorithm}.")
    return Checksum(algorithm, digest)


def described(data: Mapping[str, str]) -> Described:
    """The metadata as we use them. What is unknown is ignored, as the protocol wants."""
    name = data.get("relativePath") or data.get("filename") or data.get("name") or ""
    digest = data.get("sha256", "").lower()
    if digest and not _SHA256.fullmatch(digest):
        raise BadHeader("The sha256 in Upload-Metadata must be 64 hexadecimal digits.")
    return Described(name, digest, modified_at(data.get("modified", "")))


def modified_at(text: str) -> dt.datetime | None:
    """Milliseconds since 1970, as browsers give them. A time that no calendar has is left out."""
    if not text:
        return None
    if not _MILLISECONDS.fullmatch(text):
        raise BadHeader("The modified time in Upload-Metadata must be in milliseconds.")
    try:
        return _EPOCH + dt.timedelta(milliseconds=int(text))
    except OverflowError:
        return None


def _text(key: str, encoded: str) -> str:
    try:
        return _bytes(f"The value of {key} in Upload-Metadata", encoded).decode()
    except UnicodeDecodeError:
        raise BadHeader(f"The value of {key} in Upload-Metadata is not UTF-8.") from None


def _bytes(what: str, encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise BadHeader(f"{what} is not Base64.") from None
