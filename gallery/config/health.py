"""Two questions a proxy or a container asks: does the server run, and can it do its work?"""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from gallery.work import watchdog


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The server answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, and no background work waits for workers that do not come."""
    try:
        waits = watchdog.cluster_hangs()
    except DatabaseError:
        return HttpResponse("the database does not answer\n", "text/plain", 503)
    if waits:
        return HttpResponse("background work waits and nobody does it\n", "text/plain", 503)
    return HttpResponse("ok\n", content_type="text/plain")
