"""Decodes pictures safely, shrinks and encodes them.

Every file is somebody's treasure or somebody's attack. It ends as a picture or as an
`UnreadablePicture` with a reason, never as a crash, and never takes more memory than `Limits` say.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import pillow_heif
from PIL import Image

from gallery.core import colors, exif, jxl, raw_facts, signatures, sizes
from gallery.core.exif import DAMAGE, ExifFacts
from gallery.core.formats import (
    ALIASES,
    FORMATS,
    GRID,
    LARGE,
    PREVIEW,
    SCALED_DECODE_BYTES_PER_PIXEL,
    SIZES,
    TURNED_BY_DECODER,
    Derivative,
    Format,
    Limits,
    Problem,
    UnreadablePicture,
)

if TYPE_CHECKING:
    from gallery.core.raw import RawPicture

__all__ = [
    "FORMATS",
    "GRID",
    "LARGE",
    "PREVIEW",
    "SIZES",
    "Decoded",
    "Derivative",
    "Limits",
    "PictureFacts",
    "PictureFile",
    "Problem",
    "UnreadablePicture",
    "decode_once",
    "decode_whole",
    "encode",
    "probe",
]

T = TypeVar("T")
PictureFile = Path | str | bytes | BinaryIO

pillow_heif.register_heif_opener(thumbnails=False)
# Pillow refuses by itself what has twice as many, before its header is read to the end.
Image.MAX_IMAGE_PIXELS = Limits().max_pixels


@dataclass(frozen=True, slots=True)
class PictureFacts:
    format: str
    width: int  # as it is looked at, after turning
    height: int
    mime: str
    extension: str
    frames: int
    exif: ExifFacts


@dataclass(frozen=True, slots=True)
class Decoded:
    image: Image.Image  # RGB in sRGB, upright, nothing transparent
    facts: PictureFacts
    average_color: str  # "#rrggbb", shown while the picture loads


# A scaled decode that is nearly large enough spares the four times dearer next scale: a 4000-px
# photo gives 1000 px at a quarter, and no eye sees what is missing to 1024.
CLOSE_ENOUGH = 0.9


def probe(file: PictureFile, limits: Limits | None = None) -> PictureFacts:
    """Read what the header tells. The content decides about the format, never the name."""
    limits = limits or Limits()
    with _streamed(file, limits) as stream:
        if raw_facts.is_raw(stream):
            return _raw_facts(_raw(stream, limits, PREVIEW.long_edge_px))
        image = _opened(stream, limits)
        facts = _facts(image, stream)
        if facts.format == "PNG" and not exif.has_early_exif(image):
            return _with_late_exif(facts, stream)
        return facts


def decode_once(
    file: PictureFile, limits: Limits | None = None, *, long_edge_px: int = PREVIEW.long_edge_px
) -> Decoded:
    """Decode the picture at about the size that is asked for; all small copies come from this.

    The long edge has between 0.9 times and exactly `long_edge_px`, or less in a smaller original.
    """
    limits = limits or Limits()
    with _streamed(file, limits) as stream:
        if raw_facts.is_raw(stream):
            return _decoded_raw(stream, limits, long_edge_px)
        image = _opened(stream, limits)
        _ask_for_scale(image, long_edge_px)
        _load(image)
        # Behind the pixels of a PNG there may be tags, so facts are read after the decode.
        facts = _facts(image, stream)
        small = _damage_told(lambda: _shrunk(colors.to_srgb(image, long_edge_px), long_edge_px))
    upright = exif.turned(small, facts.exif.orientation)
    return Decoded(upright, facts, colors.average(upright))


def decode_whole(file: PictureFile, limits: Limits | None = None) -> Image.Image:
    """Every pixel of the original, upright and in sRGB. Not for raw files."""
    limits = limits or Limits()
    with _streamed(file, limits) as stream:
        image = _opened(stream, limits)
        _load(image)
        orientation = _facts(image, stream).exif.orientation
        whole = _damage_told(lambda: colors.to_srgb(image, max(image.size)))
    return exif.turned(whole, orientation)


def encode(image: Image.Image, derivative: Derivative) -> bytes:
    """The picture as a JPEG of the derivative's size; a smaller picture is not blown up."""
    small = _shrunk(image, derivative.long_edge_px)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=derivative.quality)
    return out.getvalue()


@contextmanager
def _streamed(file: PictureFile, limits: Limits) -> Iterator[BinaryIO]:
    """Open a file within the limits, and close what was opened here.

    Pillow would map an uncompressed file into memory if it knew the path, and a mapped file that
    somebody shortens kills the process. So it gets an open file.
    """
    owns = isinstance(file, (Path, str, bytes))
    stream = _stream(file)
    try:
        with _quiet():
            _refuse_size(stream, limits)
            yield stream
    finally:
        if owns:
            stream.close()


