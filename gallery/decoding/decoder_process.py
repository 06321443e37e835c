"""The other end of gallery.decoding.decoder: reads requests from stdin until it is closed.

Runs with limits on memory and without Django, because the files it opens may be hostile.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
import warnings
from typing import IO

from gallery.decoding.reading import read

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
        try:
            answer, blobs = read(request)
        except MemoryError:
            answer, blobs = (
                {"refused": "too_many_pixels", "reason": "It needs too much memory."},
                [],
            )
        _write(target, [json.dumps(answer).encode(), *blobs])


def _write(target: IO[bytes], pieces: list[bytes]) -> None:
    target.write(LENGTH.pack(len(pieces)))
    for piece in pieces:
        target.write(LENGTH.pack(len(piece)))
        target.write(piece)
    target.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
