"""Draws zip files: honest ones, a Google Takeout in parts, and every kind of hostile one."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.pictures import jpeg, scene

Content = bytes | str | dict[str, Any]


def zip_file(path: Path, files: Mapping[str, Any], **options: Any) -> Path:
    """An ordinary zip. Text is written as it is, a dict as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", options.pop("packing", zipfile.ZIP_DEFLATED)) as archive:
        for name, content in files.items():
            archive.writestr(name, as_bytes(content))
    return path


def as_bytes(content: Content) -> bytes:
    if isinstance(content, dict):
        return json.dumps(content, ensure_ascii=False).encode()
    return content.encode() if isinstance(content, str) else content


def side_file(timestamp: int, title: str = "", **more: Any) -> dict[str, Any]:
    """What Google puts beside a photo."""
    return {"title": title, "photoTakenTime": {"timestamp": str(timestamp)}, **more}


def album_file(title: str) -> dict[str, Any]:
    """What Google puts into the folder of an album."""
    return {"title": title, "description": "", "access": "protected", "date": {}}


def picture(number: int) -> bytes:
    return jpeg(scene(number, (64, 48)), quality=70)


class Raw:
    """A zip written byte by byte, in which header and directory may say anything."""

    def __init__(self) -> None:
        self._body = b""
        self._records = b""
        self._count = 0

    def add(self, name: bytes, data: bytes = b"", **lies: Any) -> Raw:
        """Add a stored or deflated entry. `lies` replace what the directory says of it."""
        method = lies.pop("method", 0)
        packed = lies.pop("packed_data", None)
        if packed is None:
            packed = _deflated(data) if method == 8 else data
        offset = lies.pop("offset", len(self._body))
        said = {
            "flags": 0,
            "crc": zlib.crc32(data),
            "packed": len(packed),
            "size": len(data),
            "made_on": 3,
            "attributes": 0o100644 << 16,
            "extra": b"",
            **lies,
        }
        self._body += struct.pack(
            "<4s2B4HL2L2H", b"PK\3\4", 20, 0, said["flags"], method, 0, 0x5821, said["crc"],
            said["packed"] & 0xFFFFFFFF, said["size"] & 0xFFFFFFFF, len(name), 0,
        ) + name + packed  # fmt: skip
        self._records += struct.pack(
            "<4s4B4HL2L5H2L", b"PK\1\2", 20, said["made_on"], 20, 0, said["flags"], method, 0,
            0x5821, said["crc"], said["packed"], said["size"], len(name), len(said["extra"]), 0,
            0, 0, said["attributes"], offset,
        ) + name + said["extra"]  # fmt: skip
        self._count += 1
        return self

    def written(self, path: Path, *, before: bytes = b"", comment: bytes = b"") -> Path:
        end = struct.pack(
            "<4s4H2LH", b"PK\5\6", 0, 0, self._count, self._count, len(self._records),
            len(self._body), len(comment),
        )  # fmt: skip
        path.write_bytes(before + self._body + self._records + end + comment)
        return path


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()
