"""What became of every frame, with the reason: as rows and as JSON."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dedup.core.thinning import Fate
from dedup.thinning.folder import FileVerdict
from dedup.thinning.moving import Done

COLUMNS = (
    *("file", "camera", "taken", "fate", "why", "reason", "compared_with"),
    *("percent_redundant", "percent_moved", "boxes", "bytes", "result"),
)


def summary(verdicts: Sequence[FileVerdict], done: Sequence[Done]) -> dict[str, Any]:
    """Counts and bytes, in all and of each camera."""
    return {
        **_counts(verdicts),
        "results": dict(Counter(each.result for each in done)),
        "cameras": {
            camera: _counts([each for each in verdicts if each.file.camera == camera])
            for camera in sorted({each.file.camera for each in verdicts})
        },
    }


def _counts(verdicts: Sequence[FileVerdict]) -> dict[str, Any]:
    going = [each for each in verdicts if each.verdict.fate is Fate.GOES]
    fates = Counter(each.verdict.fate for each in verdicts)
    return {
        "frames": len(verdicts),
        "kept": fates[Fate.KEPT],
        "goes": fates[Fate.GOES],
        "listed": fates[Fate.LISTED],
        "bytes": sum(each.look.size_bytes for each in verdicts),
        "bytes_going": sum(each.look.size_bytes for each in going),
    }


def rows(
    verdicts: Sequence[FileVerdict], root: Path, done: Sequence[Done]
) -> Iterator[dict[str, Any]]:
    results = {each.path: each for each in done}
    for each in verdicts:
        verdict, result = each.verdict, results.get(each.file.path)
        yield {
            "file": each.file.path.relative_to(root).as_posix(),
            "camera": each.file.camera,
            "taken": each.file.taken.isoformat() if each.file.taken else "",
            "fate": str(verdict.fate),
            "why": str(verdict.why),
            "reason": verdict.reason,
            "compared_with": verdict.beside.relative_to(root).as_posix() if verdict.beside else "",
            "percent_redundant": "" if verdict.percent is None else round(verdict.percent, 2),
            "percent_moved": round(verdict.score, 4),
            "boxes": [_rounded(asdict(box)) for box in verdict.boxes],
            "bytes": each.look.size_bytes,
            "result": _result(result),
        }


def _result(done: Done | None) -> str:
    if done is None:
        return ""
    return f"{done.result}: {done.reason}" if done.reason else done.result


def write(path: Path, told: dict[str, Any]) -> None:
    """As JSON or as CSV, by the ending of the name. ``told`` has the key "files" with the rows."""
    if path.suffix.lower() == ".json":
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in told["files"]:
            writer.writerow({**row, "boxes": json.dumps(row["boxes"]) if row["boxes"] else ""})


def _rounded(box: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in box.items()}
