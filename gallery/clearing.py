"""Files of photos that were deleted forever leave the disk as a job of their own.

The job is written in the transaction that deletes the rows: a crash between the two leaves
neither a row without its file nor, for long, a file without its row.
"""

from __future__ import annotations

from collections.abc import Sequence

from gallery.files.deleting import delete_unneeded
from gallery.work import jobs
from gallery.work.claims import Claim, extend, finish

KIND = "clearing"
STAGES = ("Deleting files",)

FILES_PER_CHUNK = 200


def delete_files_later(checksums: Sequence[str]) -> None:
    """Once the current transaction is committed, delete the originals nobody needs any more."""
    starts = range(0, len(checksums), FILES_PER_CHUNK)
    pieces = [list(checksums[start : start + FILES_PER_CHUNK]) for start in starts]
    if pieces:
        jobs.start(KIND, None, f"Delete {len(checksums):,} files", pieces)


def work_on(claim: Claim) -> None:
    for checksum in claim.payload:
        extend(claim)
        delete_unneeded([checksum])
    finish(claim)
