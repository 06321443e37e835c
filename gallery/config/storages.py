"""Where files are kept: a folder on this machine, or a bucket of an S3-compatible service."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def storage_for(kind: str, url: str, data_folder: Path) -> dict[str, Any]:
    """Describe the storage of one kind of file ("originals", "derivatives") for STORAGES.

    `url` is empty for local disk, else
    s3://KEY:SECRET@BUCKET/PREFIX?endpoint=https://s3.example.org&region=eu-1;
    without KEY and SECRET the usual AWS_... variables are read.
    """
    if not url:
        return _on_disk(data_folder / kind, durable=kind == "originals")
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.hostname:
        raise ImproperlyConfigured(
            "STORAGE_URL must look like s3://KEY:SECRET@BUCKET/PREFIX?endpoint=https://..."
        )
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    prefix = parts.path.strip("/")
    options: dict[str, Any] = {
        "bucket_name": parts.hostname,
        "location": f"{prefix}/{kind}" if prefix else kind,
        "region_name": query.get("region", "us-east-1"),
        "file_overwrite": True,  # names are checksums: the same name is the same content
        "default_acl": None,
        "querystring_auth": True,
        "addressing_style": query.get("addressing", "path"),
    }
    if "endpoint" in query:
        options["endpoint_url"] = query["endpoint"]
    if parts.username and parts.password:
        options["access_key"] = unquote(parts.username)
        options["secret_key"] = unquote(parts.password)
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def _on_disk(folder: Path, *, durable: bool) -> dict[str, Any]:
    return {
        "BACKEND": "gallery.files.disk.DiskStorage",
        "OPTIONS": {
            "location": str(folder),
            "durable": durable,
            "base_url": None,  # private: files leave only through a permission check
            "file_permissions_mode": 0o640,
            "directory_permissions_mode": 0o750,
        },
    }
