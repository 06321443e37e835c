"""Mounts the pages of both apps, the API and the admin."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from gallery.config.api import api
from gallery.config.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("", include("dedup.urls")),
    path("", include("gallery.urls")),
]
