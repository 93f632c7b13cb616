"""A voice whose every word is the same tone."""

import threading
from pathlib import Path

from kiosk.domain.devices import VoiceInfo
from kiosk.domain.errors import VoiceFailed
from kiosk.system import places

PATIENCE_S = 20.0
TONE = places.asset("sounds/answer-starts.wav").read_bytes()


class ToneEngine:
    """It waits at the gate while that is closed, and tells what it was asked for."""

    version = "tone"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Event()
        self.broken = False
        """As it is for the text "broken", too."""
        self.asked: list[tuple[str, int]] = []
        """Voice and words a minute of what it has rendered."""

    def voices(self) -> tuple[VoiceInfo, ...]:
        return (VoiceInfo("tone", "tone", ("en",)),)

    def render(self, text: str, voice: str, words_per_minute: int, wav: Path) -> None:
        self.begun.set()
        assert self.gate.wait(PATIENCE_S)
        if self.broken or text == "broken":
            raise VoiceFailed("It is broken.")
        self.asked.append((voice, words_per_minute))
        wav.write_bytes(TONE)