def _opened(stream: BinaryIO, limits: Limits) -> Image.Image:
    stream.seek(0)
    image = _open(stream)
    _refuse_dimensions(image, limits)
    return image


def _decoded_raw(stream: BinaryIO, limits: Limits, long_edge_px: int) -> Decoded:
    found = _raw(stream, limits, long_edge_px)
    srgb = _damage_told(lambda: colors.to_srgb(found.image, long_edge_px))
    upright = exif.turned(_shrunk(srgb, long_edge_px), found.orientation)
    return Decoded(upright, _raw_facts(found), colors.average(upright))


def _raw(stream: BinaryIO, limits: Limits, long_edge_px: int) -> RawPicture:
    # LibRaw brings numpy: loaded by the first raw file, it doubles the start of no other decoder.
    from gallery.core import raw

    return raw.read(stream, limits, long_edge_px)


def _raw_facts(found: RawPicture) -> PictureFacts:
    form = FORMATS["RAW"]
    return PictureFacts(
        form.name, found.width, found.height, form.mime, form.extension, 1, found.exif
    )


def _stream(file: PictureFile) -> BinaryIO:
    if isinstance(file, bytes):
        return io.BytesIO(file)
    if isinstance(file, (Path, str)):
        return Path(file).open("rb")
    file.seek(0)
    return file


