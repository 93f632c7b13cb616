"""Spans of time, sizes and counts as people read them."""

from typing import Final

BYTES_AN_HOUR: Final = 1_200_000_000
"""Of a recording, about."""


def clock(seconds: float) -> str:
    """Media time: 4:07 or 1:04:07."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def count(number: int, one: str, many: str = "") -> str:
    """The number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def span(seconds: float) -> str:
    """A length of time, the two largest units: 1 hour 4 minutes, 20 seconds."""
    whole = max(0, round(seconds))
    units = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
    for place, (size, name) in enumerate(units):
        if whole >= size:
            words = count(whole // size, name)
            if place + 1 < len(units):
                less, smaller = units[place + 1]
                rest = whole % size // less
                words += f" {count(rest, smaller)}" if rest else ""
            return words
    return "under a second" if seconds > 0 else "0 seconds"


def short(seconds: float) -> str:
    """A short length of time with one decimal: 0.4 s; a longer one as `span`."""
    return f"{seconds:.1f} seconds" if seconds < 10 else span(seconds)


def size(number: float) -> str:
    """Bytes in decimal units, as disks are sold: 1.2 GB."""
    for unit, name in ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if number >= unit:
            return f"{number / unit:.1f} {name}" if number < 10 * unit else f"{number / unit:.0f} {name}"
    return count(int(number), "byte")


def hours(number: float) -> str:
    """Recording hours that fit: whole ones from ten on."""
    if number >= 10:
        return count(int(number), "hour")
    return span(number * 3600) if number < 1 else f"{number:.1f} hours"
