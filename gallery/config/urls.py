"""Mounts the pages of both apps, the API and the admin."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from gallery.config.api import api
from gallery.config.health import healthz, readyz

# Its forms would let an administrator run any function of any module on the server; what staff
# need to know of the work is in the lists of jobs.
for model in [model for model in admin.site._registry if model._meta.app_label == "django_q"]:
    admin.site.unregister(model)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("", include("dedup.urls")),
    path("", include("gallery.urls")),
]
