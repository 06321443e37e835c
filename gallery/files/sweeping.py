"""What a crash left behind in the folder of incoming files."""

from __future__ import annotations

import datetime as dt
import time

from django.conf import settings

# Nobody works on one temporary file for so long.
LEFT_BEHIND_AFTER = dt.timedelta(days=1)


def sweep_incoming() -> int:
    """Remove temporary files that lie there from a process that was killed. Runs daily."""
    limit = time.time() - LEFT_BEHIND_AFTER.total_seconds()
    swept = 0
    for path in settings.INCOMING_FOLDER.glob("tmp*"):
        if path.is_file() and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
            swept += 1
    return swept
