"""Finds flashes and clicks that belong together, and tells how much later the sound is than the picture.

A flash is the lower half of the picture turning bright for a moment; a click is a step far above all sound around
it. Only measures: a recording without such markers has none, and nothing is guessed from faces or voices. Memory is
60 MB for an hour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

from kiosk.domain.devices import RATE, Samples
from kiosk.domain.errors import BadRequest
from kiosk.media.boxes import scan
from kiosk.media.prefix import Prefix

APART_S: Final = 0.4
"""How far a click is looked for on either side of a flash; flashes should be more than twice this apart."""
LONGEST_FLASH_S: Final = 0.4
"""What stays bright for longer is no flash but a light that was switched on, or another picture."""
LEAST_RISE: Final = 12.0
_RISE_OVER_NOISE: Final = 10.0
_LEAST_STEP: Final = 0.02
_STEP_OVER_SOUND: Final = 4.0
"""Over the 99th percentile of what is around it: voices reach 2 to 3."""
_WINDOW: Final = RATE // 4000
_ATTACK_S: Final = 0.003
"""AAC smears a click by so much before its peak."""
_AROUND_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class SyncMark:
    """A flash at `at_s` of the file, and how much later its click is heard (negative: sooner), both in seconds."""

    at_s: float
    sound_later_s: float


class SyncMeter:
    """Is shown decoded pictures and sound in the order of each track, and tells the marks at the end.

    Args:
        counted: sound is placed by counting its samples from the first one on, and not by its presentation times.
    """

    def __init__(self, *, counted: bool = False) -> None:
        self._counted = counted
        self._pictures: list[tuple[float, float]] = []
        self._pieces: list[tuple[float, NDArray[np.float32]]] = []
        self._rest: Samples = np.zeros(0, np.float32)
        self._rest_s = 0.0
        self._due_s: float | None = None

    def picture(self, at_s: float, frame: av.VideoFrame) -> None:
        """A planar YUV picture that is shown from `at_s` on."""
        self.light(at_s, lower_half(frame))

    def light(self, at_s: float, bright: float) -> None:
        """As `picture`, when its `lower_half` is known already."""
        self._pictures.append((at_s, bright))

    def sound(self, at_s: float, samples: Samples) -> None:
        """Mono samples at 48 kHz, the first of which is heard at `at_s`."""
        if self._due_s is None or (not self._counted and abs(at_s - self._due_s) > 1 / RATE):
            self._rest, self._rest_s = np.zeros(0, np.float32), at_s
            self._due_s = at_s
        self._due_s += len(samples) / RATE
        joined = np.concatenate((self._rest, samples))
        whole = max(0, len(joined) - 1) // _WINDOW * _WINDOW
        if whole:  # the sample after the last window stays: a step needs two
            steps = np.abs(np.diff(joined[: whole + 1])).reshape(-1, _WINDOW).max(1)
            self._pieces.append((self._rest_s, steps))
        self._rest = joined[whole:]
        self._rest_s += whole / RATE

    def marks(self) -> list[SyncMark]:
        """All flashes with a click, in order; a flash without one is left out."""
        starts = np.array([start for start, _ in self._pieces])
        found = []
        for at_s in _flashes(self._pictures):
            click_s = self._click_near(at_s, starts)
            if click_s is not None:
                found.append(SyncMark(round(at_s, 6), round(click_s - at_s, 6)))
        return found

    def _click_near(self, at_s: float, starts: NDArray[np.float64]) -> float | None:
        first = max(0, int(np.searchsorted(starts, at_s - APART_S, "right")) - 1)
        last = int(np.searchsorted(starts, at_s + APART_S, "right"))
        pieces = self._pieces[first:last]
        if not pieces:
            return None
        steps = np.concatenate([piece for _, piece in pieces])
        times = np.concatenate([start + np.arange(len(piece)) * (_WINDOW / RATE) for start, piece in pieces])
        inside = np.abs(times - at_s) <= APART_S
        steps, times = steps[inside], times[inside]
        if not len(steps):
            return None
        peak = int(np.argmax(steps))
        around = steps[np.abs(times - times[peak]) > _AROUND_S]
        usual = float(np.percentile(around, 99)) if len(around) else 0.0
        if steps[peak] < max(_LEAST_STEP, _STEP_OVER_SOUND * usual):
            return None
        attack = (times >= times[peak] - _ATTACK_S) & (steps >= steps[peak] / 2)
        return float(times[int(np.argmax(attack))])


def lower_half(frame: av.VideoFrame) -> float:
    """How bright the lower half of a planar YUV picture is, 0 to 255."""
    plane: Any = frame.planes[0]
    luma = np.ndarray((plane.height, plane.width), np.uint8, plane, strides=(plane.line_size, 1))
    looked = luma[plane.height // 2 :: 8, ::16]
    return int(np.add.reduce(looked, axis=None, dtype=np.int64)) / looked.size


def sync_offsets(path: Path, *, counted: bool = False) -> list[SyncMark]:
    """All flashes of an MP4 that have a click, in order; a torn tail is left out.

    `counted` as in `SyncMeter`. Raises BadRequest when the file is missing, or not an MP4 with a picture and sound.
    """
    meter = SyncMeter(counted=counted)
    try:
        whole_to = scan(path).whole_to
        with path.open("rb") as file, _opened(Prefix(file, whole_to)) as container:
            if not container.streams.video or not container.streams.audio:
                raise BadRequest(f"{path} has not both picture and sound.")
            video, audio = container.streams.video[0], container.streams.audio[0]
            video.thread_type = "AUTO"
            resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
            for frame in container.decode(video, audio):
                if isinstance(frame, av.VideoFrame):
                    meter.picture(float(frame.time or 0), frame)
                elif isinstance(frame, av.AudioFrame):
                    for mono in resampler.resample(frame):
                        meter.sound(float(mono.time or 0), mono.to_ndarray()[0])
    except (OSError, av.FFmpegError) as error:
        raise BadRequest(f"{path} cannot be read as a recording.") from error
    return meter.marks()


def _opened(file: Any) -> Any:
    """PyAV's stubs name only its own kinds of files."""
    return av.open(file, format="mp4")


def _flashes(pictures: Sequence[tuple[float, float]]) -> list[float]:
    """Instants at which the picture turned much brighter than it usually changes, and soon dark again."""
    if len(pictures) < 3:
        return []
    times, lower = np.array(pictures).T
    rises = np.diff(lower)
    least = max(LEAST_RISE, _RISE_OVER_NOISE * float(np.median(np.abs(rises))))
    found: list[float] = []
    for number in np.flatnonzero(rises >= least):
        at_s = float(times[number + 1])
        if found and at_s - found[-1] < LONGEST_FLASH_S:
            continue
        after = lower[number + 2 :][times[number + 2 :] <= at_s + LONGEST_FLASH_S]
        if len(after) and float(after.min()) < lower[number] + rises[number] / 2:
            found.append(at_s)
    return found
