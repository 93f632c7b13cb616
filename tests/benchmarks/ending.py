"""How long the end of a recording takes, by its length, against ffmpeg putting a finished file's index in front.

The recorder's own encoder, writer, journal and manifest are fed as fast as they take it, so that an hour passes in
a minute or two: pictures are small, but made of noise, so that the file has as many bytes and fragments as a real one.
What is not in it: the 0.15 s at most for which a real end waits for the sound card's last samples.
"""

import subprocess
import threading
import time
import uuid
from pathlib import Path

import av
import numpy as np

from kiosk.domain import commands, events
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import RATE, DeviceIdentity, DeviceKind
from kiosk.domain.errors import KioskError
from kiosk.domain.interview import Consent
from kiosk.domain.wire import plain
from kiosk.encode.encoder import Encoder, EncoderSettings
from kiosk.files.chunks import ChunkDurable
from kiosk.files.report import MINUTE
from kiosk.files.segment import FragmentDurable, SegmentWriter
from kiosk.media.quality import Minute
from kiosk.recorder.folder import SessionFolder
from kiosk.recorder.reel import Place

FPS = 30
WIDTH, HEIGHT = 160, 96
SETTINGS = EncoderSettings(width=WIDTH, height=HEIGHT, preset="ultrafast")
DEVICE = DeviceIdentity(DeviceKind.CAMERA, "noise", "Noise", "noise")
WALL = "2026-01-01T00:00:00+00:00"


def measure(folder: Path, minutes: int) -> tuple[float, float, float]:
    """(milliseconds from stop to finished file, bytes of it in MB, milliseconds that ffmpeg takes for its index)."""
    clock = SystemClock()
    session = str(uuid.uuid4())
    place = Place(folder / session, session)
    notes = SessionFolder(place.folder, clock)
    notes.begin(_prepare(session), events.Prepared(DEVICE, DEVICE, DEVICE, 1280, 720, FPS, RATE, SETTINGS.preset))
    path = place.folder / f"interview_{session}_20260101_000000_01.mp4"
    notes.note("Started", plain(events.Started(session, 1, str(path), WALL, 0)))
    lock = threading.Lock()  # chunks come from the writer's thread, as they do in the recorder's inbox
    failed: list[KioskError] = []

    def on_chunk(chunk: ChunkDurable) -> None:
        with lock:
            ready = events.ChunkReady(1, chunk.number, chunk.offset, chunk.size, chunk.sha256)
            notes.note("ChunkReady", plain(ready))

    def on_fragment(fragment: FragmentDurable) -> None:
        del fragment

    writer = SegmentWriter(path, on_fragment=on_fragment, on_chunk=on_chunk, on_failed=failed.append)
    writer.start()
    encoder = Encoder(writer, SETTINGS)
    random = np.random.default_rng(1)
    pictures = [random.integers(0, 255, (HEIGHT * 3 // 2, WIDTH), np.uint8) for _ in range(8)]
    noise = (random.standard_normal(RATE) * 0.05).astype(np.float32)
    for second in range(minutes * 60):
        for number in range(FPS):
            frame = av.VideoFrame.from_ndarray(pictures[number % len(pictures)], format="yuvj420p")
            encoder.picture(frame, second * NS + number * NS // FPS, keyframe=second % 10 == 0 and number == 0)
        encoder.sound(noise, second * RATE)
        if second % 60 == 59:
            with lock:
                notes.note(MINUTE, plain(Minute(second - 59, 60, 60 * FPS, FPS, 34, -26, -10, -23, 0, 0, 0)))
        if second % 2:
            with lock:
                notes.note("Durable", plain(events.Durable(1, second * NS, 0)))
    if failed:
        raise SystemExit(str(failed[0]))
    duration_ns = minutes * 60 * NS
    while writer.backlog_bytes:  # in real time nothing waits for the disk
        time.sleep(0.01)
    began = time.perf_counter()
    encoder.close()
    sealed = writer.close()
    notes.sealed(place, sealed)
    stopped = events.Stopped(
        session, "completed", str(path), str(notes.manifest), duration_ns, minutes * 60 * FPS, 0, 0
    )
    notes.end({"encoder": "libx264"}, stopped)
    took_ms = (time.perf_counter() - began) * 1000
    notes.close()
    return took_ms, path.stat().st_size / 1e6, index_ms(path)


def index_ms(path: Path) -> float:
    """Milliseconds that it takes to make an ordinary MP4 of a fragmented one, its index in front."""
    began = time.perf_counter()
    out = path.with_suffix(".plain.mp4")
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-c", "copy", "-movflags", "+faststart", "-y", str(out)],
        check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    took_ms = (time.perf_counter() - began) * 1000
    out.unlink()
    return took_ms


def _prepare(session: str) -> commands.Prepare:
    consent = Consent("bench", "", "en", WALL)
    return commands.Prepare(session, "bench", "Bench", "", "en", "bench", consent, "noise", "noise", "noise")
