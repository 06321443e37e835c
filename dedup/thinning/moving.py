"""Move or delete the frames of a plain folder that a plan lets go, file by file, with a way back.

What changed since it was read stays, and so does the last name of a file with several names.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dedup.core.thinning import Fate
from dedup.thinning.folder import FileVerdict

MANIFEST = "thinned-{moment:%Y%m%d-%H%M%S}.jsonl"


class CannotRestore(Exception):
    """The file is no manifest that thinning wrote."""


@dataclass(frozen=True, slots=True)
class Done:
    path: Path
    result: str  # "moved", "deleted", "restored", or "left"
    reason: str = ""
    moved_to: Path | None = None


def leaving(verdicts: Iterable[FileVerdict]) -> Iterator[tuple[FileVerdict, str]]:
    """The files that go, each with the reason why it has to stay after all, mostly none."""
    going = [each for each in verdicts if each.verdict.fate is Fate.GOES]
    gone: set[tuple[int, int]] = set()
    for each in going:
        yield each, _objection(each, gone)
        gone.add(each.look.inode)


def _objection(each: FileVerdict, gone: set[tuple[int, int]]) -> str:
    try:
        stat = each.file.path.lstat()
    except OSError as error:
        return f"It cannot be reached any more: {error.strerror}."
    if (stat.st_size, stat.st_mtime_ns) != (each.look.size_bytes, each.look.modified_ns):
        return "It was written to since it was compared."
    if each.look.inode in gone:
        return "It is another name of a file that goes, so this name stays."
    return ""


def move(
    verdicts: Iterable[FileVerdict], root: Path, target: Path, now: dt.datetime
) -> Iterator[Done]:
    """Move what goes below ``target``, and write down each move before it is done."""
    target.mkdir(parents=True, exist_ok=True)
    manifest = target / MANIFEST.format(moment=now)
    with manifest.open("x", encoding="utf-8") as lines:
        for each, objection in leaving(verdicts):
            to = target / each.file.path.relative_to(root)
            if objection or os.path.lexists(to):
                yield Done(each.file.path, "left", objection or f"{to} is there already.")
                continue
            told = {"from": str(each.file.path.absolute()), "to": str(to.absolute())}
            lines.write(json.dumps(told, ensure_ascii=False) + "\n")
            lines.flush()
            yield _moved(each.file.path, to)


def _moved(source: Path, to: Path) -> Done:
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, to)
    except OSError as error:
        return Done(source, "left", f"It could not be moved: {error.strerror}.")
    return Done(source, "moved", moved_to=to)


def delete(verdicts: Iterable[FileVerdict]) -> Iterator[Done]:
    """Delete what goes. There is no way back."""
    for each, objection in leaving(verdicts):
        if objection:
            yield Done(each.file.path, "left", objection)
            continue
        try:
            each.file.path.unlink()
        except OSError as error:
            yield Done(each.file.path, "left", f"It could not be deleted: {error.strerror}.")
        else:
            yield Done(each.file.path, "deleted")


def restore(manifest: Path) -> Iterator[Done]:
    """Move back what a manifest names; what is back already, or taken again, is told."""
    for source, to in _moves(manifest):
        if not os.path.lexists(to):
            here = os.path.lexists(source)
            yield Done(source, "left", "It is back already." if here else f"{to} is gone.")
        elif os.path.lexists(source):
            yield Done(source, "left", "There is another file of this name by now.")
        else:
            done = _moved(to, source)
            yield Done(source, "restored" if done.result == "moved" else "left", done.reason)


def _moves(manifest: Path) -> list[tuple[Path, Path]]:
    try:
        told = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
        return [(Path(each["from"]), Path(each["to"])) for each in told]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotRestore(f"{manifest} is no manifest of moved frames: {error}") from error
