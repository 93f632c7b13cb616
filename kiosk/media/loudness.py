"""Loudness by ITU-R BS.1770 and EBU R 128, measured by FFmpeg's own filter. Only measures, never changes a sample."""

import math
from fractions import Fraction
from typing import Final

import av
import numpy as np
from av.filter import Graph

from kiosk.domain.devices import Samples
from kiosk.domain.errors import BadRequest

SILENT_LUFS: Final = -70.0
"""What silence measures: nothing below the absolute gate counts."""
SILENT_DBTP: Final = -60.0
"""The filter tells true peaks in steps of 0.001 of full scale; nothing below that can be told apart."""
_AT_ONCE: Final = 48_000


class LoudnessMeter:
    """Measures one channel of samples, fed in pieces of any length.

    Args:
        rate: samples a second.
        peaks: whether true peaks are wanted too, which costs twice as much again.
    """

    def __init__(self, rate: int, *, peaks: bool = True) -> None:
        self._rate = rate
        self._count = 0
        self._found: dict[str, str] = {}
        self._graph = Graph()
        self._source = self._graph.add_abuffer(
            sample_rate=rate, format="fltp", layout="mono", time_base=Fraction(1, rate)
        )
        meter = self._graph.add("ebur128", f"metadata=1:peak={'true' if peaks else 'none'}:framelog=quiet")
        sink = self._graph.add("abuffersink")
        self._source.link_to(meter)
        meter.link_to(sink)
        self._graph.configure()

    def add(self, samples: Samples) -> None:
        """Adds the next samples. Raises BadRequest when one of them is no number."""
        for at in range(0, len(samples), _AT_ONCE):
            piece = np.ascontiguousarray(samples[at : at + _AT_ONCE], np.float32)
            if not np.isfinite(piece).all():
                raise BadRequest("The sound holds samples that are no numbers.")
            frame = av.AudioFrame.from_ndarray(piece[None], format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = self._rate, self._count, Fraction(1, self._rate)
            self._count += len(piece)
            self._graph.push(frame)
            self._drain()

    def integrated_lufs(self) -> float:
        """Integrated loudness so far, `SILENT_LUFS` for silence. Needs 0.4 s of sound to mean anything."""
        return max(SILENT_LUFS, float(self._found.get("lavfi.r128.I", SILENT_LUFS)))

    def true_peak_dbtp(self) -> float:
        """True peak so far (four times oversampled), at least `SILENT_DBTP`."""
        peak = float(self._found.get("lavfi.r128.true_peak", 0))
        return max(SILENT_DBTP, 20 * math.log10(peak)) if peak > 0 else SILENT_DBTP

    def _drain(self) -> None:
        while True:
            try:
                frame = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            self._found.update(frame.metadata)


def integrated_lufs(samples: Samples, rate: int) -> float:
    """Integrated loudness of one channel, LUFS; `SILENT_LUFS` for silence or less than 0.1 s."""
    return _measure(samples, rate).integrated_lufs()


def true_peak_dbtp(samples: Samples, rate: int) -> float:
    """True peak of one channel, dB below full scale; at least `SILENT_DBTP`."""
    return _measure(samples, rate).true_peak_dbtp()


def _measure(samples: Samples, rate: int) -> LoudnessMeter:
    meter = LoudnessMeter(rate)
    meter.add(samples)
    meter.add(np.zeros(rate // 10, np.float32))  # the filter tells its findings every 100 ms
    return meter
