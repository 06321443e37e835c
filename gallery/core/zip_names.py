"""Names of zip entries: bytes of any encoding in, readable text out; and which are refused.

No name is ever used as a path on the disk. A name that tries to be one is refused all the same:
whoever made it meant mischief, or the archive is damaged.
"""

from __future__ import annotations

import re
import unicodedata
import zlib

LONGEST = 1024
PLAIN_VERSION = 1
DRIVE = re.compile(r"\A[A-Za-z]:/")
NESTED = (".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".cab", ".iso")


def readable(raw: bytes, *, is_utf8: bool = False, unicode_extra: bytes | None = None) -> str:
    """The name as text that can be printed and stored, "/" between its folders.

    Without the flag for UTF-8 a name should be in the code page of the first IBM PC. Macs and
    phones write UTF-8 all the same, and text of another encoding is hardly ever valid UTF-8.
    """
    text = _stated(raw, unicode_extra)
    if text is None:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("utf-8", "surrogateescape") if is_utf8 else raw.decode("cp437")
    text = unicodedata.normalize("NFC", text.replace("\\", "/"))
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in text)


def refusal_of(name: str) -> str:
    """Why an entry of this name is not taken, or nothing."""
    parts = name.split("/")
    if "\\x00" in name:
        return "Its name contains a NUL character, which no file has."
    if not name.strip("/ "):
        return "It has no name."
    if name.startswith("/") or DRIVE.match(name):
        return "Its name is an absolute path, which no entry of an archive should have."
    if ".." in parts:
        return "Its name leads out of the archive (“..”)."
    if len(name) > LONGEST:
        return f"Its name is longer than {LONGEST:,} characters."
    if name.lower().endswith(NESTED):
        return "An archive inside an archive is not opened. Unpack it and import it by itself."
    return ""


def _stated(raw: bytes, field: bytes | None) -> str | None:
    """The name in Info-ZIP's field for Unicode, if it still belongs to the name in the record."""
    if field is None or len(field) < 6 or field[0] != PLAIN_VERSION:
        return None
    if int.from_bytes(field[1:5], "little") != zlib.crc32(raw):
        return None
    try:
        return field[5:].decode("utf-8")
    except UnicodeDecodeError:
        return None


def _escaped(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
