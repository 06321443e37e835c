"""The address a request really comes from, when trusted proxies stand in front."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address the outermost trusted proxy saw.

    Each proxy appends the address it was called from. Counting from the right is safe:
    what a client wrote into the header itself stands further to the left.
    """
    direct: str = request.META.get("REMOTE_ADDR", "")
    if not settings.TRUSTED_PROXIES:
        return direct
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if len(chain) < settings.TRUSTED_PROXIES or not all(chain):
        return direct
    address: str = chain[-settings.TRUSTED_PROXIES]
    return address
