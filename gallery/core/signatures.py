"""Tells a file's format by its first bytes, to name what is refused; and looks into containers.

Only for words: whether a picture is read is decided by the decoder.
"""

from __future__ import annotations

import re
from typing import BinaryIO

HEAD_BYTES = 512
RAW = "Camera raw"

# The first that matches counts.
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"\x89PNG", "PNG"),
    (rb"GIF8", "GIF"),
    (rb"RIFF....WEBP", "WebP"),
    (rb"(?:II\*\0|MM\0\*)", "TIFF"),
    (rb"(?:II\+\0|MM\0\+)", "BigTIFF"),
    (rb"BM....\0\0\0\0", "BMP"),
    (rb"....ftypavi[fs]", "AVIF"),
    (rb"....ftyp(?:hei[cxms]|hev[cmsx]|mif1|msf1)", "HEIC"),
    (rb"....ftypcrx", RAW),
    (rb"....ftyp", "Video (MP4 or MOV)"),
    (rb"8BPS", "Photoshop (PSD)"),
    (rb"DDS ", "DDS"),
    (rb"\0\0\0\x0cjP  \r\n|\xff\x4f\xff\x51", "JPEG 2000"),
    (rb"\0\0\0\x0cJXL \r\n|\xff\x0a", "JPEG XL"),
    (rb"\0\0[\1\2]\0[^\0]", "Icon (ICO)"),
    (rb"P[1-7fFy][\s#]", "Netpbm (PPM, PGM)"),
    (rb"qoif", "QOI"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "PostScript (EPS)"),
    (rb"%PDF", "PDF"),
    (rb"gimp xcf", "GIMP (XCF)"),
    (rb"FUJIFILMCCD-RAW|FOVb|II\x1a\0\0\0HEAPCCDR|\0MRM", RAW),
    (rb"IIRO|IIRS|MMOR|IIU\0", RAW),
    (rb"\s*<svg|\s*<\?xml[^>]*>\s*<svg", "SVG"),
    (rb"\x1aE\xdf\xa3", "Video (Matroska)"),
    (rb"RIFF....AVI ", "Video (AVI)"),
    (rb"PK\x03\x04", "ZIP archive"),
    (rb"\xff\x01Exiv2", "Exiv2 metadata"),
    (rb"\n[\x00-\x05]\x01[\x01\x02\x04\x08]", "PCX"),
    (rb"\x01\xda[\0\1][\1\2]", "SGI"),
    (rb"\x59\xa6\x6a\x95", "Sun raster"),
    (rb"#\?RADIANCE|#\?RGBE", "Radiance HDR"),
    (rb"\x76\x2f\x31\x01", "OpenEXR"),
    (rb"icns", "Icon (ICNS)"),
    (rb"SIMPLE  =", "FITS"),
    (rb"BPG\xfb", "BPG"),
    # Targa has no signature; its picture types and pixel depths are few.
    (rb".[\0\1][\1-\3\x09-\x0b].{13}[\x01\x08\x0f\x10\x18\x20]", "Targa (TGA)"),
)
COMPILED = tuple((re.compile(form, re.DOTALL), name) for form, name in SIGNATURES)


def name_of(head: bytes) -> str | None:
    for form, name in COMPILED:
        if form.match(head):
            return name
    return None


PNG_SIGNATURE_BYTES = 8
MOST_CHUNKS = 100_000
LARGEST_EXIF_BYTES = 1024 * 1024


def late_png_exif(stream: BinaryIO) -> bytes | None:
    """The EXIF chunk of a PNG, wherever it stands, without decoding a pixel."""
    stream.seek(PNG_SIGNATURE_BYTES)
    for _ in range(MOST_CHUNKS):
        header = stream.read(8)
        if len(header) < 8:
            return None
        length, kind = int.from_bytes(header[:4], "big"), header[4:]
        if kind == b"eXIf":
            return stream.read(min(length, LARGEST_EXIF_BYTES))
        stream.seek(length + 4, 1)
    return None


MOST_PAGES = 1000


def tiff_pages(stream: BinaryIO) -> int:
    """How many pictures a TIFF holds, counted up to a thousand.

    Pillow compares every page with all before it: a file of 6 MB kept it busy for a minute.
    """
    stream.seek(0)
    head = stream.read(16)
    is_big = head[2:4] in (b"+\0", b"\0+")
    count_bytes, entry_bytes, offset_bytes = (8, 20, 8) if is_big else (2, 12, 4)

    def number(data: bytes) -> int:
        return int.from_bytes(data, "little" if head[:2] == b"II" else "big")

    offset, pages = number(head[8:16] if is_big else head[4:8]), 0
    while offset and pages < MOST_PAGES:
        stream.seek(offset)
        entries = stream.read(count_bytes)
        if len(entries) < count_bytes:
            break
        pages += 1
        stream.seek(number(entries) * entry_bytes, 1)
        offset = number(stream.read(offset_bytes))
    return max(1, pages)
