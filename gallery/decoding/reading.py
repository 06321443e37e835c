"""What a file says of itself, read in the decoder process: no Django, no database.

Both sides speak JSON and raw bytes, never pickle: this process has foreign bytes in its hands,
and nothing it says is trusted further than a value.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gallery.core import cameras, filenames, labels, pictures, pixels, sidecars, videos
from gallery.core.taken_at import Candidate, Precision, Source, to_json

# Real ones have some kilobytes.
LARGEST_SIDE_FILE = 1024 * 1024

Answer = tuple[dict[str, Any], list[bytes]]


def read(request: dict[str, Any]) -> Answer:
    """Decode one file once: its facts, its dates, its camera, and its small copies as JPEG."""
    path = Path(request["path"])
    limits = pictures.Limits(**request["limits"])
    if request.get("only_pixels"):
        return _pixels(path, limits)
    sizes = [size for size in pictures.SIZES if size.name in request["derivatives"]]
    try:
        decoded = pictures.decode_once(
            path, limits, long_edge_px=max(size.long_edge_px for size in sizes)
        )
    except pictures.UnreadablePicture as error:
        return {"refused": str(error.code), "reason": error.reason, **_video(path)}, []
    facts = decoded.facts
    answer = {
        "format": facts.format,
        "width": facts.width,
        "height": facts.height,
        "average_color": decoded.average_color,
        "facts": facts.exif.to_json() | _pages(facts) | _motion(path, facts.format),
        **_origin(facts.exif, request),
    }
    return answer, [pictures.encode(decoded.image, size) for size in sizes]


def _video(path: Path) -> dict[str, Any]:
    """What a refused file tells of itself if it is a video: it may belong to a photo."""
    with path.open("rb") as file:
        if not videos.is_video(file.read(16)):
            return {}
        return {"video": videos.read(file).to_json()}


def _motion(path: Path, form: str) -> dict[str, Any]:
    if form not in ("JPEG", "HEIC"):
        return {}
    with path.open("rb") as file:
        found = videos.inside(file)
    return {"video": found} if found else {}


def _pages(facts: pictures.PictureFacts) -> dict[str, int]:
    """Pages of a TIFF, frames of an animation or sequence: the first is shown, all are kept."""
    return {"frames": facts.frames} if facts.frames > 1 else {}


def _pixels(path: Path, limits: pictures.Limits) -> Answer:
    try:
        return {}, [pixels.digest(path, limits)]
    except pictures.UnreadablePicture as error:
        return {"refused": str(error.code), "reason": error.reason}, []


def _origin(exif: Any, request: dict[str, Any]) -> dict[str, Any]:
    """When and by which camera, from everything that speaks of it."""
    candidates: list[Candidate] = list(exif.candidates)
    if request.get("now"):
        now = dt.datetime.fromisoformat(request["now"])
        candidates += filenames.read(request["name"], now=now)
    side = _sidecar(request.get("sidecar"))
    candidates += side.candidates
    if request.get("modified"):
        candidates.append(_file_time(dt.datetime.fromisoformat(request["modified"])))
    name = Path(request["name"])
    camera = cameras.identify(exif, name.name, name.parent.name or request.get("folder", ""))
    return {
        "candidates": to_json(candidates),
        "camera": asdict(camera) if camera else None,
        "favourite": side.favourite,
        "archived": side.archived,
        "trashed": side.trashed,
        "told_beside": _told_beside(side),
        # Programs that sort photos write beside them, and later than the camera wrote into them.
        "rating": exif.rating if side.rating is None else side.rating,
        "tags": labels.tags_of([*exif.tags, *side.tags]),
    }


def _told_beside(side: sidecars.SidecarFacts) -> dict[str, Any]:
    """What the side file adds to the facts of the photo, where the photo says nothing itself."""
    told: dict[str, Any] = {}
    if side.latitude is not None:
        told |= {"latitude": side.latitude, "longitude": side.longitude}
    if side.description:
        told["description"] = side.description
    return told


def _sidecar(path: str | None) -> sidecars.SidecarFacts:
    """What the side file says; one that says nothing sensible is no reason to refuse a photo."""
    if not path:
        return sidecars.SidecarFacts()
    try:
        with Path(path).open("rb") as file:
            return sidecars.read(path, file.read(LARGEST_SIDE_FILE))
    except (sidecars.UnreadableSidecar, OSError) as error:
        refused = Candidate(
            source=Source.SIDECAR,
            local=None,
            offset_minutes=None,
            precision=Precision.UNKNOWN,
            confidence=0,
            text=Path(path).name,
            refusal=str(error),
        )
        return sidecars.SidecarFacts(candidates=(refused,))


def _file_time(modified: dt.datetime) -> Candidate:
    return Candidate(
        source=Source.FILE,
        local=None,
        instant=modified.astimezone(dt.UTC),
        offset_minutes=None,
        precision=Precision.SECOND,
        confidence=10,
        note="the file's own time: when it was last written or copied",
        text=modified.isoformat(),
    )
