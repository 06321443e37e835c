"""Similar photos: finding, showing and settling them."""

from django.apps import AppConfig


class DedupConfig(AppConfig):
    name = "dedup"
    verbose_name = "Similar photos"
