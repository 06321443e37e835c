"""The rows of the gallery, one file per concept."""

from .album import Album, AlbumPhoto, AlbumPhotoQuerySet, AlbumQuerySet
from .camera import Camera
from .change import Change, ChangedAlbum, ChangedCamera, ChangedMembership, ChangedPhoto
from .import_run import ImportedArchive, ImportedFile, ImportRun, Outcome
from .job import Chunk, Job
from .library_folder import FolderFile, LibraryFolder
from .photo import Photo, PhotoQuerySet
from .row_result import RowResult
from .stack import Companion, Stack
from .tag import PhotoTag, Tag, TagQuerySet
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
    "ChangedAlbum",
    "ChangedCamera",
    "ChangedMembership",
    "ChangedPhoto",
    "Chunk",
    "Companion",
    "FolderFile",
    "ImportRun",
    "ImportedArchive",
    "ImportedFile",
    "Job",
    "LibraryFolder",
    "Outcome",
    "Photo",
    "PhotoQuerySet",
    "PhotoTag",
    "RowResult",
    "Stack",
    "Tag",
    "TagQuerySet",
    "Upload",
    "User",
]
