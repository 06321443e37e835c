"""How much a file takes, in words. Decimal, as disks are sold and phones and macOS count."""

from __future__ import annotations

UNITS = ("kB", "MB", "GB", "TB")


def in_words(count: float) -> str:
    """A number of bytes: "999 B", "1.2 kB", "12 MB". The same as static/js/lib/sizes.js."""
    if count < 1000:
        return f"{count:.0f} B"
    value, unit = count / 1000, UNITS[0]
    for larger in UNITS[1:]:
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if value >= 9.95 else f"{value:.1f} {unit}"
