"""The rows of the gallery, one file per concept."""

from .camera import Camera
from .change import Change, ChangedPhoto
from .import_run import ImportedFile, ImportRun, Outcome
from .job import Chunk, Job
from .photo import Photo, PhotoQuerySet
from .upload import Upload
from .user import ApiToken, User

__all__ = [
    "ApiToken",
    "Camera",
    "Change",
    "ChangedPhoto",
    "Chunk",
    "ImportRun",
    "ImportedFile",
    "Job",
    "Outcome",
    "Photo",
    "PhotoQuerySet",
    "Upload",
    "User",
]
