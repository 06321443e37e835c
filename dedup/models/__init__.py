"""The rows of similarity, one file per concept."""

from .camera_settings import CameraSettings
from .chosen_cover import ChosenCover
from .decision import DecidedPair, Decision
from .features import LocalFeatures, MeasureFailure, PhotoFeatures
from .frame_step import FrameStep
from .group import GroupMember, SimilarGroup
from .group_tally import GroupTally
from .keeper_rules import KeeperRules
from .live_rule import LiveRule
from .pair import PairScore
from .pending_choice import PendingChoice
from .review_place import ReviewPlace
from .scan import EVERYTHING, Scan, ScanPairs, ScanSettings, Scope, in_album
from .thinning import ThinnedFrame, Thinning

__all__ = [
    "EVERYTHING",
    "CameraSettings",
    "ChosenCover",
    "DecidedPair",
    "Decision",
    "FrameStep",
    "GroupMember",
    "GroupTally",
    "KeeperRules",
    "LiveRule",
    "LocalFeatures",
    "MeasureFailure",
    "PairScore",
    "PendingChoice",
    "PhotoFeatures",
    "ReviewPlace",
    "Scan",
    "ScanPairs",
    "ScanSettings",
    "Scope",
    "SimilarGroup",
    "ThinnedFrame",
    "Thinning",
    "in_album",
]
