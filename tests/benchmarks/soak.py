"""`./dev soak`: a recording of hours in real time, with simulated devices and the preview on, looked at all the while.

Flash and click come every ten seconds. At the end the file is read back: the times between its pictures and the sync
at every flash are drawn over the recording's length, with memory and processor. Asserts nothing.
"""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np

from kiosk.domain import commands
from kiosk.media.sync import SyncMark, SyncMeter
from tests.benchmarks.driven import Driven, Sample, after_a_minute, record

SAMPLE_EVERY_S = 5.0
CLAP_EVERY_S = 10.0


@dataclass(frozen=True)
class Soaked:
    """What came of it; times in seconds of the recording."""

    samples: list[Sample]
    times_s: list[float]
    """Of every picture in the file."""
    marks: list[SyncMark]
    frames: int
    dropped: int
    gaps: int
    took_ms: float
    shown: int
    """Pictures that the preview gave to whoever looked as a screen does."""
    sentence: str


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="./dev soak", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=1.0, help="how long it records (default 1)")
    parser.add_argument("--output", type=Path, default=Path("build/soak"), help="where plot and figures go")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kiosk-soak-", dir=options.output) as folder:
        soaked = soak(Path(folder), options.hours * 3600)
    table = describe(soaked)
    (options.output / "soak.txt").write_text(table + "\n")
    samples = [asdict(sample) for sample in soaked.samples]
    sync = [[mark.at_s, mark.sound_later_s] for mark in soaked.marks]
    (options.output / "soak.json").write_text(json.dumps({"samples": samples, "sync": sync}))
    draw(soaked, options.output / "soak.png")
    print(table)
    print(f"\n{options.output / 'soak.png'}", file=sys.stderr)
    return 0


def soak(folder: Path, seconds: float) -> Soaked:
    """Records into `folder` for so long, then reads the file back."""
    print(f"Recording for {seconds / 60:.0f} minutes ...", file=sys.stderr)
    recorded = record(folder, lambda driven: _sampled(driven, seconds))
    stopped = recorded.stopped
    print("Reading it back ...", file=sys.stderr)
    times_s, marks = read(Path(stopped.recording))
    manifest: dict[str, Any] = json.loads(Path(stopped.manifest).read_bytes())
    return Soaked(
        samples=recorded.samples,
        times_s=times_s,
        marks=marks,
        frames=stopped.frames,
        dropped=stopped.dropped,
        gaps=stopped.gaps,
        took_ms=stopped.took_ns / 1e6,
        shown=recorded.shown,
        sentence=manifest["quality"]["sentence"],
    )


def _sampled(driven: Driven, seconds: float) -> list[Sample]:
    began = time.monotonic()
    samples = [driven.sample(began)]
    next_clap = CLAP_EVERY_S / 2
    while (passed := time.monotonic() - began) < seconds:
        if driven.lost:
            raise SystemExit(driven.lost)
        if passed >= next_clap:
            next_clap += CLAP_EVERY_S
            driven.client.send(commands.Simulate("camera", "clap"))
        time.sleep(max(0.0, min(SAMPLE_EVERY_S, next_clap - passed, seconds - passed)))
        if passed - samples[-1].at_s >= SAMPLE_EVERY_S or seconds - passed < SAMPLE_EVERY_S:
            samples.append(driven.sample(began))
    return samples


def read(path: Path) -> tuple[list[float], list[SyncMark]]:
    """Times of all pictures, and how much later each click is than its flash."""
    meter, times = SyncMeter(), []
    with av.open(str(path), format="mp4") as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode():
            at_s = float(frame.time or 0)
            if isinstance(frame, av.VideoFrame):
                times.append(at_s)
                meter.picture(at_s, frame)
            elif isinstance(frame, av.AudioFrame):
                meter.sound(at_s, frame.to_ndarray()[0])
    return times, meter.marks()


def describe(soaked: Soaked) -> str:
    """A table for people."""
    intervals = np.diff(soaked.times_s) * 1000
    early, last = after_a_minute(soaked.samples), soaked.samples[-1]
    later = np.array([mark.sound_later_s for mark in soaked.marks]) * 1000
    rows = [
        ("length, minutes", f"{soaked.times_s[-1] / 60:.1f}"),
        ("pictures in the file / dropped by us", f"{len(soaked.times_s)} / {soaked.dropped}"),
        ("gaps", str(soaked.gaps)),
        (
            "times between pictures, ms: median, 99.9 %, most",
            f"{np.median(intervals):.1f}, {np.percentile(intervals, 99.9):.1f}, {intervals.max():.1f}",
        ),
        ("times over 50 ms", str(int((intervals > 50).sum()))),
        (
            f"sound after picture, ms: first, last, furthest of {len(later)}",
            f"{later[0]:+.1f}, {later[-1]:+.1f}, {later[np.abs(later).argmax()]:+.1f}" if len(later) else "no marks",
        ),
        ("memory after a minute / at the end, MB", f"{early.memory_mb:.0f} / {last.memory_mb:.0f}"),
        (
            "CPU over all, ms a picture",
            f"{(last.cpu_s - soaked.samples[0].cpu_s) / max(1, last.frames - soaked.samples[0].frames) * 1000:.2f}",
        ),
        ("pictures shown by the preview", str(soaked.shown)),
        ("stop to finished file, ms", f"{soaked.took_ms:.0f}"),
        ("its quality report", soaked.sentence),
    ]
    return "\n".join(f"{name:<52} {value}" for name, value in rows)


def draw(soaked: Soaked, path: Path) -> None:
    """Times between pictures, sync, and memory with processor, over the recording."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    times = np.array(soaked.times_s)
    figure, (intervals, sync, used) = plt.subplots(3, 1, figsize=(10, 7.5), sharex=True, layout="constrained")
    intervals.plot(times[1:] / 60, np.diff(times) * 1000, ".", markersize=1.5, color="#1f5fa8")
    intervals.set_ylabel("from picture\nto picture, ms")
    intervals.set_ylim(0, max(70, float((np.diff(times) * 1000).max()) * 1.1))
    minutes, later = [mark.at_s / 60 for mark in soaked.marks], [mark.sound_later_s * 1000 for mark in soaked.marks]
    sync.axhspan(-10, 10, color="#e8f2e4")
    sync.plot(minutes, later, ".", markersize=4, color="#2a7d2e")
    sync.set_ylabel("sound later than\npicture, ms")
    sync.set_ylim(-25, 25)
    at = [sample.at_s / 60 for sample in soaked.samples]
    used.plot(at, [sample.memory_mb for sample in soaked.samples], color="#8a4b08")
    used.set_ylabel("memory, MB", color="#8a4b08")
    used.set_ylim(0, max(sample.memory_mb for sample in soaked.samples) * 1.3)
    used.set_xlabel("minutes")
    cpu = used.twinx()
    steps = list(zip(soaked.samples, soaked.samples[1:], strict=False))
    shares = [(b.cpu_s - a.cpu_s) / max(0.1, b.at_s - a.at_s) * 100 for a, b in steps]
    cpu.plot(at[1:], shares, color="#777777", linewidth=0.8)
    cpu.set_ylabel("CPU, % of a core", color="#777777")
    cpu.set_ylim(0, max(30, *(share * 1.2 for share in shares)) if shares else 30)
    for axes in (intervals, sync, used):
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    sys.exit(main())
