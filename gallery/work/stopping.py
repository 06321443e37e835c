"""Lets a worker end soon and politely: it gives its chunk back between two items."""

import signal

_asked = False


def listen(signal_number: int) -> None:
    """From now on, take this signal as the wish to stop."""
    signal.signal(signal_number, lambda *_: ask())


def ask() -> None:
    global _asked
    _asked = True


def is_asked() -> bool:
    return _asked
