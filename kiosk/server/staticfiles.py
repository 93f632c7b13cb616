"""Static files under addresses that change with them, so that browsers keep them and never ask again.

A page begins with its stylesheet: asking whether that is still the same costs a whole journey on the line, before
anything is shown.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class Marked(StaticFilesStorage):
    """`{% static %}` gives an address with a mark of the file's bytes."""

    def url(self, name: str | None) -> str:
        address = str(super().url(name))
        mark = _mark(name) if name else ""
        return f"{address}?{mark}" if mark else address


@cache
def _mark(name: str) -> str:
    """For as long as the process runs; what is installed meanwhile counts after its restart."""
    found = finders.find(name)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10] if found else ""
