"""The line: devices → capture → mix → encode → files, and one thread that hands things on.

The thread takes pictures from a bounded queue and samples from the microphone's ring, and gives both to the
take that is being recorded. The devices run from `open` to `close`, so that the preview lives before the
recording begins. What happens is posted as events; nothing here waits for a listener.
"""

import collections
import dataclasses
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import av

from kiosk.capture.camera_thread import CameraThread
from kiosk.capture.microphone import FeedBlock, MicrophoneFeed
from kiosk.capture.playout import Playout
from kiosk.domain import commands, events
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import RATE, CameraFrame, DeviceIdentity, DeviceOpener, Loudspeaker, Samples
from kiosk.domain.errors import DeviceFailed, KioskError, WorldFailed
from kiosk.encode.decoder import PictureDamaged, PictureDecoder
from kiosk.encode.encoder import EncoderSettings
from kiosk.encode.overlay import Overlay
from kiosk.encode.preview import PreviewScaler
from kiosk.encode.still import load_still
from kiosk.files.chunks import ChunkDurable
from kiosk.files.segment import FragmentDurable, SealedSegment
from kiosk.mix.clock_fit import ClockFit
from kiosk.mix.meter import Watch
from kiosk.recorder.preview_file import PreviewFile
from kiosk.recorder.take import STILL_EVERY_NS, Clip, Take, TakeListener

log = logging.getLogger(__name__)

QUEUE_BYTES: Final = 64 * 1024 * 1024
"""Pictures that wait for the encoder: 30 s of JPEGs. When it is full the newest is dropped and counted."""
CAMERA_LATE_NS: Final = NS
"""After so long without a picture the still is written, so that the file goes on."""
READY_LIMIT_S: Final = 30.0
FINISH_LIMIT_S: Final = 10.0
LAST_SAMPLES_NS: Final = NS * 15 // 100
"""How long the end waits for samples that the sound card still holds."""
QUESTION_TAIL_MS: Final = 250
TONE_TAIL_MS: Final = 60
"""How long the room answers. The candidate may speak right after a tone, so it is kept short there."""
SETTLE: Final = RATE
SETTLE_LIMIT_S: Final = 4.0
"""Samples that the microphone gives before it is called ready, so that its clock is known from the start."""
BEFORE_NS: Final = 2 * NS
"""Samples that are kept from before the start, so that the clock fit has something to begin with."""


@dataclass(frozen=True, slots=True)
class LineSettings:
    assets: Path
    encoder: EncoderSettings = field(default_factory=EncoderSettings)


