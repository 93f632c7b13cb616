"""The whole recorder process, each figure against a named peer in the same run: `./dev bench`.

The recorder records for real, with simulated devices and a reader of its preview, and `ffmpeg` makes the same pictures
into H.264 (`peer`): once with the picture alone, once with the sound and the kind of file that the recorder makes as
well; each at the camera's pace and without pauses. Ends of long recordings are measured faster than time (`ending`);
in real time by a run of that length (`--seconds 3600`, or `./dev soak`).
"""

import contextlib
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from kiosk.domain.devices import RATE
from tests.benchmarks import ending, peer, sounding, speaking
from tests.benchmarks.driven import Driven, Recorded, Sample, after_a_minute, record
from tests.benchmarks.peer import FPS, Cost

SAMPLE_EVERY_S = 2.0
PEER_FRAMES = 900
"""What ffmpeg does in half a minute tells what it costs."""
ENDINGS_MIN = (1, 10, 60)
LIKE_US = "ffmpeg, sound and file too, paced"
Row = tuple[str, str, str, str]


def run(folder: Path, seconds: int) -> str:
    """Records for `seconds`, then lets the peers do the same; the table."""
    os.environ["KIOSK_STATE"] = str(folder / "state")
    rows = _recording(folder / "out", seconds)
    for minutes in ENDINGS_MIN:
        print(f"A recording of {minutes} min, faster than time ...", file=sys.stderr)
        rows.append(_end(f"{minutes} min", *ending.measure(folder / "ending", minutes)))
    print("Asking questions ...", file=sys.stderr)
    rows.append(_speaking(folder / "speaking"))
    with contextlib.suppress(pytest.skip.Exception):  # no sound server here
        rows.append(_sounding(folder / "sounding"))
    lines = [f"{'what':<58} {'we':>20}   {'peer':<54} {'ratio':>6}"]
    lines += [f"{what:<58} {we:>20}   {whom:<54} {ratio:>6}" for what, we, whom, ratio in rows]
    return "\n".join(lines)


def _recording(output: Path, seconds: int) -> list[Row]:
    enough = min(seconds * FPS, PEER_FRAMES)
    output.parent.mkdir(parents=True, exist_ok=True)
    sound = _sound(output.parent / "sound.f32", enough)
    print(f"ffmpeg does {enough} frames, twice ...", file=sys.stderr)
    before = _peers(output.parent / "peer.mp4", enough, sound, paces=("paced",))
    print(f"Recording {seconds} s with simulated devices and the preview on ...", file=sys.stderr)
    recorded = record(output, lambda driven: _sampled(driven, seconds))
    print("ffmpeg does the same frames, four times ...", file=sys.stderr)
    after = _peers(output.parent / "peer.mp4", enough, sound, paces=("paced", "unpaced"))
    peers = {name: [*before.get(name, []), cost] for name, (cost,) in after.items()}
    path = Path(recorded.stopped.recording)
    took_ms = recorded.stopped.took_ns / 1e6
    return [
        *_processor(recorded.samples, peers),
        _lost(recorded, peers[LIKE_US]),
        _memory(recorded, peers[LIKE_US]),
        _end(f"{seconds} s in real time", took_ms, path.stat().st_size / 1e6, ending.index_ms(path)),
    ]


def _peers(target: Path, frames: int, sound: Path, paces: tuple[str, ...]) -> dict[str, list[Cost]]:
    """One machine differs from itself within minutes, so what goes at the camera's pace is done before the recording
    and after it, and the mean counts.
    """
    return {
        f"ffmpeg, {what}, {pace}": [peer.make(frames, target, pace=pace == "paced", sound=heard)]
        for what, heard in (("picture only", None), ("sound and file too", sound))
        for pace in paces
    }


def _sampled(driven: Driven, seconds: int) -> list[Sample]:
    began = time.monotonic()
    samples = [driven.sample(began)]
    while time.monotonic() - began < seconds:
        time.sleep(SAMPLE_EVERY_S)
        if driven.lost:
            raise SystemExit(driven.lost)
        samples.append(driven.sample(began))
    return samples


def _processor(samples: list[Sample], peers: dict[str, list[Cost]]) -> list[Row]:
    first, last = samples[0], samples[-1]
    ours = (last.cpu_s - first.cpu_s) / (last.frames - first.frames) * 1000
    costs = {name: statistics.mean(cost.ms_a_frame for cost in runs) for name, runs in peers.items()}
    return [
        ("" if number else "CPU of the whole recorder, ms a frame", "" if number else f"{ours:.2f}",
         f"{name}: {cost:.2f}", _ratio(ours, cost)) for number, (name, cost) in enumerate(costs.items())
    ]  # fmt: skip


def _lost(recorded: Recorded, runs: list[Cost]) -> Row:
    ours, frames = recorded.stopped.dropped, recorded.stopped.frames
    lost, made = sum(cost.lost for cost in runs), sum(cost.frames for cost in runs)
    ratio = _ratio(ours / frames, lost / made) if lost else f"{ours} : 0"
    return "frames recorded / dropped by us", f"{frames} / {ours}", f"{LIKE_US}: {made} / {lost} or doubled", ratio


def _memory(recorded: Recorded, runs: list[Cost]) -> Row:
    early, last, most = after_a_minute(recorded.samples), recorded.samples[-1], max(cost.memory_mb for cost in runs)
    what = f"memory after {early.at_s:.0f} s / at the end (the goal: flat) / at most, MB"
    ours = f"{early.memory_mb:.0f} / {last.memory_mb:.0f} / {recorded.peak_mb:.0f}"
    return what, ours, f"{LIKE_US}, at most: {most:.0f}", _ratio(recorded.peak_mb, most)


def _end(length: str, took_ms: float, megabytes: float, index_ms: float) -> Row:
    """The ratio is to fall as recordings get longer."""
    what = f"stop to finished file, {length} ({megabytes:.0f} MB), ms"
    return what, f"{took_ms:.0f}", f"ffmpeg puts that file's index in front: {index_ms:.0f}", _ratio(took_ms, index_ms)


def _speaking(folder: Path) -> Row:
    median, most, rendering = speaking.measure(folder)
    whom = f"rendering it only then: {rendering:.0f}" if rendering else "no voice here"
    what = "speak to first sample in the loudspeaker, ms"
    return what, f"{median:.0f}, at most {most:.0f}", whom, _ratio(median, rendering) if rendering else ""


def _sounding(folder: Path) -> Row:
    ours, peers = sounding.measure(folder)
    ratio = _ratio(statistics.median(ours), statistics.median(peers))
    whom = f"paplay of that file, from its start: {sounding.said(peers)}"
    return "speak to heard at a real sound server's loudspeaker, ms", sounding.said(ours), whom, ratio


def _ratio(ours: float, whose: float) -> str:
    """Small ones with a figure more, so that it can be seen which is smaller."""
    ratio = ours / whose
    return f"{ratio:.3f}" if ratio < 0.1 else f"{ratio:.2f}"


def _sound(path: Path, frames: int) -> Path:
    """As much of a quiet room as the simulated microphone hears meanwhile, mono at 48 kHz."""
    noise = np.random.default_rng(20261122).standard_normal(frames * RATE // FPS) * 10 ** (-65 / 20)
    path.write_bytes(noise.astype("<f4").tobytes())
    return path
