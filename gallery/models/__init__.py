"""The rows of the gallery, one file per concept."""

from .album import Album, AlbumPhoto, AlbumPhotoQuerySet, AlbumQuerySet
from .camera import Camera
from .change import Change, ChangedPhoto
from .import_run import ImportedArchive, ImportedFile, ImportRun, Outcome
from .job import Chunk, Job
from .photo import Photo, PhotoQuerySet
from .upload import Upload
from .user import ApiToken, User

__all__ = [
    "Album",
    "AlbumPhoto",
    "AlbumPhotoQuerySet",
    "AlbumQuerySet",
    "ApiToken",
    "Camera",
    "Change",
    "ChangedPhoto",
    "Chunk",
    "ImportRun",
    "ImportedArchive",
    "ImportedFile",
    "Job",
    "Outcome",
    "Photo",
    "PhotoQuerySet",
    "Upload",
    "User",
]
