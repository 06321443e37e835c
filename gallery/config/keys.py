"""The secret key: made at the first start, kept in the data folder, never in the repository."""

import os
import secrets
from pathlib import Path

KEY_BYTES = 64


def secret_key_in(data_folder: Path) -> str:
    """Read the key of this installation, or make it.

    Two processes that start at the same moment agree on one key: the file is complete
    before it gets its name, and only the first of them can give it that name.
    """
    key_file = data_folder / "secret-key"
    if not key_file.exists():
        _make(key_file)
    key = key_file.read_text(encoding="ascii").strip()
    if len(key) < KEY_BYTES:
        raise RuntimeError(f"{key_file} is damaged: restore it, or delete it to get a new key")
    return key


def _make(key_file: Path) -> None:
    draft = key_file.with_name(f".secret-key-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, key_file)  # unlike a rename, it refuses to replace
    except FileExistsError:
        pass
    finally:
        draft.unlink()
