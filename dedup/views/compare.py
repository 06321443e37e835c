"""Two photos side by side, with their percentage, its reasons, and a picture of what differs."""

from __future__ import annotations

import logging

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from dedup.comparison import CannotCompare, PhotoPair
from dedup.pairs import KIND_WORDS
from gallery import access
from gallery.web.requests import SignedInRequest, signed_in
from gallery.web.stored_files import ONE_YEAR, PICTURE_POLICY

log = logging.getLogger(__name__)


@require_safe
@signed_in
def compare(request: SignedInRequest, first_id: int, second_id: int) -> HttpResponse:
    pair = _pair(request, first_id, second_id)
    context = {"first": pair.first, "second": pair.second, "version": pair.version}
    try:
        found = pair.compared()
    except CannotCompare as problem:
        return render(request, "dedup/compare.html", context | {"problem": str(problem)})
    context |= {"found": found, "kind": KIND_WORDS[found.kind]}
    return render(request, "dedup/compare.html", context)


@require_safe
@signed_in
def difference(request: SignedInRequest, first_id: int, second_id: int) -> HttpResponseBase:
    """The picture of what differs, drawn when it is asked for and kept by the browser."""
    pair = _pair(request, first_id, second_id)
    etag = f'"{pair.version}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    response: HttpResponse
    if etag in {tag.removeprefix("W/") for tag in known}:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(_drawn(pair), content_type="image/jpeg")
    response["ETag"] = etag
    response["Content-Security-Policy"] = PICTURE_POLICY
    if request.GET.get("v") == pair.version:
        patch_cache_control(response, private=True, max_age=ONE_YEAR, immutable=True)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _pair(request: SignedInRequest, first_id: int, second_id: int) -> PhotoPair:
    if first_id == second_id:
        raise Http404("A photo is not compared with itself.")
    return PhotoPair(
        access.photo_for(request.user, first_id), access.photo_for(request.user, second_id)
    )


def _drawn(pair: PhotoPair) -> bytes:
    try:
        return pair.difference()
    except CannotCompare as problem:
        log.warning("No difference of photos %s and %s: %s", pair.first.pk, pair.second.pk, problem)
        raise Http404(str(problem)) from None
