"""Rendered texts on disk, by their content: the same words in the same voice are rendered once.

A file counts only when it is whole; a damaged one is rendered again. The cache may be deleted at any time. Nothing
here knows how speech is made.
"""

import contextlib
import hashlib
import json
import logging
import os
import tempfile
import wave
from pathlib import Path
from typing import Final

import numpy as np

from kiosk.domain.clock import Clock, seconds
from kiosk.domain.devices import RATE, Samples, VoiceEngine, VoiceInfo
from kiosk.domain.errors import BadRequest, VoiceFailed
from kiosk.speech.levelling import prepare
from kiosk.speech.voices import choose_voice
from kiosk.system import host

log = logging.getLogger(__name__)

FORMAT: Final = 1
"""Raise it when the same text should sound different from now on."""
ATTEMPTS: Final = 2


class SpeechCache:
    """Texts to WAV files of 48 kHz, one channel, 16 bits, -20 LUFS. May be called from several threads at once.

    Args:
        engine: what speaks.
        folder: where the files lie; made when it is needed, for this account only, for questions may be confidential.
        clock: measures how long rendering took.
    """

    def __init__(self, engine: VoiceEngine, folder: Path, clock: Clock) -> None:
        self._engine = engine
        self._folder = folder
        self._clock = clock

    def voices(self) -> tuple[VoiceInfo, ...]:
        """What the engine offers. Raises VoiceFailed."""
        return self._engine.voices()

    def render(self, text: str, *, language: str, voice: str = "", words_per_minute: int = 150) -> Path:
        """Path of the text as a WAV, rendered now unless it lies here already.

        Args:
            text: what is said, word for word.
            words_per_minute: speed.
            language: BCP 47 tag; chooses the voice when `voice` names none.
            voice: an id or name, or `+VARIANT` of the language's own voice; empty for that voice itself.

        Raises BadRequest for a text or voice that cannot be spoken, VoiceFailed when the engine failed twice.
        """
        chosen = choose_voice(self._engine.voices(), language, voice)
        wav = self._folder / f"{self._key(text, chosen, words_per_minute)}.wav"
        with contextlib.suppress(BadRequest, FileNotFoundError):
            if _pcm(wav).any():
                return wav
        began_ns = self._clock.now_ns()
        try:
            host.private_folder(self._folder)
            self._store(self._spoken(text, chosen, words_per_minute), wav)
        except OSError as error:
            raise VoiceFailed(
                f"The voice cannot be stored in {self._folder} ({error.strerror}).", "Free some space on the disk."
            ) from error
        log.info("rendered %d characters in %.2f s", len(text), seconds(self._clock.now_ns() - began_ns))
        return wav

    def _key(self, text: str, voice: str, words_per_minute: int) -> str:
        what = [FORMAT, self._engine.version, voice, words_per_minute, text]
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()

    def _spoken(self, text: str, voice: str, words_per_minute: int) -> Samples:
        """The engine's own sound, levelled; a failure is tried once more."""
        with tempfile.TemporaryDirectory(prefix="rendering-", dir=self._folder) as folder:
            raw = Path(folder) / "voice.wav"
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    self._engine.render(text, voice, words_per_minute, raw)
                    return _levelled(raw)
                except VoiceFailed as error:
                    if attempt == ATTEMPTS:
                        raise
                    log.warning("the voice failed and is tried once more: %s", error)
        raise VoiceFailed("The speech engine was not tried.")

    def _store(self, samples: Samples, wav: Path) -> None:
        """Whole and durable, or not at all."""
        handle, name = tempfile.mkstemp(suffix=".part", dir=self._folder)  # mode 0600
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                with wave.open(file, "wb") as out:
                    out.setnchannels(1)
                    out.setsampwidth(2)
                    out.setframerate(RATE)
                    out.writeframes(np.round(np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
                file.flush()
                host.sync_data(file.fileno())
            part.replace(wav)
            host.sync_folder(self._folder)
        finally:
            part.unlink(missing_ok=True)


def _levelled(raw: Path) -> Samples:
    """The engine's WAV (16 bits, one channel) as the recording wants it. Raises VoiceFailed when it is none."""
    try:
        with wave.open(str(raw), "rb") as file:
            rate, kind = file.getframerate(), (file.getnchannels(), file.getsampwidth())
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise VoiceFailed("The speech engine yielded no sound file.") from error
    if kind != (1, 2) or rate <= 0:
        raise VoiceFailed("The speech engine yielded a sound file of an unknown kind.")
    samples = prepare(np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / np.float32(32_768), rate)
    if samples.size == 0:
        raise VoiceFailed("The speech engine yielded nothing but silence.")
    return samples


def _pcm(path: Path) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    """16-bit samples of a whole 48 kHz mono WAV. Raises BadRequest for any other, FileNotFoundError."""
    try:
        with wave.open(str(path), "rb") as file:
            kind = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            promised = file.getnframes()
            data = file.readframes(promised)
    except FileNotFoundError:
        raise
    except (OSError, EOFError, wave.Error) as error:
        raise BadRequest(f"{path} is no WAV file that can be read.") from error
    if kind != (1, 2, RATE):
        raise BadRequest(f"{path} is not 48 kHz, one channel, 16 bits.", "Convert the sound file.")
    if len(data) < promised * 2:
        raise BadRequest(f"{path} is cut off.")
    return np.frombuffer(data, "<i2")


def read_wav(path: Path) -> Samples:
    """Samples of a WAV of 48 kHz, one channel, 16 bits. Raises BadRequest when it is anything else."""
    try:
        return _pcm(path).astype(np.float32) / np.float32(32_768)
    except FileNotFoundError as error:
        raise BadRequest(f"The sound file {path} does not exist.") from error
