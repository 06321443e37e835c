"""Door 3: zip files and Google Takeout, read in place. The work on them is `archive_runs`."""
