"""The JSON API, put together from the routers that settings.API_ROUTERS names."""

from django.conf import settings
from ninja import NinjaAPI

api = NinjaAPI(
    title="Contact Sheet",
    version="1",
    urls_namespace="api",
    docs_url=None,  # the usual documentation page loads scripts from elsewhere
)

for prefix, router in settings.API_ROUTERS.items():
    api.add_router(prefix, router)
