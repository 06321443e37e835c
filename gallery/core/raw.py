"""Camera raw through LibRaw: its embedded preview where that is large enough, else developed.

The preview is what the camera's maker made of the shot, and costs a hundredth of developing.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import rawpy
from PIL import Image

from gallery.core import raw_facts
from gallery.core.exif import DAMAGE, ExifFacts
from gallery.core.formats import FORMATS, Limits, Problem, UnreadablePicture
from gallery.core.taken_at import Candidate, Precision, Source

# A preview that is nearly as large as what is asked for spares the developing.
LARGE_ENOUGH = 0.9
# LibRaw's words for how a picture lies, as EXIF numbers.
ORIENTATIONS = {3: 3, 5: 8, 6: 6}
SRGB_CURVE = (2.4, 12.92)
EARLIEST_YEAR = 1990  # LibRaw tells zero as 1970

NOT_READ = (
    "It is camera raw of a kind that LibRaw cannot read; import the camera's JPEG as well as it."
)
DAMAGED = "The RAW picture is damaged: its content cannot be decoded."
CUT_OFF = "The RAW picture is cut off: the end of the file is missing."


@dataclass(frozen=True, slots=True)
class RawPicture:
    image: Image.Image  # still to be turned by ``orientation``, in its own colour space
    orientation: int
    width: int  # of the whole picture as it is looked at, after turning
    height: int
    exif: ExifFacts


def read(stream: BinaryIO, limits: Limits, long_edge_px: int) -> RawPicture:
    """Show a raw file at about this size. Raises UnreadablePicture.

    The values of the sensor are always read to their end, also where the preview is shown: half
    a photo that looks imported is how the whole one gets lost.
    """
    facts = raw_facts.read(stream)
    with _opened(stream) as file:
        sizes = file.sizes
        orientation = ORIENTATIONS.get(sizes.flip, 1)
        width, height = sizes.iwidth, sizes.iheight
        if orientation >= 5:
            width, height = height, width
        _refuse_dimensions(width, height, limits)
        preview = _preview(file, orientation, long_edge_px)
        readable = _unpacked(file)
        if preview is None:
            if not readable:
                raise UnreadablePicture(Problem.UNKNOWN_FORMAT, NOT_READ)
            preview = _developed(file, limits, long_edge_px), 1
        image, turn = preview
        return RawPicture(image, turn, width, height, _dated(facts, file))


@contextmanager
def _opened(stream: BinaryIO) -> Iterator[Any]:
    """LibRaw's view of the file, from its path if it has one: raw files are large."""
    name = getattr(stream, "name", None)
    file = rawpy.RawPy()
    try:
        if isinstance(name, str) and Path(name).is_file():
            file.open_file(name)
        else:
            stream.seek(0)
            file.open_buffer(stream)
        yield file
    except rawpy.LibRawUnsufficientMemoryError as error:
        raise MemoryError from error
    except rawpy.LibRawFileUnsupportedError as error:
        raise UnreadablePicture(Problem.UNKNOWN_FORMAT, NOT_READ) from error
    except rawpy.LibRawIOError as error:
        raise UnreadablePicture(Problem.TRUNCATED, CUT_OFF) from error
    except rawpy.LibRawError as error:
        raise UnreadablePicture(Problem.DAMAGED, DAMAGED) from error
    finally:
        file.close()


def _refuse_dimensions(width: int, height: int, limits: Limits) -> None:
    if min(width, height) < limits.min_edge_px:
        reason = f"It has only {width} x {height} pixels; there is nothing to see."
        raise UnreadablePicture(Problem.TOO_SMALL, reason)
    _refuse_pixels(width, height, limits.max_pixels)


def _refuse_pixels(width: int, height: int, most: int) -> None:
    if width * height > most:
        reason = (
            f"It has {width} x {height} pixels, {width * height / 1e6:,.0f} megapixels; "
            f"RAW pictures may have up to {most / 1e6:,.0f}."
        )
        raise UnreadablePicture(Problem.TOO_MANY_PIXELS, reason)


def _preview(file: Any, orientation: int, long_edge_px: int) -> tuple[Image.Image, int] | None:
    """The embedded preview with the turn it needs, if there is one that is large enough."""
    try:
        found = file.extract_thumb()
        image = _drawn(found, long_edge_px)
        if max(image.size) < min(long_edge_px, max(file.sizes.iwidth, 1)) * LARGE_ENOUGH:
            return None
        image.load()
    except (rawpy.LibRawError, *DAMAGE):
        return None
    # Some cameras turn the preview already, so that it lies otherwise than the sensor.
    is_turned = (image.width < image.height) != (file.sizes.iwidth < file.sizes.iheight)
    return image, 1 if is_turned and orientation >= 5 else orientation


def _drawn(preview: Any, long_edge_px: int) -> Image.Image:
    if preview.format == rawpy.ThumbFormat.BITMAP:
        return Image.fromarray(preview.data)
    image = Image.open(io.BytesIO(preview.data), formats=["JPEG"])
    factor = long_edge_px * LARGE_ENOUGH / max(image.size)
    image.draft(None, (max(1, int(image.width * factor)), max(1, int(image.height * factor))))
    return image


def _unpacked(file: Any) -> bool:
    """Read the sensor's values; False where LibRaw knows the file, but not its compression."""
    try:
        file.unpack()
    except (rawpy.LibRawFileUnsupportedError, rawpy.LibRawNotImplementedError):
        return False
    return True


def _developed(file: Any, limits: Limits, long_edge_px: int) -> Image.Image:
    """Half the size is enough for nearly every use: one pixel for each four of the mosaic."""
    edge = max(file.sizes.iwidth, file.sizes.iheight)
    is_half = edge >= 2 * long_edge_px * LARGE_ENOUGH
    form = FORMATS["RAW"]
    per_pixel = form.decode_bytes_per_pixel if is_half else 3 * form.decode_bytes_per_pixel
    most = limits.max_decode_bytes // per_pixel
    _refuse_pixels(file.sizes.iwidth, file.sizes.iheight, most)
    return Image.fromarray(
        file.postprocess(
            half_size=is_half,
            use_camera_wb=True,
            output_color=rawpy.ColorSpace.sRGB,
            output_bps=8,
            gamma=SRGB_CURVE,
        )
    )


def _dated(facts: ExifFacts, file: Any) -> ExifFacts:
    """With the time that LibRaw found, where no tags could be read: old makers' own formats."""
    if facts.candidates:
        return replace(facts, orientation=1)
    stamp = file.other.timestamp
    if not isinstance(stamp, dt.datetime) or stamp.year < EARLIEST_YEAR:
        return replace(facts, orientation=1)
    told = Candidate(
        source=Source.EXIF,
        local=stamp.replace(tzinfo=None),
        offset_minutes=None,
        precision=Precision.SECOND,
        confidence=80,
        note="as LibRaw reads it",
        text=stamp.isoformat(),
    )
    return replace(facts, candidates=(told,), orientation=1)
