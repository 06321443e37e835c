"""Requests as a sender that speaks tus makes them."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from django.test import Client

from gallery.models import ImportRun, Upload

DATA = bytes(range(256)) * 40
BODY_TYPE = "application/offset+octet-stream"


def base64_of(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def metadata(name: str = "trip/a.jpg", data: bytes = b"") -> str:
    pairs = {"filename": name}
    if data:
        pairs["sha256"] = hashlib.sha256(data).hexdigest()
    return ",".join(f"{key} {base64_of(value)}" for key, value in pairs.items())


def ask(client: Client, method: str, address: str, data: bytes = b"", **headers: Any) -> Any:
    said = {"Tus-Resumable": "1.0.0"}
    said |= {name.replace("_", "-"): str(value) for name, value in headers.items()}
    # Django's client leaves these two out of a request without a body.
    length: dict[str, Any] = {
        "CONTENT_TYPE": said.pop("Content-Type", ""),
        "CONTENT_LENGTH": str(len(data)),
    }
    wanted = {name: value for name, value in said.items() if value != "None"}
    return client.generic(method, address, data, headers=wanted, **length)


def create(client: Client, run: ImportRun, size: int = len(DATA), **headers: Any) -> Any:
    said: dict[str, Any] = {"Upload_Length": size, "Upload_Metadata": metadata()} | headers
    return ask(client, "POST", f"/imports/{run.pk}/uploads/", **said)


def create_with(client: Client, run: ImportRun, data: bytes, **headers: Any) -> Any:
    said: dict[str, Any] = {"Upload_Length": len(DATA), "Upload_Metadata": metadata()}
    said["Content_Type"] = BODY_TYPE
    return ask(client, "POST", f"/imports/{run.pk}/uploads/", data, **(said | headers))


def patch(client: Client, address: str, data: bytes, offset: int, **headers: Any) -> Any:
    said: dict[str, Any] = {"Upload_Offset": offset, "Content_Type": BODY_TYPE} | headers
    return ask(client, "PATCH", address, data, **said)


def offset_of(client: Client, address: str) -> int:
    return int(ask(client, "HEAD", address)["Upload-Offset"])


def part_of(address: str) -> Path:
    return Upload.objects.get(token=address.split("/")[2]).part
