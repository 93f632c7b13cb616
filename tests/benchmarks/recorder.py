"""The whole recorder process against `ffmpeg` turning the same JPEGs into H.264 with the same x264 settings.

Once with the picture alone, once with the sound and the kind of file that the recorder makes as well; each at the
camera's pace and without pauses.

The recorder records for real, with simulated devices and a reader of its preview. Ends of long recordings are
measured faster than time (`ending`); in real time by a run of that length (`--seconds 3600`, or `./dev soak`).
"""

import contextlib
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE
from kiosk.encode.encoder import EncoderSettings
from kiosk.system import places
from tests.benchmarks import ending, speaking
from tests.benchmarks.driven import Driven, Sample, Screen, after_a_minute

SAMPLE_EVERY_S = 2.0
FPS = 30
PEER_FRAMES = 900
"""What ffmpeg does in half a minute tells what it costs."""
ENDINGS_MIN = (1, 10, 60)
Row = tuple[str, str, str, str]


def run(folder: Path, seconds: int) -> str:
    """Records for `seconds`, then lets the peers do the same; the table."""
    os.environ["KIOSK_STATE"] = str(folder / "state")
    rows = _recording(folder / "out", seconds)
    print("Asking questions ...", file=sys.stderr)
    rows.append(_speaking(folder / "speaking"))
    with contextlib.suppress(pytest.skip.Exception):  # no sound server here
        rows.append(_sounding(folder / "sounding"))
    for minutes in ENDINGS_MIN:
        print(f"A recording of {minutes} min, faster than time ...", file=sys.stderr)
        took_ms, megabytes, index_ms = ending.measure(folder / "ending", minutes)
        what = f"stop to finished file, {minutes} min ({megabytes:.0f} MB), ms"
        rows.append(
            (what, f"{took_ms:.0f}", f"ffmpeg puts its index in front: {index_ms:.0f}", _ratio(took_ms, index_ms))
        )
    lines = [f"{'what':<52} {'we':>14}   {'peer':<42} {'ratio':>6}"]
    lines += [f"{what:<52} {we:>14}   {peer:<42} {ratio:>6}" for what, we, peer, ratio in rows]
    return "\n".join(lines)


def _recording(output: Path, seconds: int) -> list[Row]:
    enough = min(seconds * FPS, PEER_FRAMES)
    output.parent.mkdir(parents=True, exist_ok=True)
    sound = _sound(output.parent / "sound.f32", enough)
    print(f"ffmpeg does {enough} frames, twice ...", file=sys.stderr)
    before = _peers(output.parent / "peer.mp4", enough, sound, paces=("paced",))
    print(f"Recording {seconds} s with simulated devices and the preview on ...", file=sys.stderr)
    driven, screen = Driven(output), Screen()
    try:
        driven.prepare()
        driven.start()
        screen.start(driven.preview)
        samples = _sampled(driven, seconds)
        stopped = driven.stop()
    finally:
        screen.stop()
        driven.close()
    first, last, early = samples[0], samples[-1], after_a_minute(samples)
    frames = last.frames - first.frames
    ours = (last.cpu_s - first.cpu_s) / frames * 1000
    print("ffmpeg does the same frames, four times ...", file=sys.stderr)
    after = _peers(output.parent / "peer.mp4", enough, sound, paces=("paced", "unpaced"))
    peers = {peer: (cost + before.get(peer, cost)) / 2 for peer, cost in after.items()}
    at_s = f"{early.at_s:.0f} s"
    return [
        *(("" if number else "CPU of the whole recorder, ms a frame", "" if number else f"{ours:.2f}",
           f"{peer}: {cost:.2f}", _ratio(ours, cost)) for number, (peer, cost) in enumerate(peers.items())),
        ("frames recorded / dropped by us", f"{stopped.frames} / {stopped.dropped}", "", ""),
        (f"memory after {at_s} / at the end, MB", f"{early.memory_mb:.0f} / {last.memory_mb:.0f}", "",
         _ratio(last.memory_mb, early.memory_mb)),
        (f"stop to finished file after these {seconds} s, ms", f"{stopped.took_ns / 1e6:.0f}", "", ""),
    ]  # fmt: skip


def _peers(target: Path, frames: int, sound: Path, paces: tuple[str, ...]) -> dict[str, float]:
    """Milliseconds a frame. One machine differs from itself within minutes, so what goes at the camera's pace is done
    before the recording and after it, and the mean counts.
    """
    return {
        f"ffmpeg, {what}, {pace}": _ffmpeg(frames, target, pace=pace == "paced", sound=heard) / frames * 1000
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


def _speaking(folder: Path) -> Row:
    median, most, rendering = speaking.measure(folder)
    peer = f"rendering it only then: {rendering:.0f}" if rendering else "no voice here"
    what = "speak to first sample in the loudspeaker, ms"
    return what, f"{median:.0f}, at most {most:.0f}", peer, _ratio(median, rendering) if rendering else ""


def _sounding(folder: Path) -> Row:
    median, most = speaking.measure_sounding(folder)
    return "speak to heard at a real sound server's loudspeaker, ms", f"{median:.0f}, at most {most:.0f}", "", ""


def _ratio(ours: float, peer: float) -> str:
    return f"{ours / peer:.2f}"


def _sound(path: Path, frames: int) -> Path:
    """As much of a quiet room as the simulated microphone hears meanwhile, mono at 48 kHz."""
    noise = np.random.default_rng(20261122).standard_normal(frames * RATE // FPS) * 10 ** (-65 / 20)
    path.write_bytes(noise.astype("<f4").tobytes())
    return path


def _ffmpeg(frames: int, target: Path, *, pace: bool, sound: Path | None) -> float:
    """CPU seconds (user and system) that ffmpeg takes for `frames` pictures of the simulated camera's loop.

    `pace`: one every thirtieth of a second, as a camera gives them; a processor that rests in between needs more for
    each than one that may rush through them. `sound`: encoded too, and both written as fragments as we write them,
    though without making them durable; otherwise picture only, into nothing.
    """
    settings = EncoderSettings()
    in_time = ["-re"] if pace else []
    heard = [*in_time, "-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", str(sound)] if sound else []
    movflags = "frag_keyframe+delay_moov+default_base_moof" if sound else "frag_keyframe+empty_moov"
    beside = ["-c:a", "aac", "-b:a", str(settings.audio_bit_rate), "-aac_coder", "fast", "-frag_duration",
              str(settings.fragment_us), "-flush_packets", "1", "-max_interleave_delta", "300000"]  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        ["ffmpeg", "-v", "error", *in_time, "-stream_loop", "-1", "-f", "mjpeg", "-framerate", str(FPS),
         "-i", str(places.asset("simulated/camera.mjpeg")), *heard, "-frames:v", str(frames), "-c:v", "libx264",
         "-preset", settings.preset, "-tune", "zerolatency", "-threads:v", str(settings.threads),
         "-b:v", str(settings.bit_rate), "-g", str(settings.keyframe_ns * FPS // NS),
         "-maxrate", str(settings.bit_rate * 2), "-bufsize", str(settings.bit_rate * 2),
         "-pix_fmt", "yuvj420p", *(beside if sound else []), "-f", "mp4", "-movflags", movflags,
         "-y", str(target if sound else "/dev/null")],
        check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    target.unlink(missing_ok=True)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
