"""Names of what lies in an output folder. They are made of ids only, never of a person's name."""

import re
from datetime import UTC, datetime
from typing import Final

LEDGER: Final = "ledger.sqlite3"
JOURNAL: Final = "events.jsonl"
MANIFEST: Final = "manifest.json"
LOCK: Final = ".recorder.lock"
"""Held by the recorder of the folder for as long as it lives."""

SESSION: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SEGMENT: Final = re.compile(r"interview_(?P<session>[0-9a-f-]{36})_(?P<started>\d{8}_\d{6})_(?P<segment>\d{2,})\.mp4")


def segment_name(session: str, started: datetime, segment: int) -> str:
    """File name of a segment, valid from its first byte on; `started` is aware, the name carries UTC."""
    return f"interview_{session}_{started.astimezone(UTC):%Y%m%d_%H%M%S}_{segment:02}.mp4"
