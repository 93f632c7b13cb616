"""The line: devices → capture → mix → encode → files, and one thread that hands things on.

The thread takes pictures from a bounded queue and samples from the microphone's ring, and gives both to the
take that is being recorded. The devices run from `open` to `close`, so that the preview lives before the
recording begins. What happens is posted as events; nothing here waits for a listener.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kiosk.domain import commands, events
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import CameraFrame, DeviceOpener, Samples
from kiosk.domain.errors import KioskError, WorldFailed
from kiosk.encode.encoder import Encoder, EncoderSettings, Sink
from kiosk.encode.overlay import Overlay
from kiosk.files.disk import Medium, PrivateFile
from kiosk.media.minutes import Lost
from kiosk.media.quality import Echo, Minute
from kiosk.media.sync import SyncMark
from kiosk.mix.mixer import Mixer
from kiosk.recorder.chronicle import Chronicle
from kiosk.recorder.equipment import Equipment
from kiosk.recorder.facts import LineFacts, facts_of
from kiosk.recorder.footage import Footage
from kiosk.recorder.known_way import KnownWay
from kiosk.recorder.picture_queue import EVER, PictureQueue
from kiosk.recorder.preview_file import PreviewFile
from kiosk.recorder.prompter import Prompter, RanDry
from kiosk.recorder.reel import Place, Reel, SegmentEnded, SegmentLost
from kiosk.recorder.take import Take
from kiosk.system import host

log = logging.getLogger(__name__)

THREAD_LIMIT_S: Final = 10.0
PATIENCE_S: Final = 10
LAST_SAMPLES_NS: Final = NS * 15 // 100
"""How long the end waits for samples that the sound card still holds."""
SOUND_EVERY_NS: Final = NS // 10
"""Sound is taken, mixed and encoded ten times a second: at every picture it would cost twice as much."""
SLACK_NS: Final = NS // 60
"""Half a picture: the third picture is due even when it comes a little early."""
POLL_S: Final = 0.08
"""Longer than two pictures take, so that at 30 pictures a second the line wakes for nothing else."""


@dataclass(frozen=True, slots=True)
class LineSettings:
    assets: Path
    encoder: EncoderSettings = field(default_factory=EncoderSettings)
    make_encoder: Callable[[Sink, EncoderSettings], Encoder] = Encoder
    open_medium: Callable[[Path], Medium] = PrivateFile
    relief: Callable[[], bool] = lambda: False
    """Makes room on a full disk, and tells whether it could."""
    patience_s: int = PATIENCE_S
    """Without another picture in the file for so long, its end is not waited for any more."""


@dataclass(frozen=True, slots=True)
class WriteFailed:
    """Nothing can be written any more."""

    error: KioskError


class Line:
    """Owns the devices and the thread. Commands come from one other thread, the service's."""

    def __init__(
        self,
        devices: DeviceOpener,
        clock: Clock,
        settings: LineSettings,
        post: Callable[
            [events.Event | SegmentEnded | SegmentLost | WriteFailed | Minute | Echo | SyncMark | RanDry], None
        ],
        preview: PreviewFile,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._post = post
        self._footage = Footage(clock, settings.encoder, post)
        self._prompter = Prompter(devices, clock, post, self.media_ns)
        self._known_way = KnownWay(host.runtime_folder())
        self._overlay: Overlay | None = None

        self._pictures = PictureQueue()
        self._equipment = Equipment(
            devices,
            clock,
            self._prompter,
            preview,
            encoder=settings.encoder,
            make_encoder=settings.make_encoder,
            on_frame=self._pictures.put,
            post=post,
        )
        self._chronicle = Chronicle(post, self._prompter.question_of)
        wake, sound = self._pictures.wake, self._chronicle.sound
        self._reel = Reel(clock, post, wake, settings.open_medium, settings.relief, settings.make_encoder, sound)
        self._paused = False
        self._end_ns = 0
        self._sealed: SegmentEnded | None = None
        self._error: KioskError | None = None
        self._finished = threading.Event()
        self._rewinds = False
        self._rewound = threading.Event()
        self._stopping = False
        self.shows = True
        """Whether the camera's pictures go into the preview."""
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)

        self._sound_due_ns = 0

    # ── devices ─────────────────────────────────────────────────────────────────────────────────────

    def open(self, prepare: commands.Prepare) -> events.Prepared:
        """Opens and measures all devices; blocks for seconds. Raises BadRequest or DeviceFailed."""
        assets = self._settings.assets
        self._overlay = Overlay(assets / "overlay", prepare.rec_mark, prepare.timestamp)
        self._footage.open(assets)
        prepared = self._equipment.open(prepare, self._begin_thread)
        self._footage.effort.begin(self._equipment.trial)
        self._known_way.pair(prepared.microphone, prepared.loudspeaker)
        return prepared

    def _begin_thread(self) -> None:
        if not self._thread.is_alive():
            self._thread.start()

    def close(self) -> None:
        """Ends the thread and releases the devices."""
        self._stopping = True
        self._pictures.wake()
        if self._thread.is_alive():
            self._thread.join(5)
        self._equipment.close()

    def simulate(self, command: commands.Simulate) -> None:
        self._equipment.simulate(command)

    # ── commands ────────────────────────────────────────────────────────────────────────────────────

    def record(self, place: Place) -> None:
        """Begins a segment with the next picture. Started follows when its first fragment is durable."""
        self._reel.order(place, self._clock.now_ns())

    def pause(self) -> int:
        """A still and silence from now on; returns the media time."""
        now = self._clock.now_ns()
        self._prompter.silence()
        if self._reel.take is not None:
            self._reel.take.mixer.pause(now)
        self._paused = True
        return self.media_ns(now)

    def resume(self) -> int:
        """Picture and sound again; returns the media time."""
        now = self._clock.now_ns()
        if self._reel.take is not None:
            self._reel.take.mixer.resume(now)
        self._paused = False
        return self.media_ns(now)

    def play(self, question: str, samples: Samples) -> None:
        """Plays a question, or another sound (then `question` is empty). Raises DeviceFailed."""
        self._prompter.play(question, samples)

    def silence(self) -> None:
        self._prompter.silence()

    def volume(self, percent: int) -> None:
        self._prompter.volume(percent)

    @property
    def sounds_since_ns(self) -> int:
        """Session clock at which the newest sound began; 0 while none sounds. Known while nothing is recorded."""
        return self._prompter.sounds_since_ns

    def answering(self, *, expected: bool) -> None:
        """Whether somebody is expected to speak now."""
        hearing = self._equipment.hearing
        if hearing is not None:
            hearing.answering(expected=expected)

    def finish(self, meanwhile: Callable[[], None] = lambda: None) -> SegmentEnded | None:
        """Ends the recording now and makes its last segment whole; None when it ended between two of them.

        On a slow machine pictures wait to be encoded: all of them are waited for, as long as it goes on at all, with
        `meanwhile` called every second. Raises what kept it from being whole.
        """
        self._end_ns = self._clock.now_ns()
        self._pictures.wake()
        done, idle_s = (-1, -1), 0
        while not self._finished.wait(1):
            meanwhile()
            before, done = done, (self._reel.frames, self._reel.bytes)
            idle_s = idle_s + 1 if done == before else 0
            if idle_s >= self._settings.patience_s:
                raise WorldFailed(
                    "The disk did not take the end of the recording in time.", "What came before is stored."
                )
        if self._error is not None:
            raise self._error
        return self._sealed

    def rewind(self) -> None:
        """After `finish`: as if nothing had been recorded, so that `record` may come again. Raises WorldFailed."""
        self._rewound.clear()
        self._rewinds = True
        self._pictures.wake()
        if not self._rewound.wait(THREAD_LIMIT_S):
            raise WorldFailed("The recorder did not become ready again.")

    def abandon(self) -> SegmentEnded | None:
        """Stops writing. What is durable stays as it is, and is returned when the file can be trusted."""
        self._stopping = True
        self._pictures.wake()
        if self._thread.is_alive():
            self._thread.join(THREAD_LIMIT_S)
        return self._reel.abandon() if not self._thread.is_alive() else None

    # ── facts ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def frames(self) -> int:
        """Pictures of the camera in the file."""
        return self._reel.frames

    @property
    def dropped(self) -> int:
        """Pictures that came and are not in the file."""
        return self._pictures.dropped + self._damaged

    @property
    def _damaged(self) -> int:
        sight = self._equipment.sight
        return self._footage.disordered + (sight.damaged if sight is not None else 0)

    def media_ns(self, now_ns: int | None = None) -> int:
        """Media time of an instant, now by default; 0 before the recording."""
        return self._reel.media_ns(self._clock.now_ns() if now_ns is None else now_ns)

    def facts(self) -> LineFacts:
        return facts_of(self._reel, self._pictures, self._equipment, self.dropped, self._clock.now_ns())

    def quality(self) -> dict[str, Any]:
        """What the recorder itself knows of how good the recording is."""
        take = self._reel.take
        return {
            "frames": self.frames,
            "dropped": self._pictures.dropped,
            "damaged": self._damaged,
            "encoder": "libx264",
            **self._footage.effort.report(),
            "microphone_drift_ppm": round(-take.mixer.ppm, 1) if take else None,
        }

    # ── the thread ──────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        try:
            while not self._stopping:
                try:
                    asked_ns = self._clock.now_ns()
                    frame = self._pictures.take(POLL_S, self._reel.part_ns or EVER)
                    self._footage.effort.waited(self._clock.now_ns() - asked_ns)
                    self._step(frame)
                    if self._reel.failed is not None:
                        raise self._reel.failed
                except KioskError as error:
                    if self._end_ns or not self._reel.renew(error):
                        raise
        except KioskError as error:
            self._error = error
        except Exception as error:
            log.exception("the line stopped")
            self._error = WorldFailed(f"The recorder failed: {error}.", "What was recorded until then is stored.")
        if self._error is not None:
            self._finished.set()
            self._post(WriteFailed(self._error))

    def _step(self, frame: CameraFrame | None) -> None:
        now = self._clock.now_ns()
        if self._rewinds:
            self._rewind()
        if frame is not None:
            self._picture(frame)
        elif self._reel.overdue(now):
            self._begin(now)
        take = self._reel.take
        sounds = bool(self._end_ns) or now >= self._sound_due_ns
        if sounds:
            self._sound_due_ns = now + SOUND_EVERY_NS - SLACK_NS
            self._chronicle.stood_still(take, now)
            hearing = self._equipment.hearing
            if hearing is not None:
                hearing.hear(take.mixer if take else None, now, watched=not self._paused)
        if take is None and self._end_ns and not self._finished.is_set():
            self._finish()
        if take is None and sounds and not self._reel.ordered:
            self._prompter.idle()
        if take is None or self._finished.is_set():
            return
        self._prompter.place(take, ending=bool(self._end_ns))
        if not self._pictures:  # what waits is older than a still would be
            newest_ns = self._pictures.newest_ns
            self._footage.fill(take, now, newest_ns, paused=self._paused, end_ns=self._end_ns)
        if self._parting(take, now):
            return
        if not self._end_ns:
            if sounds:
                take.sound(now)
                self._chronicle.mixed(take)
                self._chronicle.passed(take.at_ns(now), self._lost(take), held=self._paused)
        elif not self._pictures and self._all_heard(now):
            self._finish()

    def _parting(self, take: Take, now: int) -> bool:
        """Whether the segment is about to end and another one goes on."""
        part_ns = self._reel.part_ns
        if part_ns and 0 < self._end_ns <= part_ns:
            self._reel.stay()
            return False
        if not part_ns:
            return False
        take.sound(now)
        self._chronicle.mixed(take)
        if take.parted and not self._pictures.has(part_ns) and self._overlay is not None:
            self._reel.go_on(self._footage.effort.settings, self._overlay)
        return True

    def _all_heard(self, now: int) -> bool:
        """Whether the end's last samples are here, or late enough to do without."""
        hearing = self._equipment.hearing
        heard = hearing.newest_ns if hearing is not None else 0
        return heard >= self._end_ns or now - self._end_ns > LAST_SAMPLES_NS

    def _picture(self, frame: CameraFrame) -> None:
        take, begins = self._reel.take, self._reel.due(frame.t_ns)
        live = take is not None and not self._paused and not self._finished.is_set()
        sight = self._equipment.sight
        if sight is None:
            return
        picture = sight.see(frame, wanted=live or begins, shown=self.shows)
        if picture is None:
            return
        if begins:
            take = self._begin(frame.t_ns)
        if take is None or self._paused or self._finished.is_set():
            return
        if self._end_ns and frame.t_ns > self._end_ns:
            return
        if self._footage.picture(take, picture, frame.t_ns):
            self._chronicle.picture(take.at_ns(frame.t_ns), picture)
        if not (self._end_ns or self._reel.part_ns) and self._footage.slow(take, frame.t_ns):
            self._reel.part()

    def _rewind(self) -> None:
        self._rewinds = False
        self._reel.forget()
        self._chronicle.forget()
        self._end_ns, self._sealed, self._paused = 0, None, False
        self._pictures.dropped = self._footage.disordered = 0
        sight = self._equipment.sight
        if sight is not None:
            sight.damaged = 0
        self._finished.clear()
        self._rewound.set()

    def _begin(self, t0_ns: int) -> Take:
        if self._overlay is None:
            raise WorldFailed("The devices are not open.")
        known = self._known_way
        mixer = Mixer(t0_ns, audible=self._prompter.audible, recalled=known.way, on_learned=known.learned)
        take = self._reel.begin(t0_ns, self._footage.effort.settings, self._overlay, mixer)
        self._chronicle.begin(self._lost(take))
        if self._paused:
            take.mixer.pause(t0_ns)
        hearing = self._equipment.hearing
        if hearing is not None:
            hearing.begin(take.mixer)
        return take

    def _finish(self) -> None:
        take = self._reel.take
        if take is not None:
            self._footage.tell_gap(take, self._end_ns)
        self._sealed = self._reel.finish(self._end_ns)
        if take is not None:
            self._chronicle.mixed(take)
        self._chronicle.end(self._lost(take))
        self._finished.set()

    def _lost(self, take: Take | None) -> Lost:
        return Lost(self._pictures.dropped, self._damaged, -take.mixer.ppm if take is not None else None)
