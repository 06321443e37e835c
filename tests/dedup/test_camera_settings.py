"""Settings of a camera: saved by day and by night, undone, and heeded wherever frames meet."""

from __future__ import annotations

import pytest
from PIL import Image

from dedup import camera_settings
from dedup.camera_settings import rules_for
from dedup.comparison import PhotoPair
from dedup.core.camera_frames import Outcome
from dedup.core.camera_settings import DEFAULT_RULES, FrameSettings, TimeOfDay
from dedup.core.features import measure
from gallery import changes
from gallery.files import derivatives
from gallery.models import Camera, Change, Photo, User
from tests.dedup.library import store_features
from tests.dedup.test_fixed_cameras import CAR, VIEW, frame, group_of, kept
from tests.factories import NOON, make_camera, make_stored_photo
from tests.pictures import with_grain, with_thing

pytestmark = pytest.mark.django_db

DAY, NIGHT = TimeOfDay.DAY, TimeOfDay.NIGHT
STRICT = FrameSettings(threshold_percent=90)
# The lower right of the picture, where the car stands.
AROUND_CAR = FrameSettings(ignored=(((0.4, 0.5), (0.7, 0.5), (0.7, 0.8), (0.4, 0.8)),))


@pytest.fixture
def camera(alice: User) -> Camera:
    return make_camera(alice, "c21", prefix="c21")


def save(camera: Camera, time_of_day: TimeOfDay, chosen: FrameSettings, begins: int) -> Change:
    return camera_settings.save([camera], {time_of_day: (chosen, begins)}, by=camera.owner)


def test_a_camera_without_settings_has_the_defaults(camera: Camera) -> None:
    assert rules_for(camera) == DEFAULT_RULES


def test_day_and_night_are_saved_apart(camera: Camera) -> None:
    save(camera, NIGHT, STRICT, 21 * 60)
    rules = rules_for(camera)
    assert (rules.night, rules.night_begins) == (STRICT, 21 * 60)
    assert (rules.day, rules.day_begins) == (DEFAULT_RULES.day, DEFAULT_RULES.day_begins)


def test_undo_brings_back_what_was_in_force(alice: User, camera: Camera) -> None:
    save(camera, DAY, AROUND_CAR, 360)
    change = save(camera, DAY, STRICT, 400)
    assert change.summary == "Settings of c21 by day"
    changes.undo(change, by=alice)
    assert rules_for(camera).day == AROUND_CAR


def test_a_reset_to_the_defaults_can_be_undone(alice: User, camera: Camera) -> None:
    save(camera, DAY, STRICT, 400)
    change = camera_settings.reset(camera, DAY, by=alice)
    assert rules_for(camera) == DEFAULT_RULES
    changes.undo(change, by=alice)
    assert rules_for(camera).day == STRICT


def test_a_time_of_day_begins_within_the_day(camera: Camera) -> None:
    with pytest.raises(ValueError, match="23:59"):
        save(camera, DAY, STRICT, 1440)


def test_a_scan_leaves_out_what_moves_in_an_ignored_area(alice: User, camera: Camera) -> None:
    frame(alice, VIEW, 0, camera)
    frame(alice, with_thing(VIEW, CAR), 1, camera)
    assert len(kept(group_of(alice))) == 2
    save(camera, DAY, AROUND_CAR, 360)
    assert len(kept(group_of(alice))) == 1


def test_settings_for_the_night_do_not_touch_the_day(alice: User, camera: Camera) -> None:
    frame(alice, VIEW, 0, camera)
    frame(alice, with_thing(VIEW, CAR), 1, camera)
    save(camera, NIGHT, AROUND_CAR, 1200)
    assert len(kept(group_of(alice))) == 2


def test_two_photos_are_compared_by_the_settings_of_their_camera(
    alice: User, camera: Camera
) -> None:
    pair = [_stored(alice, picture, camera) for picture in (VIEW, with_thing(VIEW, CAR))]
    before = PhotoPair(*pair)
    assert before.frames and before.frames.outcome is Outcome.MOVED
    save(camera, DAY, AROUND_CAR, 360)
    after = PhotoPair(*pair)
    assert after.frames and after.frames.outcome is not Outcome.MOVED
    assert after.version != before.version


def test_several_cameras_are_set_as_one_change(alice: User, camera: Camera) -> None:
    other = make_camera(alice, "c22", prefix="c22")
    change = camera_settings.save(
        [camera, other], {DAY: (STRICT, 360), NIGHT: (STRICT, 1200)}, by=alice
    )
    assert rules_for(camera) == rules_for(other) != DEFAULT_RULES
    changes.undo(change, by=alice)
    assert rules_for(camera) == rules_for(other) == DEFAULT_RULES


def _stored(owner: User, picture: Image.Image, camera: Camera) -> Photo:
    number = Photo.objects.count()
    photo = make_stored_photo(owner, with_grain(picture, number), taken_at=NOON, camera=camera)
    store_features(photo, measure(derivatives.read_rgb(photo)))
    return photo
