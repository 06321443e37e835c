"""The tables of docs/importing.md about the sample files, written from what an import gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from gallery.importing import folders
from gallery.models import ImportedFile, ImportRun, Outcome, Photo

# Set of samples, as people call it -> its folder and the folders in it that are classes.
SETS = {
    "Google Takeout": "takeout",
    "EXIF": "exif",
    "Robustness": "robustness",
}
SOURCES = {
    "exif": "EXIF",
    "exif_digitized": "EXIF (digitized)",
    "sidecar": "side file",
    "gps": "satellites",
    "name": "file name",
    "exif_modified": "EXIF (modified)",
    "file": "file's own time",
    "import": "none",
}


def section(runs: dict[str, ImportRun]) -> str:
    """Everything between the marks in the document."""
    parts = [
        "How many files of each set end how, and what their dates come from:\n",
        _overview(runs),
        "\nWhy files are refused:\n",
        _refusals(runs),
        "\nThe files of the Takeout that have a side file, and what came of them:\n",
        _pairs(runs["Google Takeout"]),
        "\nThe dates of the EXIF samples, as the clock on the wall showed them. “±” says that the"
        " offset from UTC is known. Those that are known from the file's own time alone are left"
        " out: that time is the day of the download.\n",
        _dates(runs["EXIF"]),
    ]
    return "\n".join(parts)


def _overview(runs: dict[str, ImportRun]) -> str:
    rows = []
    for name, run in runs.items():
        ended = Counter(run.files.values_list("outcome", flat=True))
        added = Photo.objects.filter(imported_files__run=run, imported_files__outcome="added")
        sources = Counter(added.values_list("taken_source", flat=True))
        rows.append(
            [
                name,
                sum(ended.values()),
                ended[Outcome.ADDED],
                ended[Outcome.ALREADY_HERE],
                ended[Outcome.REFUSED],
                *(sources[source] for source in SOURCES),
            ]
        )
    head = ["set", "files", "added", "already here", "refused", *SOURCES.values()]
    return _table(head, rows)


def _refusals(runs: dict[str, ImportRun]) -> str:
    counts = {
        name: Counter(run.files.filter(outcome="refused").values_list("code", flat=True))
        for name, run in runs.items()
    }
    codes = sorted({code for each in counts.values() for code in each})
    rows = [[f"`{code}`", *(counts[name][code] for name in runs)] for code in codes]
    return _table(["reason", *runs], rows)


def _pairs(run: ImportRun) -> str:
    root = Path(run.root)
    rows = []
    for file in _by_path(run.files.all()):
        beside = folders.offered(root, root / file.path).sidecar
        if beside is not None:
            end = _date(file.photo) if file.photo else _end(file)
            rows.append([f"`{_short(file.path)}`", f"`{beside.name}`", end])
    return _table(["file", "side file", "taken"], rows)


def _end(file: ImportedFile) -> str:
    return f"refused: `{file.code}`" if file.outcome == "refused" else file.reason


def _dates(run: ImportRun) -> str:
    added = _by_path(run.files.filter(outcome="added"))
    rows = [
        [f"`{_short(file.path)}`", _date(file.photo), SOURCES[file.photo.taken_source]]
        for file in added
        if file.photo is not None and file.photo.taken_source not in {"file", "import"}
    ]
    return _table(["sample", "taken", "from"], rows)


def _by_path(files: Iterable[ImportedFile]) -> list[ImportedFile]:
    return sorted(files, key=lambda file: file.path)  # databases sort by different rules


def _date(photo: Photo) -> str:
    text = photo.taken_local.isoformat(sep=" ", timespec="seconds")
    text = text[:10] if photo.taken_precision == "day" else text[:19]
    return f"{text} ±" if photo.utc_offset_known else text


def _short(path: str) -> str:
    return "/".join(path.split("/")[-2:])


def _table(head: list[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
