"""Looks at and listens to a finished recording, with ffprobe as an independent judge and PyAV to decode."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000


def probe(file: Path) -> dict[str, Any]:
    """What ffprobe says."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(file)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def opens(file: Path) -> float:
    """Seconds until the end of the last picture that ffprobe reads without a complaint."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time",
         "-of", "csv=p=0", str(file)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    times = [float(line.strip(",")) for line in done.stdout.split() if line.strip(",")]
    return max(times)


def pictures(file: Path) -> int:
    """How many there are, stills included, without decoding them."""
    with av.open(str(file)) as container:
        return sum(packet.pts is not None for packet in container.demux(container.streams.video[0]))


@dataclass(frozen=True)
class Decoded:
    """`lower` is the mean brightness of each picture's lower half, `times` when it is shown; sound is mono."""

    times: NDArray[np.float64]
    lower: NDArray[np.float64]
    colours: NDArray[np.float64]
    """Mean red, green, blue of the first picture."""
    sound: NDArray[np.float32]
    sound_start: float

    def between(self, start_s: float, end_s: float) -> NDArray[np.float32]:
        first, last = ((at - self.sound_start) * RATE for at in (start_s, end_s))
        return self.sound[max(0, round(first)) : round(last)]


def decode(file: Path) -> Decoded:
    times: list[float] = []
    lower: list[float] = []
    sound: list[NDArray[Any]] = []
    start: float | None = None
    colours = np.zeros(3)
    with av.open(str(file)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        for frame in container.decode(video, audio):
            if isinstance(frame, av.VideoFrame):
                if not times:
                    colours = frame.to_ndarray(format="rgb24").mean((0, 1))
                times.append(float(frame.time or 0))
                plane = frame.planes[0]
                luma = np.frombuffer(bytes(plane), np.uint8).reshape(plane.height, plane.line_size)
                lower.append(float(luma[plane.height // 2 : plane.height - 8 : 8, : plane.width : 16].mean()))
            elif isinstance(frame, av.AudioFrame):
                start = float(frame.time or 0) if start is None else start
                sound.append(frame.to_ndarray()[0])
    return Decoded(np.array(times), np.array(lower), colours, np.concatenate(sound).astype(np.float32), start or 0.0)


def level_dbfs(samples: NDArray[np.float32]) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.square(samples, dtype=np.float64))) + 1e-9))


def found_at(needle: NDArray[np.float32], hay: NDArray[np.float32]) -> tuple[float, float]:
    """(seconds into `hay` at which `needle` fits best, how well: 1 is the same sound)."""
    size = 1 << (len(hay) + len(needle)).bit_length()
    spectrum = np.fft.rfft(hay, size) * np.conj(np.fft.rfft(needle, size))
    match = np.fft.irfft(spectrum, size)[: max(1, len(hay) - len(needle) + 1)]
    at = int(np.argmax(match))
    part = hay[at : at + len(needle)]
    energy = float(np.linalg.norm(part) * np.linalg.norm(needle))
    return at / RATE, float(match[at]) / energy if energy else 0.0
