"""Library folders: their state for whoever has photos in them, and what staff may do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gallery import access
from gallery.forms import LibraryFolderForm
from gallery.importing import folder_states, library_folders, listing
from gallery.importing.folders import FolderRefused
from gallery.models import LibraryFolder
from gallery.web.answers import invalid, unless_known
from gallery.web.paging import page_of
from gallery.web.requests import SignedInRequest, signed_in
from gallery.work import jobs

RUNS_SHOWN = 5
MISSING_PAGE_SIZE = 100


@require_safe
@signed_in
def folders(request: SignedInRequest) -> HttpResponse:
    found = list(folder_states.folders_of(request.user))
    counts = folder_states.counts_of(found)
    context = {"entries": [(folder, counts[folder.pk]) for folder in found]}
    return render(request, "gallery/folders.html", context)


@require_safe
@signed_in
def folder(request: SignedInRequest, folder_id: int) -> HttpResponse:
    found = access.library_folder_for(request.user, folder_id)
    page = page_of(
        folder_states.missing_files(found),
        order=("id",),
        cursor=request.GET.get("after"),
        size=MISSING_PAGE_SIZE,
    )
    context = {**_state(found), "missing": page.rows, "next_cursor": page.next_cursor}
    return render(request, "gallery/folder.html", context)


@require_safe
@signed_in
def folder_state(request: SignedInRequest, folder_id: int) -> HttpResponse:
    """The part of the page that lives while the folder is looked at."""
    found = access.library_folder_for(request.user, folder_id)
    return unless_known(request, render(request, "gallery/_folder_state.html", _state(found)))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def add_folder(request: SignedInRequest) -> HttpResponse:
    _staff_only(request)
    form = LibraryFolderForm(request.POST or None, initial={"owner": request.user})
    if request.method != "POST":
        return render(request, "gallery/add_folder.html", {"form": form})
    if form.is_valid():
        try:
            return redirect(library_folders.add(**form.cleaned_data, by=request.user))
        except FolderRefused as refusal:
            form.add_error("path", str(refusal))
    return invalid(request, "gallery/add_folder.html", {"form": form})


@require_POST
@signed_in
def look(request: SignedInRequest, folder_id: int) -> HttpResponse:
    found = access.library_folder_for(request.user, folder_id)
    try:
        library_folders.look_later(found, by_hand=True)
    except library_folders.StillImporting as refusal:
        messages.info(request, str(refusal))
    return redirect(found)


@require_POST
@signed_in
def watch(request: SignedInRequest, folder_id: int) -> HttpResponse:
    found = _managed(request, folder_id)
    library_folders.watch(found, on=request.POST.get("on") == "1")
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def copy_folder(request: SignedInRequest, folder_id: int) -> HttpResponse:
    """Ask first: it takes disk, and there is no way back by itself."""
    found = _managed(request, folder_id)
    if not found.is_in_place:
        return redirect(found)
    if request.method != "POST":
        return render(request, "gallery/copy_folder.html", _asked(found))
    try:
        library_folders.copy_originals(found)
    except library_folders.StillImporting as refusal:
        messages.info(request, str(refusal))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove_folder(request: SignedInRequest, folder_id: int) -> HttpResponse:
    """Ask first, saying how many photos would be without their originals."""
    found = _managed(request, folder_id)
    if request.method != "POST":
        return render(request, "gallery/remove_folder.html", _asked(found))
    library_folders.remove(found, by=request.user)
    messages.success(request, f"{found.path} is no library folder any more. No photo was deleted.")
    return redirect("gallery:folders")


def _staff_only(request: SignedInRequest) -> None:
    if not request.user.is_staff:
        raise Http404("Library folders are looked after by the administrator.")


def _managed(request: SignedInRequest, folder_id: int) -> LibraryFolder:
    _staff_only(request)
    return access.library_folder_for(request.user, folder_id)


def _asked(found: LibraryFolder) -> dict[str, Any]:
    return {"folder": found, "only_there": folder_states.only_there_count(found)}


def _state(found: LibraryFolder) -> dict[str, Any]:
    runs = folder_states.latest_runs(found, RUNS_SHOWN)
    counts = listing.counts_of(runs)
    return {
        "folder": found,
        "counts": folder_states.counts_of([found])[found.pk],
        "runs": [(run, counts[run.pk]) for run in runs],
        "going_on": next(
            ((run, jobs.progress(run.job)) for run in runs if not run.job.has_ended), None
        ),
    }
