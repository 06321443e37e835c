"""The gallery: photos, their dates and cameras, import, timeline, trash."""

from django.apps import AppConfig


class GalleryConfig(AppConfig):
    name = "gallery"
    verbose_name = "Gallery"
