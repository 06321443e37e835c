"""Maker, model, serial or file-name prefix (c10_...): one stable name for the camera of a photo."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from gallery.core import filenames
from gallery.core.exif import ExifFacts


@dataclass(frozen=True, slots=True)
class CameraIdentity:
    key: str  # stable: the same camera gives the same key in every import
    name: str  # for people
    make: str = ""
    model: str = ""
    serial: str = ""
    prefix: str = ""


# What a camera's columns hold. Only tags that somebody made up are longer.
LONGEST = 100
LONGEST_KEY = 200

# As the makers write themselves; anything else is written with a capital letter.
OWN_SPELLING = {
    each.lower(): each
    for each in ("HTC", "LG", "OnePlus", "DJI", "GoPro", "HMD", "ZTE", "TCL", "BlackBerry", "RED")
}
SAME_MAKER = {"eastman kodak": "Kodak", "hmd global": "HMD", "research in motion": "BlackBerry"}
COMPANY_WORDS = re.compile(
    r"[\s,.]+(?:(?:co(?:rp|rporation|mpany)?|ltd|inc|gmbh|ag|kk|electronics?|electric|imaging"
    r"|optical|techwin|camera|computer|digital|technologies|photo film|international)\b[\s,.]*)+\Z",
    re.IGNORECASE,
)

# Words before a counter that tell the kind of file, not a camera.
NO_CAMERA = frozenset(
    (
        *("burst", "cimg", "dcim", "dji", "dsc", "dscf", "dscn", "fb", "gopr", "image", "imag"),
        *("img", "kakaotalk", "lv", "mvimg", "pano", "photo", "pict", "pxl", "received", "sam"),
        *("screenshot", "signal", "telegram", "vid", "video", "viber", "wp", "wx"),
    )
)


# A time to the second and nothing else, as recorders write it and phones do not.
ONLY_A_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d[-_:.]?\d\d[-_:.]?\d\d(?:[.,_-]\d{1,6})?Z?\.\w{2,5}", re.ASCII
)
# "c30", "cam_2", "ch01", "webcam": what people call the folder of one fixed camera. A folder by any
# other name ("Camera", "100CANON", "2021", "day1") may hold anybody's photos.
CAMERA_FOLDER = re.compile(
    r"(?:c|k|ch|cam|camera|kamera|cctv|webcam|ipcam)[-_ ]?\d{1,3}"
    r"|(?:[\w-]+[-_ ])?(?:webcam|ipcam|cctv)",
    re.ASCII | re.IGNORECASE,
)


def identify(exif: ExifFacts | None, file_name: str, folder: str = "") -> CameraIdentity | None:
    """The camera of a photo, or None when neither the tags nor the name tell one.

    A serial number tells two equal cameras apart, so does a fixed camera's prefix in the name;
    make and model alone are the last resort. The folder speaks only for files without either,
    whose names are nothing but a time.
    """
    make, model, serial = _from_tags(exif) if exif else ("", "", "")
    prefix = _prefix(file_name)
    if not (prefix or make or model) and ONLY_A_TIME.fullmatch(file_name):
        prefix = folder[:LONGEST] if CAMERA_FOLDER.fullmatch(folder) else ""
    if serial and (make or model):
        key = _key(f"exif:{make}|{model}|{serial}")
        return CameraIdentity(key, _display(make, model), make, model, serial, prefix)
    if prefix:
        return CameraIdentity(_key(f"prefix:{prefix}"), prefix, make, model, serial, prefix)
    if make or model:
        return CameraIdentity(_key(f"exif:{make}|{model}"), _display(make, model), make, model)
    return None


def _key(text: str) -> str:
    """The same for the same text, and never longer than a database keeps it."""
    key = text.lower()
    if len(key) <= LONGEST_KEY:
        return key
    rest = hashlib.blake2b(key.encode(errors="replace"), digest_size=16).hexdigest()
    return f"{key[: LONGEST_KEY - len(rest) - 1]}~{rest}"


def _from_tags(exif: ExifFacts) -> tuple[str, str, str]:
    make = _maker(exif.make)
    model = " ".join(exif.model.split())
    for said in (exif.make, make):
        # "NIKON CORPORATION" / "NIKON D70": the model repeats the maker's name.
        word = said.split(" ")[0]
        if word and model.lower().startswith(f"{word.lower()} "):
            model = model[len(word) :].strip()
    # A serial of zeros, or a single digit, is a field that was never filled.
    serial = exif.serial if len(exif.serial.strip("0 ")) > 1 else ""
    return make[:LONGEST].strip(), model[:LONGEST].strip(), serial[:LONGEST]


def _maker(written: str) -> str:
    name = " ".join(written.split())
    short = COMPANY_WORDS.sub("", name).strip(" ,.") or name
    if short.lower() in SAME_MAKER:
        return SAME_MAKER[short.lower()]
    if short.lower() in OWN_SPELLING:
        return OWN_SPELLING[short.lower()]
    is_shouted = short.isupper() or short.islower()
    return short.title() if is_shouted else short


def _display(make: str, model: str) -> str:
    return f"{make} {model}".strip()[:LONGEST_KEY]


def _prefix(file_name: str) -> str:
    found = filenames.camera_in(file_name)
    if found is None:
        return ""
    camera, channel = found
    word = re.sub(r"[\d_ ]+\Z", "", camera).lower()
    if word in NO_CAMERA:
        return ""
    prefix = f"{camera}/{channel}" if channel else camera
    return "".join(each for each in prefix if each.isprintable())[:LONGEST]
