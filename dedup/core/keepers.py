"""Which photo of a group to keep, and why: by rules that a person puts in order.

The first rule that tells two photos apart decides; the later ones only break ties. Sharpness,
exposure and eyes are hints to look at: nothing is ever deleted because of them.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dedup.core.values import Suggestion
from gallery.core import sizes


class Rule(enum.StrEnum):
    """What may speak for a photo; in the usual order.

    What its owner said of a photo goes first, then what cannot be had again (pixels, the RAW),
    then how it looks, then the file. The date comes last: the first of two is seldom the better.
    """

    FAVOURITE = "favourite"
    RATING = "rating"
    ALBUM = "album"
    EDITED = "edited"
    FOLDER = "folder"
    CAMERA = "camera"
    RESOLUTION = "resolution"
    RAW = "raw"
    SHARPNESS = "sharpness"
    EXPOSURE = "exposure"
    EYES = "eyes"
    SIZE = "size"
    NAME = "name"
    AGE = "age"


USUAL_ORDER = tuple(Rule)


@dataclass(frozen=True, slots=True)
class KeeperFacts:
    """What is known of a photo when the best of its group is looked for."""

    photo_id: int
    width: int  # of the original, in pixels
    height: int
    size_bytes: int
    taken_us: int  # microseconds since the epoch
    favourite: bool = False
    edited: bool = False
    sharpness: float = 0.0  # quality.sharpness: higher is sharper
    exposure_clipping: float = 0.0  # share of pixels without detail, 0..1: lower is better
    eyes_open: float | None = None  # 0..1 where a face was found
    rating: int | None = None  # 0..5 stars
    in_album: bool = False
    raw: bool = False  # it is one, or has one beside it
    camera_id: int | None = None
    folder: str = ""  # where its file came from, with slashes
    plain_name: bool = True  # nothing in the file's name says that it is a copy


@dataclass(frozen=True, slots=True)
class Preferences:
    """The rules that are switched on, the weightiest first, and what they look for."""

    rules: tuple[Rule, ...] = USUAL_ORDER
    newest: bool = False  # of the rule AGE: the last one taken instead of the first
    folders: tuple[str, ...] = ()  # the most preferred first
    cameras: tuple[int, ...] = ()  # all of them alike


USUAL = Preferences()


@dataclass(frozen=True, slots=True)
class _Criterion:
    """One rule: a value to prefer the higher of, and how to say that it decided."""

    value: Callable[[KeeperFacts, Preferences], float]
    sentence: Callable[[KeeperFacts, KeeperFacts, Preferences], str]


def complete_order(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """These rules in front, each once, and behind them those that are missing."""
    return tuple(dict.fromkeys([*rules, *USUAL_ORDER]))


class Ranking:
    """Photos in the order in which they are to be kept; whatever order they come in.

    What the rules say of a photo is worked out once, however many groups are chosen from.
    """

    def __init__(self, facts: Iterable[KeeperFacts], preferences: Preferences = USUAL) -> None:
        self._preferences = preferences
        self._facts = {each.photo_id: each for each in facts}
        self._keys = {photo_id: self._key(each) for photo_id, each in self._facts.items()}
        self.photo_ids = sorted(self._facts, key=self._keys.__getitem__)  # the best first

    def choose(self, photo_ids: Iterable[int]) -> Suggestion:
        """The photo to keep of some of them, with the reasons that set it before the others."""
        ranked = sorted(photo_ids, key=self._keys.__getitem__)
        if not ranked:
            raise ValueError("There is no photo to choose from.")
        best, *others = ranked
        # Stable: of those that one rule decided, the better photo comes first.
        decided = sorted(((self._decided_by(best, other), other) for other in others), key=_place)
        sentences = (self._sentence(place, best, other) for place, other in decided)
        reasons = dict.fromkeys(f"Suggested: {sentence}" for sentence in sentences)
        return Suggestion(best, tuple(reasons) or ("Suggested: the only picture.",))

    def _key(self, facts: KeeperFacts) -> tuple[float, ...]:
        """To sort by: what each rule says, the better lower; the photo id settles the rest."""
        criteria = (_CRITERIA[rule] for rule in self._preferences.rules)
        values = (-criterion.value(facts, self._preferences) for criterion in criteria)
        return *values, facts.photo_id

    def _decided_by(self, best: int, other: int) -> int:
        """The place of the rule that sets the best before the other; behind them the id."""
        both = zip(self._keys[best], self._keys[other], strict=True)
        return next(place for place, (one, two) in enumerate(both) if one != two)

    def _sentence(self, place: int, best: int, other: int) -> str:
        if place == len(self._preferences.rules):
            return "equal in everything, added first."
        criterion = _CRITERIA[self._preferences.rules[place]]
        return criterion.sentence(self._facts[best], self._facts[other], self._preferences)


def _place(decided: tuple[int, int]) -> int:
    return decided[0]


def _sharpness_step(facts: KeeperFacts, _: Preferences) -> float:
    """Steps of about a tenth: a smaller difference of sharpness is not seen and not a reason."""
    return float(round(facts.sharpness * 10))


def _clipping_step(facts: KeeperFacts, _: Preferences) -> float:
    """Steps of 2 % of the picture, for the same reason."""
    return -float(round(facts.exposure_clipping * 50))


def _resolution(facts: KeeperFacts, _: Preferences) -> float:
    return float(facts.width * facts.height)


def _eyes_step(facts: KeeperFacts, _: Preferences) -> float:
    return float(round((facts.eyes_open or 0.0) * 4))


def _folder(facts: KeeperFacts, preferences: Preferences) -> float:
    """How early in the list the folder stands that holds the file, directly or further up."""
    path = f"/{facts.folder.strip('/')}/".casefold()
    for place, folder in enumerate(preferences.folders):
        if f"/{folder.strip('/')}/".casefold() in path:
            return float(len(preferences.folders) - place)
    return 0.0


def _camera(facts: KeeperFacts, preferences: Preferences) -> float:
    return float(facts.camera_id in preferences.cameras)


def _age(facts: KeeperFacts, preferences: Preferences) -> float:
    return float(facts.taken_us if preferences.newest else -facts.taken_us)


def _larger(best: KeeperFacts, other: KeeperFacts, _: Preferences) -> str:
    return (
        f"the largest picture, {best.width}×{best.height} "  # noqa: RUF001
        f"against {other.width}×{other.height}."  # noqa: RUF001
    )


def _better_rated(best: KeeperFacts, other: KeeperFacts, _: Preferences) -> str:
    stars = f"{best.rating} star{'' if best.rating == 1 else 's'}"
    return f"the best rated, {stars} against {other.rating or 'none'}."


def _better_exposed(best: KeeperFacts, other: KeeperFacts, _: Preferences) -> str:
    return (
        f"better exposed, {best.exposure_clipping:.0%} of it without detail "
        f"against {other.exposure_clipping:.0%}."
    )


def _heavier(best: KeeperFacts, other: KeeperFacts, _: Preferences) -> str:
    told = [sizes.in_words(each.size_bytes) for each in (best, other)]
    if told[0] == told[1]:
        return "the largest file, by a little."
    return f"the largest file, {told[0]} against {told[1]}."


def _in_time(best: KeeperFacts, other: KeeperFacts, preferences: Preferences) -> str:
    seconds = abs(other.taken_us - best.taken_us) / 1e6
    taken = dt.timedelta(seconds=round(seconds)) if seconds >= 1 else f"{seconds:.2g} s"
    if preferences.newest:
        return f"the last one taken, {taken} after."
    return f"the first one taken, {taken} before."


def _says(sentence: str) -> Callable[[KeeperFacts, KeeperFacts, Preferences], str]:
    return lambda best, other, preferences: sentence


_CRITERIA = {
    Rule.FAVOURITE: _Criterion(lambda facts, _: facts.favourite, _says("a favourite.")),
    Rule.RATING: _Criterion(lambda facts, _: facts.rating or 0, _better_rated),
    Rule.ALBUM: _Criterion(lambda facts, _: facts.in_album, _says("it is in an album.")),
    Rule.EDITED: _Criterion(lambda facts, _: facts.edited, _says("the edited one.")),
    Rule.FOLDER: _Criterion(_folder, _says("it comes from a folder you prefer.")),
    Rule.CAMERA: _Criterion(_camera, _says("it comes from a camera you prefer.")),
    Rule.RESOLUTION: _Criterion(_resolution, _larger),
    Rule.RAW: _Criterion(lambda facts, _: facts.raw, _says("there is a RAW of it.")),
    Rule.SHARPNESS: _Criterion(_sharpness_step, _says("the sharpest picture.")),
    Rule.EXPOSURE: _Criterion(_clipping_step, _better_exposed),
    Rule.EYES: _Criterion(_eyes_step, _says("eyes open.")),
    Rule.SIZE: _Criterion(lambda facts, _: facts.size_bytes, _heavier),
    Rule.NAME: _Criterion(
        lambda facts, _: facts.plain_name, _says("its name is the original one, not a copy's.")
    ),
    Rule.AGE: _Criterion(_age, _in_time),
}
