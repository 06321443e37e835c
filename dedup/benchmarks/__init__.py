"""Time and memory of the search for similar photos: `manage.py bench NAME`."""
