"""Keeping freed memory is a matter of time only: where it cannot be asked for, nothing is wrong."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from dedup.thinning.memory import keep_freed_memory

FAULTS = """
import resource, sys
import numpy as np
from dedup.thinning.memory import keep_freed_memory
if sys.argv[1] == "kept":
    keep_freed_memory()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(200):
    a = np.ones(300_000, np.float32)
    b = a + a
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how: str) -> int:
    found = subprocess.run(
        [sys.executable, "-c", FAULTS, how], check=True, capture_output=True, text=True
    )
    return int(found.stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="another C library")
def test_blocks_that_were_freed_are_used_again_without_asking_the_system() -> None:
    assert faults("kept") < faults("default") / 2


def test_a_c_library_without_such_a_setting_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    keep_freed_memory()