@dataclass(frozen=True, slots=True)
class WriteFailed:
    """The segment cannot be written any more."""

    error: KioskError


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What is true now; instants on the session clock, 0 means never."""

    durable_ns: int
    durable_media_ns: int
    media_ns: int
    frame_ns: int
    sample_ns: int
    frames: int
    dropped: int
    bytes: int
    fps: float
    level_dbfs: float
    peak_dbfs: float


@dataclass(frozen=True, slots=True)
class _Order:
    """A segment to be begun at the next picture."""

    path: Path
    session: str
    wall: datetime
    from_ns: int
    """Pictures that came before this was asked for do not begin it."""


class Line:
    """Owns the devices and the thread. Commands come from one other thread, the service's."""

    def __init__(
        self,
        devices: DeviceOpener,
        clock: Clock,
        settings: LineSettings,
        post: Callable[[events.Event | WriteFailed], None],
        preview: PreviewFile,
    ) -> None:
        self._devices = devices
        self._clock = clock
        self._settings = settings
        self._post = post
        self._preview = preview
        self._encoder = settings.encoder
        self._decoder = PictureDecoder()
        self._scaler = PreviewScaler()
        self._camera: CameraThread | None = None
        self._microphone: MicrophoneFeed | None = None
        self._loudspeaker: Loudspeaker | None = None
        self._playout: Playout | None = None
        self._speaker_fit: ClockFit | None = None
        self._speaker_lost = False
        self._overlay: Overlay | None = None
        self._stills: dict[str, av.VideoFrame] = {}

        self._wake = threading.Condition()
        self._pictures: collections.deque[CameraFrame] = collections.deque()
        self._queued = 0
        self._clips: dict[int, Clip] = {}
        self._endings: collections.deque[tuple[int, str]] = collections.deque()
        self._order: _Order | None = None
        self._take: Take | None = None
        self._paused = False
        self._end_ns = 0
        self._sealed: SealedSegment | KioskError | None = None
        self._finished = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)

        self._before: collections.deque[FeedBlock] = collections.deque()
        self._watch = Watch()
        self._heard = 0
        """Samples at 48 kHz that the watch has heard."""
        self._epoch = -1
        self._serial = 0
        self._durable_at = 0
        self._bytes = 0
        self._sample_ns = 0
        self._frame_ns = 0
        self._dropped = 0
        self._damaged = 0
        self._encoded = 0
        self._camera_gap_ns = 0
        """Since when the still stands in for the camera; 0 while it does not."""

    # ── devices ─────────────────────────────────────────────────────────────────────────────────────

    def open(self, prepare: commands.Prepare) -> events.Prepared:
        """Opens and measures all devices; blocks for seconds. Raises BadRequest or DeviceFailed."""
        self._close_devices()
        self._encoder = dataclasses.replace(self._settings.encoder, preset=prepare.preset)
        assets = self._settings.assets
        self._overlay = Overlay(assets / "overlay", prepare.rec_mark, prepare.timestamp)
        self._stills = {
            "camera": load_still(assets / "stills" / "camera-lost.png"),
            "paused": load_still(assets / "stills" / "paused.png"),
        }
        camera = CameraThread(
            lambda: self._devices.camera(prepare.camera),
            self._clock,
            on_frame=self._on_frame,
            on_lost=lambda error: self._problem("camera", error),
            on_back=lambda identity: self._back("camera", identity),
        )
        microphone = MicrophoneFeed(
            lambda: self._devices.microphone(prepare.microphone),
            self._clock,
            on_lost=lambda error: self._problem("microphone", error),
            on_back=lambda identity: self._back("microphone", identity),
        )
        try:
            loudspeaker = self._devices.loudspeaker(prepare.speaker)
            self._speaker_lost = False
            playout = Playout(loudspeaker.rate)
            loudspeaker.start(playout.fill, self._on_loudspeaker_lost)
            self._loudspeaker, self._playout = loudspeaker, playout
            self._speaker_fit = ClockFit(loudspeaker.rate)
            self._microphone = microphone
            microphone.start()
            if not self._thread.is_alive():
                self._thread.start()
            self._camera = camera
            camera.start()
            microphone.wait_ready(READY_LIMIT_S)
            camera.wait_ready(READY_LIMIT_S)
        except KioskError:
            self._close_devices()
            raise
        with self._wake:
            self._wake.wait_for(lambda: self._heard >= SETTLE, SETTLE_LIMIT_S)  # woken by every picture
        seen, heard = camera.status, microphone.status
        if seen.identity is None or heard.identity is None:
            raise DeviceFailed("A device was lost while it was being prepared.", "Check the cables, then try again.")
        return events.Prepared(
            camera=seen.identity,
            microphone=heard.identity,
            loudspeaker=loudspeaker.identity,
            width=seen.width,
            height=seen.height,
            fps=round(seen.fps, 2),
            microphone_rate=heard.rate,
            preset=self._encoder.preset,
        )

    def close(self) -> None:
        """Ends the thread and releases the devices."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join(5)
        self._close_devices()

    def simulate(self, command: commands.Simulate) -> None:
        self._devices.simulate(command.device, command.action, command.value)

    def _close_devices(self) -> None:
        camera, self._camera = self._camera, None
        microphone, self._microphone = self._microphone, None
        loudspeaker, self._loudspeaker = self._loudspeaker, None
        for thread in (camera, microphone):
            if thread is not None:
                thread.stop()
        if loudspeaker is not None:
            loudspeaker.stop()
        for thread in (camera, microphone):
            if thread is not None:
                thread.join(3)

    def _problem(self, device: str, error: KioskError) -> None:
        self._post(events.Problem(device, error.what, error.remedy))

    def _back(self, device: str, identity: DeviceIdentity) -> None:
        log.info("%s is back: %s", device, identity.id)
        self._post(events.Problem(device, "", ""))

    def _on_loudspeaker_lost(self, what: str) -> None:
        playout = self._playout
        self._speaker_lost = True
        if playout is not None:
            playout.lost()
        self._post(events.Problem("loudspeaker", what, "Questions go on as captions. Check the loudspeaker's cable."))
        for clip in tuple(self._clips.values()):
            if clip.question:
                self._post(events.VoiceLost(clip.question, self.media_ns(), what))

    def _on_frame(self, frame: CameraFrame) -> None:
        size = len(frame.data) if isinstance(frame.data, bytes) else frame.data.nbytes
        with self._wake:
            self._frame_ns = frame.t_ns
            if self._queued + size > QUEUE_BYTES:
                self._dropped += 1
                return
            self._pictures.append(frame)
            self._queued += size
            self._wake.notify_all()

    # ── commands ────────────────────────────────────────────────────────────────────────────────────

    def record(self, path: Path, session: str, wall: datetime) -> None:
        """Begins a segment with the next picture. Started follows when its first fragment is durable."""
        with self._wake:
            self._order = _Order(path, session, wall, self._clock.now_ns())
            self._wake.notify_all()

    def pause(self) -> int:
        """A still and silence from now on; returns the media time."""
        now = self._clock.now_ns()
        self.silence()
        with self._wake:
            self._paused = True
            if self._take is not None:
                self._take.mixer.pause(now)
        return self.media_ns(now)

    def resume(self) -> int:
        now = self._clock.now_ns()
        with self._wake:
            self._paused = False
            if self._take is not None:
                self._take.mixer.resume(now)
        return self.media_ns(now)

    def speak(self, question: str, samples: Samples) -> None:
        """Plays a clip after those that wait already. Raises DeviceFailed when nothing can be heard."""
        if self._playout is None or self._speaker_lost:
            raise DeviceFailed("The loudspeaker is lost.", "Check its cable.")
        with self._wake:
            self._serial += 1
            self._clips[self._serial] = Clip(self._serial, question, samples)
            self._playout.play(samples, self._serial)

    def silence(self) -> None:
        if self._playout is not None:
            self._playout.silence()

    def finish(self) -> SealedSegment:
        """Ends the segment now and makes it whole. Raises what kept it from being so."""
        with self._wake:
            if self._take is None:
                raise WorldFailed("The recording had not begun yet: there was no picture.")
            self._end_ns = self._clock.now_ns()
            self._wake.notify_all()
        if not self._finished.wait(FINISH_LIMIT_S):
            raise WorldFailed("The disk did not take the end of the recording in time.", "What came before is stored.")
        if isinstance(self._sealed, SealedSegment):
            return self._sealed
        raise self._sealed or WorldFailed("The recording did not end in order.")

    def abandon(self) -> SealedSegment | None:
        """Stops writing. What is durable stays as it is, and is returned when the file can be trusted."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join(FINISH_LIMIT_S)
        take = self._take
        return take.abandon() if take is not None and not self._thread.is_alive() else None

    def answering(self, *, expected: bool) -> None:
        """Whether somebody is expected to speak now: only then can the microphone be too quiet."""
        with self._wake:
            self._watch.answering(self._heard if expected else None)

    # ── facts ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def frames(self) -> int:
        take = self._take
        return take.frames if take else self._encoded

    @property
    def dropped(self) -> int:
        return self._dropped + self._damaged

    def media_ns(self, now_ns: int | None = None) -> int:
        """Media time of an instant, now by default; 0 before the recording."""
        take = self._take
        return take.at_ns(self._clock.now_ns() if now_ns is None else now_ns) if take else 0

    def facts(self) -> LineFacts:
        take, microphone, camera = self._take, self._microphone, self._camera
        heard = microphone.status if microphone else None
        return LineFacts(
            durable_ns=take.t0_ns + self._durable_at if take and self._durable_at else 0,
            durable_media_ns=self._durable_at,
            media_ns=self.media_ns(),
            frame_ns=self._frame_ns,
            sample_ns=heard.last_block_ns if heard else 0,
            frames=self.frames,
            dropped=self.dropped,
            bytes=self._bytes,
            fps=round(camera.status.fps, 1) if camera else 0.0,
            level_dbfs=round(heard.level_dbfs, 1) if heard else -120.0,
            peak_dbfs=round(heard.peak_dbfs, 1) if heard else -120.0,
        )

    def quality(self) -> dict[str, Any]:
        """What the recorder itself knows of how good the recording is."""
        return {
            "frames": self.frames,
            "dropped": self._dropped,
            "damaged": self._damaged,
            "encoder": "libx264",
            "preset": self._encoder.preset,
        }

    # ── the thread ──────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        try:
            while True:
                with self._wake:
                    if not self._pictures and not self._stopping:
                        self._wake.wait(0.03)
                    if self._stopping:
                        return
                    frame = self._pictures.popleft() if self._pictures else None
                    if frame is not None:
                        self._queued -= len(frame.data) if isinstance(frame.data, bytes) else frame.data.nbytes
                self._step(frame)
        except KioskError as error:
            self._sealed = error
            self._finished.set()
            self._post(WriteFailed(error))
        except Exception as error:
            log.exception("the line stopped")
            self._sealed = WorldFailed(f"The recorder failed: {error}.", "What was recorded until then is stored.")
            self._finished.set()
            self._post(WriteFailed(self._sealed))

    def _step(self, frame: CameraFrame | None) -> None:
        now = self._clock.now_ns()
        if frame is not None:
            self._picture(frame)
        self._sound(now)
        take = self._take
        if take is None or self._finished.is_set():
            return
        self._voices(take)
        self._still(take, now)
        if not self._end_ns:
            take.sound(now)
            self._gaps(take)
        elif not self._pictures and (now - self._end_ns > LAST_SAMPLES_NS or self._sample_ns >= self._end_ns):
            self._finish(take)

    def _picture(self, frame: CameraFrame) -> None:
        order, take = self._order, self._take
        if order is not None and frame.t_ns < order.from_ns:
            order = None
        shown = self._preview.due(frame.t_ns)
        live = take is not None and not self._paused and not self._finished.is_set()
        if not (shown or live or order):
            return
        try:
            picture = self._decoder.decode(frame)
        except PictureDamaged:
            self._damaged += 1
            return
        if shown:
            self._preview.write(frame.t_ns, self._scaler.scale(picture))
        if order is not None:
            self._order = None
            take = self._begin(order, frame.t_ns)
        if take is None or self._paused or self._finished.is_set():
            return
        if self._end_ns and frame.t_ns > self._end_ns:
            return
        if not take.picture(picture, frame.t_ns, self._clock.wall(), live=True):
            self._damaged += 1
        if self._camera_gap_ns:
            self._post(
                events.Gap(
                    "camera", take.at_ns(self._camera_gap_ns), frame.t_ns - self._camera_gap_ns, "no picture came"
                )
            )
            self._camera_gap_ns = 0

    def _begin(self, order: _Order, t0_ns: int) -> Take:
        if self._overlay is None or self._loudspeaker is None:
            raise WorldFailed("The devices are not open.")
        wall = self._clock.wall()
        recording = str(order.path)

        def on_fragment(fragment: FragmentDurable) -> None:
            first = not self._durable_at
            self._durable_at = fragment.end_ns
            self._bytes = fragment.offset + fragment.size
            if first:
                started_at = wall.isoformat(timespec="milliseconds")
                self._post(events.Started(order.session, 1, recording, started_at, t0_ns))

        def on_chunk(chunk: ChunkDurable) -> None:
            self._post(events.ChunkReady(1, chunk.number, chunk.offset, chunk.size, chunk.sha256))

        listener = TakeListener(on_fragment, on_chunk, lambda error: self._post(WriteFailed(error)))
        take = Take(order.path, t0_ns, self._encoder, self._overlay, listener, audible=self._loudspeaker.audible)
        for block in self._before:
            self._push(take, block)
        self._before.clear()
        with self._wake:
            self._take = take
        return take

    def _sound(self, now: int) -> None:
        microphone = self._microphone
        if microphone is None:
            return
        for block in microphone.take():
            self._listen(block)
            self._sample_ns = block.block.t_ns + len(block.block.samples) * NS // block.rate
            if self._take is not None:
                self._push(self._take, block)
            else:
                self._before.append(block)
        while self._before and self._before[0].block.t_ns < now - BEFORE_NS:
            self._before.popleft()

    def _listen(self, fed: FeedBlock) -> None:
        """Notices a microphone that is muted, silent, clipping or too quiet."""
        with self._wake:
            if fed.epoch != self._epoch:
                self._epoch = fed.epoch
                self._watch.reset()
            problem = None if self._paused else self._watch.hear(self._heard, fed.block.samples)
            self._heard += len(fed.block.samples) * RATE // fed.rate
        if problem is not None:
            self._post(problem)

    @staticmethod
    def _push(take: Take, fed: FeedBlock) -> None:
        take.mixer.microphone(fed.epoch, fed.rate, fed.block.first, fed.block.t_ns, fed.block.samples)

    def _voices(self, take: Take) -> None:
        """Places what the loudspeaker began to play into the mix, at the instant it sounds."""
        playout, fit = self._playout, self._speaker_fit
        if playout is None or fit is None:
            return
        for first, t_ns in playout.take_stamps():
            fit.add(first, t_ns)
        for report in playout.take_reports():
            clip = self._clips.get(report.token)
            if clip is None:
                continue
            sounds_ns = round(fit.instant_of(report.sample))
            if report.started:
                tail_ms = QUESTION_TAIL_MS if clip.question else TONE_TAIL_MS
                take.mixer.voice(str(clip.serial), clip.samples, sounds_ns, tail_ms=tail_ms)
                if clip.question:
                    self._post(events.VoiceStarted(clip.question, take.at_ns(sounds_ns)))
            else:
                if not report.whole:
                    take.mixer.cut(str(clip.serial), sounds_ns)
                del self._clips[clip.serial]
                if clip.question:
                    self._endings.append((sounds_ns, clip.question))
        # The loudspeaker's blocks are filled ahead of their sounding: the end is told when it is there.
        while self._endings and (self._endings[0][0] <= self._clock.now_ns() or self._end_ns):
            sounds_ns, question = self._endings.popleft()
            self._post(events.VoiceEnded(question, take.at_ns(sounds_ns)))

    def _still(self, take: Take, now: int) -> None:
        """Keeps the picture going when the camera does not, or may not."""
        late = not self._paused and now - max(self._frame_ns, take.t0_ns) > CAMERA_LATE_NS
        if not (self._paused or late) or now - take.last_picture_ns < STILL_EVERY_NS:
            return
        if late and not self._camera_gap_ns:
            self._camera_gap_ns = take.last_picture_ns
        at = min(now, self._end_ns) if self._end_ns else now
        still = self._stills["paused" if self._paused else "camera"]
        take.picture(still, at, self._clock.wall(), live=False)

    def _gaps(self, take: Take) -> None:
        for gap in take.mixer.take_gaps():
            at_ns, lost_ns = take.at_ns(take.instant(gap.first)), round(gap.length * NS / RATE)
            self._post(events.Gap("microphone", at_ns, lost_ns, gap.cause))

    def _finish(self, take: Take) -> None:
        if self._camera_gap_ns:
            lost_ns = self._end_ns - self._camera_gap_ns
            self._post(events.Gap("camera", take.at_ns(self._camera_gap_ns), lost_ns, "no picture came"))
        sealed = take.finish(self._end_ns)
        self._gaps(take)
        self._encoded = take.frames
        self._sealed = sealed
        self._finished.set()
