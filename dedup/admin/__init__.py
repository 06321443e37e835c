"""Scans, groups, decisions and what was measured, for staff.

Every action calls what the pages call; those on many rows leave the work to a worker.
"""

from dedup.admin import cameras, groups, live, measures, scans

__all__ = ["cameras", "groups", "live", "measures", "scans"]
