"""The peer of the whole recorder: `ffmpeg` turning the same JPEGs into H.264 with the same x264 settings.

It does less than a recorder: its pictures come from a file, which waits for it as no camera does, and nothing is made
durable. So it is never late, and its figures are what there is to reach.
"""

import contextlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE
from kiosk.encode.encoder import EncoderSettings
from kiosk.system import places
from tests.benchmarks.driven import peak_mb

FPS = 30


@dataclass(frozen=True)
class Cost:
    """What one run of ffmpeg took."""

    frames: int
    cpu_s: float
    """User and system."""
    memory_mb: float
    """The most that was resident."""
    lost: int
    """Pictures that ffmpeg says it dropped or doubled."""

    @property
    def ms_a_frame(self) -> float:
        return self.cpu_s / self.frames * 1000


def make(frames: int, target: Path, *, pace: bool, sound: Path | None) -> Cost:
    """Has ffmpeg make `frames` pictures of the simulated camera's loop; `target` is gone afterwards.

    Args:
        frames: how many.
        target: where a file is written, when there is sound.
        pace: one every thirtieth of a second, as a camera gives them; a processor that rests in between needs more for
            each than one that may rush through them.
        sound: mono at 48 kHz, 32-bit floats; encoded too, and both written as fragments as we write them, though
            without making them durable. Without it picture only, into nothing.

    Raises:
        subprocess.CalledProcessError: ffmpeg failed.
    """
    command = _command(frames, target, pace=pace, sound=sound)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said: dict[str, str] = {}
        memory_mb = 0.0
        for line in process.stdout:
            name, _, value = line.strip().partition("=")
            said[name] = value
            if name == "progress":
                with contextlib.suppress(ProcessLookupError):  # it has said its last
                    memory_mb = max(memory_mb, peak_mb(process.pid))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    target.unlink(missing_ok=True)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    lost = int(said["drop_frames"]) + int(said["dup_frames"])
    return Cost(int(said["frame"]), usage.ru_utime + usage.ru_stime, memory_mb, lost)


def _command(frames: int, target: Path, *, pace: bool, sound: Path | None) -> list[str]:
    settings = EncoderSettings()
    in_time = ["-re"] if pace else []
    heard = [*in_time, "-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", str(sound)] if sound else []
    movflags = "frag_keyframe+delay_moov+default_base_moof" if sound else "frag_keyframe+empty_moov"
    beside = ["-c:a", "aac", "-b:a", str(settings.audio_bit_rate), "-aac_coder", "fast", "-frag_duration",
              str(settings.fragment_us), "-flush_packets", "1", "-max_interleave_delta", "300000"]  # fmt: skip
    return [
        "ffmpeg", "-v", "error", "-nostats", "-progress", "pipe:1", "-stats_period", "1",
        *in_time, "-stream_loop", "-1", "-f", "mjpeg", "-framerate", str(FPS),
        "-i", str(places.asset("simulated/camera.mjpeg")), *heard, "-frames:v", str(frames), "-c:v", "libx264",
        "-preset", settings.preset, "-tune", "zerolatency", "-threads:v", str(settings.threads),
        "-b:v", str(settings.bit_rate), "-g", str(settings.keyframe_ns * FPS // NS),
        "-maxrate", str(settings.bit_rate * 2), "-bufsize", str(settings.bit_rate * 2),
        "-pix_fmt", "yuvj420p", *(beside if sound else []), "-f", "mp4", "-movflags", movflags,
        "-y", str(target if sound else "/dev/null"),
    ]  # fmt: skip
