"""Keep the memory of one comparison for the next, in processes that compare many frames."""

from __future__ import annotations

import ctypes

# glibc hands blocks of more than 128 KB back to the system at once, and the system clears every
# page of the next one: half the time of a comparison, whose maps have 0.3 to 1.2 MB.
KEPT_BLOCK_BYTES, KEPT_FREE_BYTES = 32 << 20, 256 << 20
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h


def keep_freed_memory() -> None:
    """For the life of this process; does nothing where the C library has no such setting."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):  # musl, macOS
        return
    mallopt(_MMAP_THRESHOLD, KEPT_BLOCK_BYTES)
    mallopt(_TRIM_THRESHOLD, KEPT_FREE_BYTES)
