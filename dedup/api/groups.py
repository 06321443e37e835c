"""Groups and decisions as JSON: list, show, decide, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest
from ninja import Query, Router
from ninja.errors import HttpError
from ninja.responses import Status

from dedup import access, bulk, groups, reviewing
from dedup.api.schemas import (
    REFUSALS,
    DecideIn,
    DecisionOut,
    DecisionPage,
    GroupOut,
    GroupPage,
    GroupsIn,
    GroupsWanted,
    JobOut,
    MemberOut,
    NotSimilarIn,
    photo_ref,
    reasons_out,
)
from dedup.choices import Choice, MergeTo
from dedup.groups import GroupView
from dedup.models import Decision, SimilarGroup
from gallery.api.schemas import Cursor, PageSize, RowId
from gallery.web.paging import page_of
from gallery.web.requests import SignedInRequest

router = Router(tags=["groups"])
decision_router = Router(tags=["decisions"])


@router.get("/", response={200: GroupPage, **REFUSALS}, summary="List groups")
def list_groups(
    request: HttpRequest,
    filters: Query[GroupsWanted],
    cursor: Cursor | None = None,
    size: PageSize = 30,
) -> Any:
    """Groups that wait for a decision, of the newest finished scan, unless others are asked for."""
    user = _user(request)
    chosen = access.scan_for(user, filters.scan) if filters.scan else None
    page = groups.listed(user, chosen, filters.wanted(), cursor=cursor, size=size)
    return {
        "scan": page.scan.pk if page.scan else None,
        "groups": [group_out(view) for view in page.groups],
        "next_cursor": page.next_cursor,
    }


@router.post("/decide-many", response={202: JobOut, **REFUSALS}, summary="Decide many groups")
def decide_many(request: HttpRequest, wanted: GroupsIn) -> Any:
    """A worker does it. The job tells what became of each group, and undoes all in one."""
    user = _user(request)
    own = SimilarGroup.objects.owned_by(user).filter(pk__in=wanted.groups)
    job = bulk.later(bulk.Act(wanted.act), own.order_by("pk"), user)
    return Status(202, {"job": job.pk, "title": job.title})


@router.get("/{group_id}", response={200: GroupOut, **REFUSALS}, summary="Show one group")
def group(request: HttpRequest, group_id: RowId) -> Any:
    return group_out(groups.members(access.group_for(_user(request), group_id)))


@router.post(
    "/{group_id}/decide", response={200: DecisionOut, **REFUSALS}, summary="Keep, archive, trash"
)
def decide(request: HttpRequest, group_id: RowId, wanted: DecideIn) -> Any:
    """409 if not one photo of the group would be left, unless that is asked for by name."""
    return _decided(
        request,
        group_id,
        lambda row, user: reviewing.make(
            row,
            Choice(
                frozenset(wanted.keep),
                frozenset(wanted.archive),
                frozenset(wanted.trash),
                merge=wanted.merge,
            ),
            by=user,
            even_if_empty=wanted.even_if_empty,
        ),
    )


@router.post(
    "/{group_id}/accept", response={200: DecisionOut, **REFUSALS}, summary="Accept the suggestion"
)
def accept(request: HttpRequest, group_id: RowId, merge: MergeTo | None = None) -> Any:
    """``merge`` as for deciding."""
    return _decided(
        request,
        group_id,
        lambda row, user: reviewing.accept_suggestion(row, user, merge=merge),
    )


@router.post("/{group_id}/keep-all", response={200: DecisionOut, **REFUSALS}, summary="Keep all")
def keep_all(request: HttpRequest, group_id: RowId) -> Any:
    return _decided(request, group_id, reviewing.keep_all)


@router.post(
    "/{group_id}/not-similar", response={200: DecisionOut, **REFUSALS}, summary="Not similar"
)
def not_similar(request: HttpRequest, group_id: RowId, wanted: NotSimilarIn) -> Any:
    return _decided(
        request, group_id, lambda row, user: reviewing.not_similar(row, user, wanted.photos)
    )


@decision_router.get(
    "/", response={200: DecisionPage, **REFUSALS}, summary="List decisions, newest first"
)
def decisions(request: HttpRequest, cursor: Cursor | None = None, size: PageSize = 100) -> Any:
    rows = Decision.objects.owned_by(_user(request)).select_related("change")
    page = page_of(rows, order=("-made_at", "-id"), cursor=cursor, size=size)
    return {"decisions": [decision_out(row) for row in page.rows], "next_cursor": page.next_cursor}


@decision_router.post(
    "/{decision_id}/undo", response={200: DecisionOut, **REFUSALS}, summary="Undo a decision"
)
def undo(request: HttpRequest, decision_id: RowId) -> Any:
    """409 with the reasons if something stands in the way. Undoing twice is harmless."""
    user = _user(request)
    return decision_out(reviewing.undo(access.decision_for(user, decision_id), user))


def group_out(view: GroupView) -> GroupOut:
    return GroupOut(
        id=view.id,
        scan=view.group.scan_id,
        kind=view.group.kind,
        state=view.group.state,
        photo_count=view.photo_count,
        lowest_percent=view.lowest_percent,
        highest_percent=view.highest_percent,
        span_seconds=view.span_seconds,
        spare_bytes=view.spare_bytes,
        members=[
            MemberOut(
                photo=photo_ref(member.photo),
                percent=member.percent if member.percent >= 0 else None,
                is_cover=member.is_cover,
                is_suggested=member.is_suggested,
                reason=member.reason,
                seconds_after_cover=member.seconds_after_cover,
                kind=member.kind,
                reasons=reasons_out(member.reasons),
            )
            for member in view.members
        ],
        decision=decision_out(view.decision) if view.decision else None,
    )


def decision_out(decision: Decision) -> DecisionOut:
    return DecisionOut(
        id=decision.pk,
        group=decision.group_id,
        kind=decision.kind,
        summary=decision.summary,
        made_at=decision.made_at,
        change=decision.change_id,
        is_undone=decision.is_undone,
    )


def _decided(
    request: HttpRequest, group_id: int, act: Callable[[SimilarGroup, Any], Decision]
) -> DecisionOut:
    user = _user(request)
    row = access.group_for(user, group_id)
    try:
        return decision_out(act(row, user))
    except reviewing.Refused as refusal:
        raise HttpError(409, str(refusal)) from refusal


def _user(request: HttpRequest) -> Any:
    return cast(SignedInRequest, request).user