@contextmanager
def _quiet() -> Iterator[None]:
    """Pillow warns about tags it cannot read and about large pictures; both are judged here.

    Filters belong to the process, so threads may see each other's; at worst one of these stays.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        warnings.filterwarnings("ignore", module=r"PIL\.")
        warnings.filterwarnings("ignore", module=r"pillow_heif\.")
        yield


def _refuse_size(stream: BinaryIO, limits: Limits) -> None:
    size_bytes = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if size_bytes == 0:
        raise UnreadablePicture(Problem.EMPTY, "The file is empty.")
    if size_bytes > limits.max_bytes:
        size, most = sizes.in_words(size_bytes), sizes.in_words(limits.max_bytes)
        reason = f"The file has {size}; pictures may have up to {most}."
        raise UnreadablePicture(Problem.TOO_LARGE_FILE, reason)


def _open(stream: BinaryIO) -> Image.Image:
    try:
        return Image.open(stream, formats=jxl.pillow_formats(stream))
    except Image.DecompressionBombError as error:
        most = Limits().max_pixels * 2 / 1e6
        reason = f"It has more than {most:,.0f} megapixels, far more than any photo."
        raise UnreadablePicture(Problem.TOO_MANY_PIXELS, reason) from error
    except DAMAGE as error:
        stream.seek(0)
        raise _not_opened(stream.read(signatures.HEAD_BYTES)) from error


def _not_opened(head: bytes) -> UnreadablePicture:
    known = signatures.name_of(head)
    if known == FORMATS[jxl.NAME].name and not jxl.is_available:
        reason = "JPEG XL cannot be read on this kind of computer: there is no decoder for it."
        return UnreadablePicture(Problem.UNKNOWN_FORMAT, reason)
    if known in {each.name for each in FORMATS.values()}:
        reason = f"It begins like a {known} picture, but its header is damaged or cut off."
        return UnreadablePicture(Problem.DAMAGED, reason)
    if known:
        reason = f"{known} is a format that is not read here."
        return UnreadablePicture(Problem.UNKNOWN_FORMAT, reason)
    return UnreadablePicture(Problem.NOT_AN_IMAGE, "It is not a picture in any known format.")


def _refuse_dimensions(image: Image.Image, limits: Limits) -> None:
    width, height = image.size
    if min(width, height) < limits.min_edge_px:
        reason = (
            f"It has only {width} x {height} pixels; there is nothing to see "
            f"below {limits.min_edge_px} pixels an edge."
        )
        raise UnreadablePicture(Problem.TOO_SMALL, reason)
    most = min(limits.max_pixels, limits.max_decode_bytes // _decode_bytes_per_pixel(image))
    if width * height > most:
        reason = (
            f"It has {width} x {height} pixels, {width * height / 1e6:,.0f} megapixels; "
            f"{_format(image).name} pictures may have up to {most / 1e6:,.0f}."
        )
        raise UnreadablePicture(Problem.TOO_MANY_PIXELS, reason)


def _decode_bytes_per_pixel(image: Image.Image) -> int:
    form = _format(image)
    if form.name == "JPEG" and not image.info.get("progressive"):
        return SCALED_DECODE_BYTES_PER_PIXEL
    return form.decode_bytes_per_pixel


def _format(image: Image.Image) -> Format:
    name = image.format or ""
    return FORMATS[ALIASES.get(name, name)]


def _facts(image: Image.Image, stream: BinaryIO) -> PictureFacts:
    form = _format(image)
    facts = exif.read(image)
    # Pillow-heif turns a HEIC as well, and says so at once.
    if form.name in TURNED_BY_DECODER:
        facts = replace(facts, orientation=1)
    width, height = image.info.get(FULL_SIZE, image.size)
    if facts.orientation >= 5:
        width, height = height, width
    return PictureFacts(
        form.name, width, height, form.mime, form.extension, _frames(image, stream), facts
    )


# Pillow walks through all frames of a GIF to count them: a second and more for 4 MB of tiny ones.
LARGEST_COUNTED_GIF_BYTES = 4 * 1024 * 1024


def _frames(image: Image.Image, stream: BinaryIO) -> int:
    form = _format(image).name
    # The other pictures of a phone's JPEG are depth or gain maps, not frames.
    if form == "JPEG":
        return 1
    try:
        if form == "TIFF":
            return signatures.tiff_pages(stream)
        if form == "GIF" and stream.seek(0, io.SEEK_END) > LARGEST_COUNTED_GIF_BYTES:
            return 2 if getattr(image, "is_animated", False) else 1
        return int(getattr(image, "n_frames", 1))
    except DAMAGE:
        return 1


FULL_SIZE = "full size before the scaled decode"


def _ask_for_scale(image: Image.Image, long_edge_px: int) -> None:
    """Let libjpeg decode at a half, quarter or eighth, which leaves most of the work undone."""
    image.info[FULL_SIZE] = image.size
    if _format(image).name == "JPEG":
        factor = long_edge_px * CLOSE_ENOUGH / max(image.size)
        wanted = tuple(max(1, int(edge * factor)) for edge in image.size)
        image.draft(None, (wanted[0], wanted[1]))


def _load(image: Image.Image) -> None:
    """Decode, and refuse what does not decode to its end.

    Pillow's tolerant mode could show the upper part of a truncated photo, but it is one switch for
    all threads, and half a photo that looks imported is how the whole one gets lost.
    """
    form = _format(image).name
    try:
        image.load()
    except MemoryError as error:
        raise _too_much_memory(image) from error
    except DAMAGE as error:
        if _tells_truncation(error):
            reason = f"The {form} picture is cut off: the end of the file is missing."
            raise UnreadablePicture(Problem.TRUNCATED, reason) from error
        raise _damaged(form) from error


def _tells_truncation(error: BaseException) -> bool:
    told = str(error).lower()
    return any(word in told for word in ("truncated", "end of file", "eof", "premature"))


def _too_much_memory(image: Image.Image) -> UnreadablePicture:
    megapixels = image.width * image.height / 1e6
    reason = f"Reading its {megapixels:,.0f} megapixels needs more memory than there is."
    return UnreadablePicture(Problem.TOO_MANY_PIXELS, reason)


def _damaged(form: str) -> UnreadablePicture:
    reason = f"The {form} picture is damaged: its content cannot be decoded."
    return UnreadablePicture(Problem.DAMAGED, reason)


def _damage_told(act: Callable[[], T]) -> T:
    try:
        return act()
    except MemoryError:
        raise  # told by the decoder process; nothing is wrong with the picture
    except DAMAGE as error:
        raise _damaged("image") from error


def _shrunk(image: Image.Image, long_edge_px: int) -> Image.Image:
    """The picture with at most this long edge, and at least 0.9 times that if it was larger.

    A whole-number box filter, then a small step with a sharper one where the first does not end
    close enough: as good to the eye as one sharp filter over everything, in a quarter of the time
    (3 ms against 11 for a preview), or a tenth without the second step.
    """
    edge = max(image.size)
    if edge <= long_edge_px:
        return image
    whole = math.ceil(edge / long_edge_px)
    if edge / whole >= long_edge_px * CLOSE_ENOUGH:
        return image.reduce(whole)
    factor = long_edge_px / edge
    width, height = (max(1, round(edge * factor)) for edge in image.size)
    return image.resize((width, height), Image.Resampling.HAMMING, reducing_gap=1.0)


def _with_late_exif(facts: PictureFacts, stream: BinaryIO) -> PictureFacts:
    data = _damage_told(lambda: signatures.late_png_exif(stream))
    if not data:
        return facts
    tags = Image.Exif()
    try:
        tags.load(data)
    except DAMAGE:
        return facts
    late = exif.facts_of(tags)
    width, height = facts.width, facts.height
    if late.orientation >= 5:
        width, height = height, width
    return replace(facts, exif=late, width=width, height=height)
