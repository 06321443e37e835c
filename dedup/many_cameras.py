"""Acts of administrators on the frames of thousands of cameras: settings, plans, thinning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from dedup import camera_settings
from dedup.core.thinning import Keep, Rule
from dedup.models import Thinning
from dedup.thinning import plans
from gallery import bulk, row_acts
from gallery.core import sizes
from gallery.many_cameras import NOUNS, cameras_of, day_of, name_of, photos_in_words, was_merged
from gallery.models import Camera, Job, RowResult, User
from gallery.row_acts import Call, Item, Result, RowAct
from gallery.work import jobs

IS_COMPARED = "Its frames are being compared."
NO_PLAN = "You have made no plan for it: choose “Plan thinning” first."


def _look_at_copying(call: Call) -> list[Item]:
    cameras = cameras_of(call)
    models = _models(call)
    rules = camera_settings.rules_of([*call.ids, *(model.pk for model in models.values())])
    items = []
    for camera in cameras:
        model = models.get(camera.owner_id)
        if model is None:
            why = "No chosen camera of this owner has settings of its own."
        elif model.pk == camera.pk:
            why = "Its settings are the ones that are copied."
        elif rules[model.pk] == rules[camera.pk]:
            why = "It has these settings."
        else:
            told = f"As {model.name}."
            items.append(Item(camera.pk, name_of(camera), Result.DONE, told))
            continue
        items.append(Item(camera.pk, name_of(camera), Result.NOTHING_TO_DO, why))
    return items


def _copy(call: Call) -> list[Item]:
    models, found = _models(call), {camera.pk: camera for camera in cameras_of(call)}
    items = []
    for item in _look_at_copying(call):
        if item.result == Result.DONE:
            camera = found[item.row_id]
            change = camera_settings.copy(models[camera.owner_id], [camera], by=call.by)
            item = Item(item.row_id, item.name, Result.DONE, item.told, made=change.pk)
        items.append(item)
    return items


def _models(call: Call) -> dict[int, Camera]:
    """The camera of each owner whose settings are copied."""
    cameras = Camera.objects.filter(pk__in=call.options["from"])
    return {camera.owner_id: camera for camera in cameras}


def _look_at_planning(call: Call) -> list[Item]:
    return [_to_plan(camera, call) for camera in cameras_of(call)]


def _to_plan(camera: Camera, call: Call) -> Item:
    name = name_of(camera)
    plan = newest_plan(camera, call.by)
    count = plans.frames_between(camera, *_days(call.options)).count()
    if objection := was_merged(camera):
        return Item(camera.pk, name, Result.NOTHING_TO_DO, objection)
    if plan is not None and not plan.job.has_ended:
        return Item(camera.pk, name, Result.NOTHING_TO_DO, IS_COMPARED)
    if count < 2:
        why = "There are fewer than two frames in this time."
        return Item(camera.pk, name, Result.NOTHING_TO_DO, why)
    return Item(camera.pk, name, Result.DONE, f"{count:,} frames to compare.", count)


def _plan(call: Call) -> list[Item]:
    options = call.options
    rule = Rule(Keep(options["keep"]), options["every_minutes"])
    first, last = _days(options)
    items = []
    for camera in cameras_of(call):
        item = _to_plan(camera, call)
        if item.result == Result.DONE:
            plan = plans.start(camera, rule, by=call.by, first_day=first, last_day=last)
            told = f"{item.photos:,} frames are compared: plan {plan.pk}."
            item = Item(camera.pk, item.name, Result.DONE, told, item.photos, plan.job_id)
        items.append(item)
    return items


def _stop_planning(some: Sequence[RowResult], by: User) -> list[Item]:
    found = Job.objects.in_bulk([each.made for each in some if each.made])
    items = []
    for each in some:
        job = found.get(each.made or 0)
        if job is not None and jobs.cancel(job, by):
            items.append(Item(each.row_id, each.name, Result.DONE, "The comparing was stopped."))
        else:
            why = "The plan is made. It touches nothing by itself."
            items.append(Item(each.row_id, each.name, Result.NOTHING_TO_DO, why))
    return items


def _days(options: dict[str, Any]) -> tuple[dt.date | None, dt.date | None]:
    return day_of(options["first_day"]), day_of(options["last_day"])


def newest_plan(camera: Camera, by: User) -> Thinning | None:
    """The last plan that this person has begun for the camera."""
    made = Thinning.objects.by_hand().filter(camera=camera, job__owner=by)
    return made.select_related("job", "act_job", "camera").order_by("-pk").first()


def _look_at_thinning(call: Call) -> list[Item]:
    return [_to_thin(camera, newest_plan(camera, call.by)) for camera in cameras_of(call)]


def _to_thin(camera: Camera, plan: Thinning | None) -> Item:
    name = name_of(camera)
    if plan is None:
        return Item(camera.pk, name, Result.NOTHING_TO_DO, NO_PLAN)
    if not plan.job.has_ended:
        return Item(camera.pk, name, Result.NOTHING_TO_DO, IS_COMPARED)
    if objection := plans.what_stands_in_the_way(plan):
        return Item(camera.pk, name, Result.NOTHING_TO_DO, objection)
    found = plans.summary(plan)
    if not found.goes:
        return Item(camera.pk, name, Result.NOTHING_TO_DO, "By its plan no frame goes.")
    told = f"{found.goes:,} of {found.frames:,} frames, {sizes.in_words(found.bytes_going)}."
    return Item(camera.pk, name, Result.DONE, told, found.goes)


def _thin(call: Call) -> list[Item]:
    items = []
    for camera in cameras_of(call):
        plan = newest_plan(camera, call.by)
        item = _to_thin(camera, plan)
        if plan is not None and item.result == Result.DONE:
            item = _thinned(plan, item, call)
        items.append(item)
    return items


def _thinned(plan: Thinning, item: Item, call: Call) -> Item:
    try:
        job = plans.act(plan, bulk.Act(call.options["act"]), by=call.by)
    except plans.CannotAct as objection:
        return Item(item.row_id, item.name, Result.REFUSED, str(objection))
    told = f"{photos_in_words(job.total)}, by a job of its own."
    return Item(item.row_id, item.name, Result.DONE, told, job.total, job.pk)


def _undo_thinning(some: Sequence[RowResult], by: User) -> list[Item]:
    found = Job.objects.in_bulk([each.made for each in some if each.made])
    items = []
    for each in some:
        job = found.get(each.made or 0)
        if job is None:
            item = Item(each.row_id, each.name, Result.GONE, "Its job is no longer there.")
        elif not job.has_ended:
            why = "Its job has not ended. Undo it then."
            item = Item(each.row_id, each.name, Result.REFUSED, why)
        elif not bulk.can_be_undone(job):
            why = "There is nothing to undo any more."
            item = Item(each.row_id, each.name, Result.NOTHING_TO_DO, why)
        else:
            undoing = bulk.undo_later(job, by)
            told = "A job of its own brings them back."
            item = Item(each.row_id, each.name, Result.DONE, told, each.photos, undoing.pk)
        items.append(item)
    return items


COPY_SETTINGS = RowAct(
    title="Copy frame settings from the camera set last",
    one=NOUNS[0],
    many=NOUNS[1],
    rows=Camera,
    note="Of each owner, the chosen camera whose settings were saved last is the model. You can "
    "undo it.",
    look=_look_at_copying,
    do=_copy,
    undo=row_acts.undo_changes,
)

PLAN_THINNING = RowAct(
    title="Plan thinning",
    one=NOUNS[0],
    many=NOUNS[1],
    rows=Camera,
    note="Workers compare the frames of each and find those that show nothing new. Nothing is "
    "moved by that: choose “Thin out by the plans” when they are done. An undo stops the "
    "comparing.",
    look=_look_at_planning,
    do=_plan,
    undo=_stop_planning,
    at_once=1,
)

THIN = RowAct(
    title="Thin out by the plans",
    one=NOUNS[0],
    many=NOUNS[1],
    rows=Camera,
    note="What goes is what your newest plan of each camera lets go; what you kept in a plan "
    "stays. You can undo it.",
    look=_look_at_thinning,
    do=_thin,
    undo=_undo_thinning,
    at_once=1,
    made_is_job=True,
)
