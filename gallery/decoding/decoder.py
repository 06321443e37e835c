"""Decoding of foreign bytes in a process of its own, with limits on memory and time.

A file that kills its decoder is refused by name; the worker and the other files go on.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from gallery.core.pictures import Limits, Problem, UnreadablePicture

LENGTH = struct.Struct(">I")

# Address space, not resident memory: libraries and their thread stacks take about 1 GB of it.
MEMORY_BYTES = 3 * 1024**3
# Ten times what the slowest honest file needed (a 100-megapixel HEIC); see docs/importing.md.
SECONDS_PER_FILE = 60.0
# A longer answer than this is no picture's.
LARGEST_PIECE = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What the decoder found: facts as JSON values, and the small copies by name."""

    facts: dict[str, Any]
    derivatives: dict[str, bytes]


class VideoFound(UnreadablePicture):
    """No picture but a video: ``facts`` say when it was taken, and for which photo."""

    def __init__(self, reason: str, facts: dict[str, Any]) -> None:
        super().__init__(Problem.UNKNOWN_FORMAT, reason)
        self.facts = facts


class DecoderDied(Exception):
    """The process ended, or did not answer in time, while it had a file in its hands."""


class DecoderFailed(Exception):
    """A mistake in our own code, with the decoder's traceback: not the file's fault."""


class DecoderTooSlow(DecoderDied):
    """It did not answer in time; a second try would only take as long."""


class Decoder:
    """One child process that decodes file after file. Not shared between threads."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._begun: dict[str, Any] | None = None  # what was asked and not heard yet

    def read(self, path: Path, derivatives: tuple[str, ...], **facts: Any) -> ReadFile:
        """Decode one file. Raises UnreadablePicture with a reason that people understand.

        OSError means that the file is gone or may not be read.
        """
        self.begin(path, derivatives, **facts)
        return self.finish()

    def begin(self, path: Path, derivatives: tuple[str, ...], **facts: Any) -> None:
        """Start to decode one file, while the caller does something else; ``finish`` hears of it.

        Until then nothing else may be asked.
        """
        request = self._request(path, derivatives=derivatives, **facts)
        try:
            self._send(request)
        except DecoderDied:
            self.close()  # ``finish`` finds nobody to hear, and asks a new one
        self._begun = request

    def finish(self) -> ReadFile:
        """What was begun, as ``read`` gives it; raises like it."""
        request, self._begun = self._begun, None
        if request is None:
            raise RuntimeError("No file was begun.")
        answer, blobs = self._sensible(*self._heard(request, is_sent=True))
        return ReadFile(answer, dict(zip(request["derivatives"], blobs, strict=True)))

    def give_up(self) -> None:
        """Nobody will hear what was begun."""
        if self._begun is not None:
            self.close()

    def pixel_digest(self, path: Path) -> bytes:
        """Decode all of a picture: see gallery.core.pixels. Raises like ``read``."""
        request = self._request(path, only_pixels=True)
        _, (digest,) = self._sensible(*self._heard(request, is_sent=False))
        return digest

    def _request(self, path: Path, **wanted: Any) -> dict[str, Any]:
        if self._begun is not None:
            raise RuntimeError(f"The decoder still has {self._begun['path']} in its hands.")
        return {"path": str(path), "limits": asdict(self._limits), **wanted}

    @staticmethod
    def _sensible(answer: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
        if "unreadable" in answer:
            raise OSError(*answer["unreadable"])  # FileNotFoundError and its like, by the number
        if "failed" in answer:
            raise DecoderFailed(answer["failed"])
        if "video" in answer:
            raise VideoFound(answer["reason"], answer["video"])
        if "refused" in answer:
            raise UnreadablePicture(Problem(answer["refused"]), answer["reason"])
        return answer, blobs

    def close(self) -> None:
        self._begun = None
        if self._process is None:
            return
        process, self._process = self._process, None
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _heard(
        self, request: dict[str, Any], *, is_sent: bool
    ) -> tuple[dict[str, Any], list[bytes]]:
        """A decoder may die of what is not the file's fault, but not twice in a row."""
        for last_try in (False, True):
            try:
                if last_try or not is_sent:
                    self._send(request)
                return self._hear()
            except DecoderDied as error:
                self.close()
                if last_try or isinstance(error, DecoderTooSlow):
                    raise UnreadablePicture(Problem.DAMAGED, str(error)) from error
        raise AssertionError("unreachable")

    def _send(self, request: dict[str, Any]) -> None:
        process = self._started()
        assert process.stdin is not None
        data = json.dumps(request).encode()
        try:
            process.stdin.write(LENGTH.pack(len(data)) + data)
            process.stdin.flush()
        except OSError as error:
            raise DecoderDied("The decoder stopped before it could read this file.") from error

    def _hear(self) -> tuple[dict[str, Any], list[bytes]]:
        # Counted from here, however long the caller was busy: what is ready by now is not late.
        deadline = time.monotonic() + SECONDS_PER_FILE
        (count,) = LENGTH.unpack(self._receive(LENGTH.size, deadline))
        pieces = [self._receive_piece(deadline) for _ in range(count)]
        return json.loads(pieces[0]), pieces[1:]

    def _receive_piece(self, deadline: float) -> bytes:
        (length,) = LENGTH.unpack(self._receive(LENGTH.size, deadline))
        if length > LARGEST_PIECE:
            raise DecoderDied("The decoder gave no sensible answer for this file.")
        return self._receive(length, deadline)

    def _receive(self, length: int, deadline: float) -> bytes:
        if self._process is None:
            raise DecoderDied("The decoder stopped before it could read this file.")
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        pieces = []
        while length > 0:
            wait = deadline - time.monotonic()
            if wait <= 0 or not select.select([descriptor], [], [], wait)[0]:
                raise DecoderTooSlow(f"Reading it took longer than {SECONDS_PER_FILE:.0f} seconds.")
            piece = os.read(descriptor, min(length, 1024 * 1024))
            if not piece:
                raise DecoderDied("It is so damaged that it crashed the decoder.")
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gallery.decoding.decoder_process", str(MEMORY_BYTES)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=settings.BASE_FOLDER,
                # Parallelism comes from the processes; a pool of threads only eats memory.
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        return self._process


_of_this_thread = threading.local()


def decoder() -> Decoder:
    """The decoder of this thread, in this process: a forked worker starts its own."""
    found: Decoder | None = getattr(_of_this_thread, "decoder", None)
    if found is None or _of_this_thread.process_id != os.getpid():
        found = Decoder(Limits(max_pixels=settings.MAX_PIXELS, max_bytes=settings.MAX_FILE_BYTES))
        _of_this_thread.decoder = found
        _of_this_thread.process_id = os.getpid()
    return found
