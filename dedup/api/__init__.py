"""Scans, groups and decisions as JSON; the same functions as the pages."""
