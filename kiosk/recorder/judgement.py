"""What a rehearsal was like: the quality report of its file, and what this kiosk should be set to. Changes nothing."""

import math
from pathlib import Path
from typing import Any, Final

import av
import numpy as np

from kiosk.contract.manifest import Manifest, Span
from kiosk.domain import commands, events
from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.files.manifest import read_manifest
from kiosk.media.sync import SyncMeter
from kiosk.mix.level_check import LARGEST_DB, proposed_gain_db

AFTER_VOICE_S: Final = 0.3
"""The room answers for so long."""


def judge(prepare: commands.Prepare, manifest: Path, recording: Path) -> events.Rehearsed:
    """Reads and decodes a finished file. Raises BadRequest or WorldFailed when it or its manifest is no good."""
    told = read_manifest(manifest)
    meter, samples = _read(recording)
    proposed = proposed_gain_db(_without(samples, told.voice), RATE)
    gain_db = prepare.gain_db if proposed is None else prepare.gain_db + proposed
    later_s = [mark.sound_later_s for mark in meter.marks()]
    offset_ns = round(float(np.median(later_s)) * NS) + prepare.sound_offset_ns if later_s else None
    verdict, sentence = _verdict(told)
    return events.Rehearsed(
        verdict=verdict,
        sentence=sentence,
        gain_db=round(max(-LARGEST_DB, min(LARGEST_DB, gain_db)), 1),
        sound_offset_ns=offset_ns,
        figures=_figures(told),
    )


def _verdict(told: Manifest) -> tuple[events.Verdict, str]:
    quality = told.quality or {}
    return events.Verdict(quality.get("verdict", events.Verdict.GOOD)), str(quality.get("sentence", ""))


def _figures(told: Manifest) -> dict[str, float]:
    quality: dict[str, Any] = told.quality or {}
    numbers = {key: float(value) for key, value in quality.items() if isinstance(value, int | float)}
    return {"duration_s": told.duration_s, "gaps": float(len(told.gaps)), **numbers}


def _read(recording: Path) -> tuple[SyncMeter, Samples]:
    meter = SyncMeter()
    pieces: list[Samples] = []
    with av.open(str(recording), format="mp4") as container:
        for frame in container.decode():
            at_s = float(frame.time or 0)
            if isinstance(frame, av.VideoFrame):
                meter.picture(at_s, frame)
            elif isinstance(frame, av.AudioFrame):
                samples = frame.to_ndarray()[0]
                meter.sound(at_s, samples)
                pieces.append(samples)
    return meter, np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def _without(samples: Samples, voice: tuple[Span, ...]) -> Samples:
    """What nobody but the candidate was to be heard in."""
    kept = np.ones(len(samples), bool)
    for span in voice:
        until = len(samples) / RATE if span.end_s is None else span.end_s + AFTER_VOICE_S
        kept[math.floor(span.start_s * RATE) : math.ceil(until * RATE)] = False
    left: Samples = samples[kept]
    return left
