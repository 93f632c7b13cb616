"""The quality report of a session, from the journal's lines: also of one that was cut off, as far as they go."""

from collections.abc import Sequence
from typing import Any, Final

from kiosk.contract.manifest import Happening, MissingTime
from kiosk.domain.wire import plain
from kiosk.media.quality import Echo, Known, Minute, assess, echo_of, minute_of, sync_of, totals

QUALITY: Final = "Quality"
"""A journal line at the end: `report`, what the recorder itself knows (encoder, preset, totals since it began)."""
MINUTE: Final = "Minute"
"""A journal line: `media.quality.Minute`, when that minute has passed."""
ECHO: Final = "Echo"
"""A journal line: `media.quality.Echo`, when a question has sounded."""
SYNC_MARK: Final = "SyncMark"
"""A journal line: `media.sync.SyncMark`, for a flash that had a click."""


class Report:
    """What has been told so far. A damaged line is passed over: no figure is worth a recording."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}
        self._minutes: list[Minute] = []
        self._echoes: list[Echo] = []
        self._later_s: list[float] = []
        """Of each flash with a click: how much later its click is."""

    def on_quality(self, line: dict[str, Any]) -> None:
        report = line.get("report")
        self._known = report if isinstance(report, dict) else {}

    def on_minute(self, line: dict[str, Any]) -> None:
        minute = minute_of(line)
        if minute is not None:
            self._minutes.append(minute)

    def on_echo(self, line: dict[str, Any]) -> None:
        echo = echo_of(line)
        if echo is not None:
            self._echoes.append(echo)

    def on_sync_mark(self, line: dict[str, Any]) -> None:
        later_s = line.get("sound_later_s")
        if isinstance(later_s, int | float):
            self._later_s.append(float(later_s))

    def made(
        self,
        duration_s: float,
        gaps: Sequence[MissingTime],
        happenings: Sequence[Happening],
        preset: str,
        *,
        only_typed: bool = False,
    ) -> dict[str, Any]:
        """As JSON values (`contract/manifest.schema.json`). Totals are over all recorders of the session.

        `preset`: the encoder's, which is known from the start. `only_typed`: as in `media.quality.Known`.
        """
        sync = sync_of(self._later_s)
        known = Known(duration_s, self._minutes, gaps, happenings, self._echoes, sync, only_typed)
        assessment = assess(known)
        return {
            "verdict": assessment.verdict.value,
            "sentence": assessment.sentence,
            "findings": [finding.what for finding in assessment.findings],
            "preset": preset,
            **self._known,
            **totals(self._minutes),
            "minutes": plain(tuple(self._minutes)),
            "echo": plain(tuple(self._echoes)),
            "sync": plain(sync),
        }
