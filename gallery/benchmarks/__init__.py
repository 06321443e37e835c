"""Time and memory of the product beside the physical limit: `manage.py bench NAME`."""
