"""Writes the boxes of small videos, as far as they say when and for which photo."""

from __future__ import annotations

import datetime as dt
import struct

EPOCH = dt.datetime(1904, 1, 1, tzinfo=dt.UTC)


def box(kind: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return struct.pack(">I", len(content) + 8) + kind + content


def movie(
    started: dt.datetime | None = None,
    *,
    seconds: float = 3,
    content_id: str = "",
    apple_date: str = "",
) -> bytes:
    made = int((started - EPOCH).total_seconds()) if started else 0
    header = struct.pack(">IIIII", 0, made, made, 600, int(seconds * 600)) + bytes(80)
    told = {
        b"com.apple.quicktime.content.identifier": content_id,
        b"com.apple.quicktime.creationdate": apple_date,
    }
    return (
        box(b"ftyp", b"qt  \0\0\0\0qt  ")
        + box(b"moov", box(b"mvhd", header), _apple({k: v for k, v in told.items() if v}))
        + box(b"mdat", b"frames")
    )


def _apple(told: dict[bytes, str]) -> bytes:
    keys = b"".join(box(b"mdta", name) for name in told)
    values = b"".join(
        box(struct.pack(">I", number), box(b"data", b"\0\0\0\1\0\0\0\0", value.encode()))
        for number, value in enumerate(told.values(), 1)
    )
    handler = box(b"hdlr", b"\0" * 8 + b"mdta" + b"\0" * 13)
    table = box(b"keys", struct.pack(">II", 0, len(told)), keys)
    return box(b"meta", handler, table, box(b"ilst", values))
