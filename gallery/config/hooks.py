"""Which part is called when: names of functions and modules, imported when they are needed.

A part that is called by name may lie above its caller in the layers, or in the other app.
"""

from __future__ import annotations

# Kind of job -> module with work_on(claim) and perhaps STAGES, next_stage(job), ended(job).
JOB_HANDLERS: dict[str, str] = {
    "import": "gallery.importing.runs",
    "archive": "gallery.importing.archive_runs",
    "look": "gallery.importing.looking",
    "bulk": "gallery.bulk",
    "deletion": "gallery.deletion",
    "clearing": "gallery.clearing",
    "cameras": "gallery.camera_work",
    "rows": "gallery.row_acts",
    "rows_preview": "gallery.row_acts",
    "dates": "gallery.dating.work",
    "doubts": "gallery.dating.checking",
    "scan": "dedup.scanning",
    "review": "dedup.bulk",
    "frame_steps": "dedup.frame_steps",
    "review_preview": "dedup.bulk_preview",
    "thinning": "dedup.thinning.work",
    "suggest": "dedup.suggesting",
}
# Those that change thousands of rows: listed as bulk jobs, with their results and one undo,
# except for what was deleted forever.
BULK_KINDS = ["bulk", "review", "dates", "cameras", "deletion", "rows"]

# Acts of administrators on thousands of rows: name -> gallery.row_acts.RowAct. The name stands in
# stored jobs.
ROW_ACTS: dict[str, str] = {
    "pause_imports": "gallery.importing.many_runs.PAUSE",
    "resume_imports": "gallery.importing.many_runs.RESUME",
    "cancel_imports": "gallery.importing.many_runs.CANCEL",
    "retry_imports": "gallery.importing.many_runs.TRY_AGAIN",
    "merge_cameras": "gallery.many_cameras.MERGE",
    "rename_cameras": "gallery.many_cameras.RENAME",
    "shift_clocks": "gallery.many_cameras.SHIFT_CLOCKS",
    "archive_photos": "gallery.many_photos.ARCHIVE",
    "unarchive_photos": "gallery.many_photos.UNARCHIVE",
    "trash_photos": "gallery.many_photos.TRASH",
    "restore_photos": "gallery.many_photos.RESTORE",
    "copy_settings": "dedup.many_cameras.COPY_SETTINGS",
    "plan_thinning": "dedup.many_cameras.PLAN_THINNING",
    "thin_cameras": "dedup.many_cameras.THIN",
    "pause_scans": "dedup.many_scans.PAUSE",
    "resume_scans": "dedup.many_scans.RESUME",
    "cancel_scans": "dedup.many_scans.CANCEL",
    "scan_again": "dedup.many_scans.AGAIN",
}

# Called with the ImportRun that has just ended, if it added photos.
AFTER_IMPORT = [
    "gallery.dating.checking.after_import",
    "dedup.scanning.scan_after_import",
    "dedup.thinning.live.after_import",
]

# Called with an owner and the numbers of photos whose dates have just changed.
DATES_CHANGED = ["gallery.dating.checking.refresh", "dedup.scanning.scan_after_dates"]

# Called in the transaction of an act with the owner, the numbers of the photos that went to another
# place or stack, and the Change that was made or undone (none for stacks). See gallery.telling.
STATES_CHANGED = ["dedup.group_states.after_change"]

# Called with the numbers of photos before they are deleted forever, in the same transaction.
BEFORE_DELETION = ["dedup.group_states.forget"]

# Called once a day, one after the other; a failing one does not stop the rest.
DAILY_TASKS: list[str] = [
    "gallery.naming_places.name_places",
    "gallery.changes.empty_expired_trash",
    "gallery.importing.archive_runs.expire_forgotten",
]

# The same once an hour.
HOURLY_TASKS: list[str] = [
    "gallery.importing.sweeping.close_forgotten",
    "gallery.importing.sweeping.sweep",
]

# The same every WATCH_INTERVAL.
FREQUENT_TASKS: list[str] = [
    "gallery.importing.library_folders.look_at_watched",
    "dedup.thinning.live.begin_all",
]

# Asked before photos go to the trash; each gets the photos and returns what must not be lost.
TRASH_GUARDS: list[str] = ["dedup.reviewing.groups_left_empty"]

# What `manage.py bench NAME` runs: modules with add_arguments(parser) and run(options).
BENCHMARKS = {
    "import": "gallery.benchmarks.importing",
    "answering": "gallery.benchmarks.answering",
    "takeout": "gallery.benchmarks.takeout",
    "look": "gallery.benchmarks.looking",
    "timeline": "gallery.benchmarks.timeline",
    "scan": "dedup.benchmarks.scanning",
    "similarity": "dedup.benchmarks.similarity",
    "sliders": "dedup.benchmarks.sliders",
    "review": "dedup.benchmarks.review",
    "keys": "dedup.benchmarks.keys",
    "cameras": "dedup.benchmarks.cameras",
    "admin": "dedup.benchmarks.admin",
}
