"""The other end of gallery.decoding.decoder: reads requests from stdin until it is closed.

Runs with limits on memory and without Django, because the files it opens may be hostile.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
import traceback
import warnings
from typing import IO, Any

from gallery.decoding.reading import Answer, read

LENGTH = struct.Struct(">I")


def main(memory_bytes: int) -> None:
    warnings.simplefilter("ignore")  # a damaged file is an answer, not a line in the log
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    # A C library that prints must not break the protocol.
    sys.stdout = sys.stderr
    while header := source.read(LENGTH.size):
        request = json.loads(source.read(LENGTH.unpack(header)[0]))
        answer, blobs = _answer(request)
        _write(target, [json.dumps(answer).encode(), *blobs])


def _answer(request: dict[str, Any]) -> Answer:
    try:
        return read(request)
    except MemoryError:
        return {"refused": "too_many_pixels", "reason": "Reading it needs too much memory."}, []
    except OSError as error:  # the file, not the picture in it
        return {"unreadable": [error.errno or 0, str(error.strerror or error)]}, []
    except Exception as error:  # noqa: BLE001 - told to the worker, which logs it
        return {"failed": "".join(traceback.format_exception(error))}, []


def _write(target: IO[bytes], pieces: list[bytes]) -> None:
    target.write(LENGTH.pack(len(pieces)))
    for piece in pieces:
        target.write(LENGTH.pack(len(piece)))
        target.write(piece)
    target.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
