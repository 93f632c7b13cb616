"""What a rehearsal was like: the quality report of its file, and what this kiosk should be set to. Changes nothing."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import av
import numpy as np

from kiosk.contract.manifest import Manifest, Segment, Span
from kiosk.domain import commands, events
from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.files.manifest import read_manifest
from kiosk.media.quality import (
    NOBODY_HEARD,
    Assessment,
    Known,
    Sync,
    assess,
    echo_of,
    minute_of,
    only_typed,
    sync_of,
    totals,
)
from kiosk.media.sync import SyncMeter
from kiosk.mix.level_check import LARGEST_DB, proposed_gain_db

WRONG: Final = events.Verdict.WRONG
UNHEARD: Final = Assessment(
    WRONG,
    "Nobody was heard speaking.",
    "Say a few sentences, as loud as in the interview. If that does not help, check the microphone.",
)
AFTER_VOICE_S: Final = 0.3
"""The room answers for so long."""


def judge(prepare: commands.Prepare, manifest: Path) -> events.Rehearsed:
    """Reads and decodes what was recorded. Raises BadRequest or WorldFailed when the manifest is no good."""
    told = read_manifest(manifest)
    meter, samples = _read(manifest.parent, told.segments)
    proposed_db = proposed_gain_db(_without(samples, told.voice), RATE)
    gain_db = prepare.gain_db + (proposed_db or 0.0)
    sync = sync_of([mark.sound_later_s for mark in meter.marks()])
    known = _known(told, sync)
    found = assess(known)
    if proposed_db is None and all(each.what == NOBODY_HEARD for each in found.findings if each.verdict is WRONG):
        found = UNHEARD
    return events.Rehearsed(
        verdict=found.verdict,
        sentence=f"{found.sentence} {found.remedy}".strip(),
        gain_db=round(max(-LARGEST_DB, min(LARGEST_DB, gain_db)), 1),
        sound_offset_ns=None if sync is None else round(sync.median_ms / 1000 * NS) + prepare.sound_offset_ns,
        figures={
            "duration_s": told.duration_s,
            "gaps": float(len(told.gaps)),
            "speech_heard": float(proposed_db is not None),
            **({"sync_ms": sync.median_ms, "markers": float(sync.markers)} if sync is not None else {}),
            **{name: float(value) for name, value in totals(known.minutes).items()},
        },
    )


def _known(told: Manifest, sync: Sync | None) -> Known:
    report = told.quality or {}
    minutes = [minute for value in report.get("minutes", []) if (minute := minute_of(value))]
    echoes = [echo for value in report.get("echo", []) if (echo := echo_of(value))]
    return Known(told.duration_s, minutes, told.gaps, told.events, echoes, sync, only_typed(told.answers, told.code))


def _read(folder: Path, segments: Sequence[Segment]) -> tuple[SyncMeter, Samples]:
    """All segments, one after the other."""
    meter = SyncMeter()
    pieces: list[Samples] = []
    for segment in segments:
        with av.open(str(folder / segment.file), format="mp4") as container:
            for frame in container.decode():
                at_s = segment.start_s + float(frame.time or 0)
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
