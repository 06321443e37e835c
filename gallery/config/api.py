"""The JSON API, put together from the routers that settings.API_ROUTERS names."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from ninja import NinjaAPI

from gallery.api.errors import answer_in_one_shape
from gallery.web.tokens import API_AUTH

api = NinjaAPI(
    title="Contact Sheet",
    version="1",
    urls_namespace="api",
    docs_url=None,  # the usual documentation page loads scripts from elsewhere
    docs_decorator=login_required,  # of openapi.json
    auth=API_AUTH,
)
answer_in_one_shape(api)

for prefix, router in settings.API_ROUTERS.items():
    api.add_router(prefix, router)
