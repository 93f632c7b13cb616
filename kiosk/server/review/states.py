"""How a recording stands, in words: what lists, the candidate's page and its live region say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from kiosk.server.catalogue.models import Recording, RecordingState
from kiosk.server.review import words

QUIET: Final = timedelta(minutes=2)
"""Nothing came for so long: it is not arriving any more, it waits."""


@dataclass(frozen=True, slots=True)
class Standing:
    word: str
    """For a list: one or two words."""
    tone: str
    """good, caution, busy, quiet: which shape stands beside the word."""
    sentence: str
    over: bool
    """Nothing more is awaited."""


def standing(recording: Recording | None, now: datetime | None = None) -> Standing:
    """Of a session's recording; of None when nothing was ever sent."""
    if recording is None:
        return Standing(
            "Announced", "quiet", "The kiosk has announced this recording and sent nothing of it yet.", over=False
        )
    now = now or timezone.now()
    if recording.state == RecordingState.STORED:
        return Standing("Stored", "good", "Everything arrived, was verified and is stored.", over=True)
    if recording.state == RecordingState.FAILED:
        why = recording.why.rstrip(".") or "the reason is not known"
        return Standing(
            "Failed",
            "caution",
            f"This recording could not be finished: {why}. What arrived is kept, and the kiosk keeps its copy.",
            over=True,
        )
    if recording.state in {RecordingState.COMPLETE, RecordingState.FINALISING}:
        return Standing(
            "Being verified", "busy", "Everything has arrived and is being verified and merged.", over=False
        )
    return _arriving(recording, now)


def _arriving(recording: Recording, now: datetime) -> Standing:
    held = recording.chunks.count()
    told = sum(segment.chunks for segment in recording.segments.all())
    waiting = _waiting(recording)
    if told:
        progress = f"{held} of {words.count(told, 'chunk')}"
    elif waiting:
        progress = f"{held} of about {words.count(held + waiting, 'chunk')}"
    else:
        progress = f"{words.count(held, 'chunk')} so far"
    last = recording.received_at
    if last is None:
        return Standing("Arriving", "busy", f"Arriving: {progress}.", over=False)
    silent = now - last
    ago = words.span(silent.total_seconds())
    if silent > QUIET:
        sentence = (
            f"Waiting for the kiosk: {progress}, the last one {ago} ago. "
            "Nothing is lost: the kiosk sends the rest when it can reach this server."
        )
        return Standing("Waiting for the kiosk", "caution", sentence, over=False)
    return Standing("Arriving", "busy", f"Arriving: {progress}; the last one {ago} ago.", over=False)


def _waiting(recording: Recording) -> int:
    """Chunks that the kiosk still has, when it has this recording only."""
    kiosk = recording.session.kiosk
    beat: Any = kiosk.heartbeat if kiosk is not None else None
    queue = beat.get("queue") if isinstance(beat, dict) else None
    if not isinstance(queue, dict) or queue.get("recordings") != 1:
        return 0
    chunks = queue.get("chunks")
    return chunks if isinstance(chunks, int) and chunks > 0 else 0
