"""Which folders of a Google Takeout are albums, and what they are called.

The export has a folder for each year and one for each album; an album's photos lie in both. All
names, also those of the files that describe an album, are in the language of the account.
"""

# ruff: noqa: RUF001  the letters of other languages are meant
from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass

LONGEST_TITLE = 200

# "Photos from 2019" in the languages of accounts: words for photos, a year, and small words.
PHOTOS = (
    "photos?|fotos?|foto['’]s|foton|bilder|billeder|kuvat|fotografie|fotografii|fotky|zdjęcia|"
    "immagini|imágenes|images|imagens|фото|фотографии|фотографії|снимки|слике|slike|fotografije|"
    "fotoğraflar[ıi]?|φωτογραφίε[σς]|fényképek|fotók|nuotraukos|fotod|ảnh|gambar|תמונות|صور"
)
SMALL = (
    "from|of|de|del|des|von|vom|aus|di|da|dal|dall['’]anno|uit|van|från|fra|frå|z|ze|roku|rok|r|"
    "din|anul|za|iz|из|за|от|з|год|года|г|рік|року|vuodelta|yılından|yılı|yılına|ait|"
    "από|το|του|dari|tahun|năm|từ|משנת|من|عام|l['’]année|année|anno|ano|año|jahr|"
    "jaar|året|évből|iš|m|aastast"
)
YEAR = r"(?:18|19|20)\d\d"
WORDS_AND_YEAR = re.compile(rf"(?:(?:{PHOTOS}|{SMALL})\.?[\s-]*)+{YEAR}(?:[\s-]*(?:{SMALL})\.?)*")
YEAR_AND_WORDS = re.compile(rf"{YEAR}(?:[\s-]*(?:{PHOTOS}|{SMALL})\.?)+")
A_PHOTO_WORD = re.compile(rf"(?:\A|[\s-])(?:{PHOTOS})(?:[\s-]|\Z)|{YEAR}\s*(?:{PHOTOS})")
# Chinese, Japanese and Korean write without spaces: 2019年の写真, 2019 年的照片, 2019년의 사진
EAST_ASIAN = re.compile(rf"{YEAR}\s*(?:年|년)\s*(?:の|的|의)?\s*(?:写真|照片|相片|사진)")
WITH_ENDING = re.compile(
    rf"(?:(?:fényképek|fotók)\s*{YEAR}[\s-]?b[óő]l|รูปภาพ(?:จาก)?(?:ปี)?\s*{YEAR})"
)
LONGEST_YEAR_FOLDER = 60

# Beside the years and the albums: what was archived or thrown away, and videos that failed.
SPECIAL = re.compile(
    "archive|archiv|archivo|archivio|archief|arquivo|arkiv|arkisto|archiwum|архив|архів|"
    "アーカイブ|归档|封存|보관함|arşiv|αρχειοθήκη|arhiva|"
    "bin|trash|papierkorb|corbeille|papelera|cestino|prullenbak|lixeira|lixo|papperskorgen|"
    "papirkurv|papirkurven|roskakori|kosz|корзина|кошик|ゴミ箱|回收站|垃圾桶|휴지통|"
    "çöp|çöp kutusu|koš|кошче|coș|cos|failed videos|locked folder"
)
GOOGLE = "google"


@dataclass(frozen=True, slots=True)
class AlbumFacts:
    title: str  # may be empty: Google knows albums without a title


def is_year(folder: str) -> bool:
    """Whether it holds the photos of a year, and so is no album. Takes the folder's own name."""
    name = _plain(folder)
    if len(name) > LONGEST_YEAR_FOLDER:
        return False
    if EAST_ASIAN.fullmatch(name) or WITH_ENDING.fullmatch(name):
        return True
    is_worded = WORDS_AND_YEAR.fullmatch(name) or YEAR_AND_WORDS.fullmatch(name)
    return bool(is_worded and A_PHOTO_WORD.search(name))


def is_album(path: str, *, has_description: bool) -> bool:
    """Whether the folder is an album: described as one, or right below "Google Photos"."""
    above, _, name = path.rpartition("/")
    if not name or is_year(name) or SPECIAL.fullmatch(_plain(name)):
        return False
    return has_description or GOOGLE in _plain(above.rpartition("/")[2])


def read(content: bytes) -> AlbumFacts | None:
    """What the JSON in an album's folder says of it; None if it describes anything else."""
    try:
        told = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or "photoTakenTime" in told:
        return None
    if isinstance(told.get("albumData"), dict):  # until 2021
        told = told["albumData"]
    title = told.get("title")
    return AlbumFacts(title_of(title)) if isinstance(title, str) else None


def title_of(text: str) -> str:
    """The text as a title: printable, on one line, not too long."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(printable.split())[:LONGEST_TITLE].strip()


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
