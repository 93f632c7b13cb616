"""How loud it is, and what is wrong with a microphone, in the proctor's words. Never changes a sample."""

import math
from typing import Final

import numpy as np

from kiosk.domain.devices import RATE, Samples
from kiosk.domain.events import Problem

FLOOR_DBFS: Final = -120.0
MUTED_AFTER_S: Final = 9.0
SILENT_AFTER_S: Final = 12.0
SILENT_DBFS: Final = -75.0
"""Any room is louder than this at any microphone that works."""
CLIPPED: Final = 0.999
CLIPPING_RUN: Final = 3
"""So many samples on end at full scale are no accident."""
CLIPPING_WITHIN_S: Final = 5.0
CLIPPING_TIMES: Final = 3
QUIET_AFTER_S: Final = 15.0
QUIET_DBFS: Final = -48.0
"""The loudest tenth of a second of somebody who speaks is above this."""
SWING_DB: Final = 10.0
"""Who speaks, however softly, is this much above the room in some tenths of a second; else there is only the room."""
NOBODY_AFTER_S: Final = 30.0
"""Without a word of an answer; people do think for a while."""

MUTED: Final = "muted"
SILENT: Final = "silent"
CLIPPING: Final = "clipping"
QUIET: Final = "too quiet"
NOBODY: Final = "nobody heard"

_WORDS: Final = {
    MUTED: (
        "The microphone is muted: it has sent nothing but digital silence for {seconds:.0f} s.",
        "Switch it on, or raise its level in the system's sound settings.",
    ),
    SILENT: (
        "Microphone silent for {seconds:.0f} s.",
        "Check the cable, or choose another microphone.",
    ),
    CLIPPING: (
        "The microphone is too loud and distorts.",
        "Lower its level in the system's sound settings, or move it away.",
    ),
    QUIET: (
        "The microphone is very quiet: {level:.0f} dBFS at most in {seconds:.0f} s.",
        "Raise its level in the system's sound settings, or move it nearer.",
    ),
    NOBODY: (
        "Nobody has been heard for {seconds:.0f} s, although an answer is expected: there is only the room's noise.",
        "If somebody speaks: check that this is the right microphone, and move it nearer.",
    ),
}


def dbfs(amplitude: float) -> float:
    """An amplitude as decibels below full scale, -120 at least."""
    return max(FLOOR_DBFS, 20 * math.log10(amplitude)) if amplitude > 0 else FLOOR_DBFS


def level(samples: Samples) -> tuple[float, float]:
    """(RMS, peak) in dBFS, a full-scale square wave being 0; -120 for silence and for no samples."""
    if not len(samples):
        return FLOOR_DBFS, FLOOR_DBFS
    rms = math.sqrt(float(np.dot(samples, samples)) / len(samples))
    return dbfs(rms), dbfs(max(float(samples.max()), -float(samples.min())))


class Watch:
    """Listens to the raw microphone and says when something is wrong, and when it is right again.

    Time is the position of the samples (48 kHz), so that nothing here looks at a clock. `answering` says
    whether somebody is expected to speak: only then can a microphone be too quiet, or nobody be heard.

    Args:
        gain_db: fixed gain of what is recorded: what is too quiet is so with it. All else is judged without.
    """

    def __init__(self, device: str = "microphone", gain_db: float = 0.0) -> None:
        self._device = device
        self._gain_db = gain_db
        self._spoken: int | None = None
        """End of the last samples in which somebody may have spoken."""
        self._answering_since: int | None = None
        self._sounded: int | None = None
        """End of the last samples that were not digital silence."""
        self._heard: int | None = None
        """End of the last samples above a room's silence."""
        self._clips: list[int] = []
        self._loudest: list[tuple[int, float]] = []
        self._told = ""
        self.level = (FLOOR_DBFS, FLOOR_DBFS)
        """(RMS, peak) of what was heard last, in dBFS, without the gain."""

    @property
    def wrong(self) -> str:
        """What stands: muted, silent, clipping, too quiet, nobody heard; empty when all is well."""
        return self._told

    def answering(self, position: int | None) -> None:
        """Somebody is expected to speak from `position` on; None: nobody is."""
        self._answering_since = self._spoken = position
        self._loudest.clear()

    def reset(self) -> None:
        """The device was opened again: begin anew. What stood is over with the next sound."""
        self._sounded = self._heard = None
        self._clips.clear()
        self._loudest.clear()

    def hear(self, position: int, samples: Samples) -> Problem | None:
        """The samples from `position` on. Returns what became wrong, or a Problem with empty words when it is over."""
        if not len(samples):
            return None
        end = position + len(samples)
        self.level = rms, peak = level(samples)
        if self._sounded is None or self._heard is None:
            self._sounded = self._heard = position
        if peak > FLOOR_DBFS:
            self._sounded = end
        if rms > SILENT_DBFS:
            self._heard = end
        if _is_clipped(samples):
            self._clips.append(end)
        self._clips = [at for at in self._clips if at > end - CLIPPING_WITHIN_S * RATE]
        self._loudest = [(at, db) for at, db in self._loudest if at > end - QUIET_AFTER_S * RATE]
        self._loudest.append((end, rms))
        return self._tell(*self._judge(end, self._sounded, self._heard))

    def _judge(self, end: int, sounded: int, heard: int) -> tuple[str, float, float]:
        """(what is wrong, for how many seconds, loudest level)."""
        mute, silence = (end - sounded) / RATE, (end - heard) / RATE
        if mute >= MUTED_AFTER_S:
            return MUTED, mute, FLOOR_DBFS
        if silence >= SILENT_AFTER_S:
            return SILENT, silence, FLOOR_DBFS
        if len(self._clips) >= CLIPPING_TIMES:
            return CLIPPING, 0, 0
        levels = [db for _, db in self._loudest]
        loudest = max(levels) + self._gain_db
        if self._answering_since is not None and self._spoken is not None:
            room = sorted(levels)[len(levels) // 10]
            words = [at for at, db in self._loudest if db >= room + SWING_DB or db + self._gain_db >= QUIET_DBFS]
            self._spoken = max(self._spoken, *words) if words else self._spoken
            answered, unheard = (end - self._answering_since) / RATE, (end - self._spoken) / RATE
            if unheard >= NOBODY_AFTER_S:
                return NOBODY, unheard, loudest
            if answered >= QUIET_AFTER_S and words and loudest < QUIET_DBFS:
                return QUIET, QUIET_AFTER_S, loudest
        return "", 0, loudest

    def _tell(self, wrong: str, seconds: float, loudest: float) -> Problem | None:
        if self._told == MUTED and wrong == SILENT:  # the same silence, an hour older
            return None
        if wrong == self._told:
            return None
        self._told = wrong
        if not wrong:
            return Problem(self._device, "", "")
        what, remedy = _WORDS[wrong]
        return Problem(self._device, what.format(seconds=seconds, level=loudest), remedy)


def _is_clipped(samples: Samples) -> bool:
    """Whether `CLIPPING_RUN` samples on end are at full scale."""
    full = np.abs(samples) >= CLIPPED
    if np.count_nonzero(full) < CLIPPING_RUN:
        return False
    runs = full[:-2] & full[1:-1] & full[2:]
    return bool(runs.any())
