"""The rows of similarity, one file per concept."""

from .camera_settings import CameraSettings
from .decision import DecidedPair, Decision
from .features import LocalFeatures, MeasureFailure, PhotoFeatures
from .group import GroupMember, SimilarGroup
from .pair import PairScore
from .scan import EVERYTHING, Scan, ScanPairs, ScanSettings, Scope, in_album

__all__ = [
    "EVERYTHING",
    "CameraSettings",
    "DecidedPair",
    "Decision",
    "GroupMember",
    "LocalFeatures",
    "MeasureFailure",
    "PairScore",
    "PhotoFeatures",
    "Scan",
    "ScanPairs",
    "ScanSettings",
    "Scope",
    "SimilarGroup",
    "in_album",
]
