"""The whole recorder process against `ffmpeg` turning the same JPEGs into H.264 with the same x264 settings."""

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.encode.encoder import EncoderSettings
from kiosk.system import places
from tests.end_to_end import program

TICK = os.sysconf("SC_CLK_TCK")
PEER_FRAMES = 900
"""What ffmpeg does in half a minute tells what it costs."""
INTERVIEW = """
schema = 1
id = "bench"
title = "Bench"
language = "en"

[[question]]
id = "one"
kind = "spoken"
text = "What is one?"
answer_seconds = {seconds}
"""


@dataclass(frozen=True)
class Sample:
    """What a recorder process had done at one moment."""

    cpu_s: float
    frames: int
    dropped: int
    memory_mb: float


def run(folder: Path, seconds: int) -> str:
    """Records for `seconds`, then lets ffmpeg do as many frames; the table."""
    os.environ["KIOSK_STATE"] = str(folder / "state")
    interview = folder / "bench.toml"
    interview.write_text(INTERVIEW.format(seconds=seconds))
    print(f"Recording {seconds} s with simulated devices and the preview on ...", file=sys.stderr)
    recording = program.Recording(interview, folder / "out")
    try:
        first = _sample(recording.wait_for(lambda status: float(status.get("durable_s", 0)) > 3))
        last = first
        while recording.process.poll() is None:
            try:
                last = _sample(recording.status())
            except (OSError, KeyError):
                break
            _wait(recording, 2.0)
        code, result, errors = recording.finish()
    finally:
        recording.end()
    if code:
        raise SystemExit(errors)
    frames = last.frames - first.frames
    ours = (last.cpu_s - first.cpu_s) / frames * 1000
    enough = min(frames, PEER_FRAMES)
    print(f"ffmpeg does {enough} of the same frames, twice ...", file=sys.stderr)
    rushed, paced = (_ffmpeg(enough, pace=pace) / enough * 1000 for pace in (False, True))
    journal = [
        json.loads(line) for line in (Path(result["recording"]).parent / "events.jsonl").read_text().splitlines()
    ]
    took = next(line["took_ns"] for line in journal if line["kind"] == "Stopped") / 1e6
    rows = [
        ("CPU of the whole recorder, ms a frame", f"{ours:.2f}", f"ffmpeg, in real time: {paced:.2f}",
         f"{ours / paced:.2f}"),
        ("", "", f"ffmpeg, without pauses: {rushed:.2f}", f"{ours / rushed:.2f}"),
        ("frames recorded / dropped by us", f"{result['frames']} / {result['dropped']}", "", ""),
        ("memory after 3 s / at the end, MB", f"{first.memory_mb:.0f} / {last.memory_mb:.0f}", "",
         f"{last.memory_mb / first.memory_mb:.2f}"),
        ("stop to finished file, ms", f"{took:.0f}", "", ""),
    ]  # fmt: skip
    lines = [f"{'what':<42} {'we':>14}   {'peer':<32} {'ratio':>6}"]
    lines += [f"{what:<42} {we:>14}   {peer:<32} {ratio:>6}" for what, we, peer, ratio in rows]
    return "\n".join(lines)


def _wait(recording: program.Recording, seconds: float) -> None:
    try:
        recording.process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _sample(status: dict[str, Any]) -> Sample:
    stat = Path(f"/proc/{status['pid']}/stat").read_text().rsplit(")", 1)[1].split()
    cpu = (int(stat[11]) + int(stat[12])) / TICK
    pages = int(Path(f"/proc/{status['pid']}/statm").read_text().split()[1])
    return Sample(cpu, status["frames"], status["dropped"], pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


def _ffmpeg(frames: int, *, pace: bool) -> float:
    """CPU seconds (user and system) that ffmpeg takes for `frames` pictures of the simulated camera's loop.

    Picture only, no sound. `pace`: one every thirtieth of a second, as a camera gives them; a processor that rests in
    between needs more for each than one that may rush through them.
    """
    settings = EncoderSettings()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        ["ffmpeg", "-v", "error", *(["-re"] if pace else []), "-stream_loop", "-1", "-f", "mjpeg", "-framerate", "30",
         "-i", str(places.asset("simulated/camera.mjpeg")), "-frames:v", str(frames), "-c:v", "libx264",
         "-preset", settings.preset, "-tune", "zerolatency", "-threads:v", str(settings.threads),
         "-b:v", str(settings.bit_rate), "-g", "60",
         "-maxrate", str(settings.bit_rate * 2), "-bufsize", str(settings.bit_rate * 2),
         "-pix_fmt", "yuvj420p", "-f", "mp4", "-movflags", "frag_keyframe+empty_moov", "-y", "/dev/null"],
        check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
