"""Plays a finished recording back to whoever stands before the kiosk: into the preview and through the loudspeaker.

A thread of its own. Records nothing, and must never write into any file but the preview.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import av
import numpy as np

from kiosk.domain import events
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import RATE, Samples
from kiosk.domain.errors import KioskError
from kiosk.encode.preview import PreviewScaler
from kiosk.files.manifest import read_manifest
from kiosk.recorder.line import Line
from kiosk.recorder.preview_file import PreviewFile

log = logging.getLogger(__name__)

SOUNDS_LIMIT_NS: Final = NS
"""How long the pictures wait for the sound to begin; a loudspeaker that is lost is not waited for."""
POLL_S: Final = 0.02
LATE_NS: Final = NS // 5
"""A picture that is later than this is not shown any more."""


class ReplayEnded:
    """It was played to its end, or stopped."""


class Replay:
    """Args:
    manifest: of what is to be played; its segments lie beside it.
    judge: looks at it first, and says what it is like.
    post: takes what `judge` said, then ReplayEnded, from this thread.
    """

    def __init__(
        self,
        manifest: Path,
        clock: Clock,
        line: Line,
        preview: PreviewFile,
        judge: Callable[[Path], events.Rehearsed],
        post: Callable[[events.Rehearsed | ReplayEnded], None],
    ) -> None:
        self._manifest = manifest
        self._clock = clock
        self._line = line
        self._preview = preview
        self._judge = judge
        self._post = post
        self._scaler = PreviewScaler()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="replay", daemon=True)

    def start(self) -> None:
        self._line.shows = False
        self._thread.start()

    def stop(self) -> None:
        """Ends it soon."""
        self._stopping.set()

    def join(self, timeout: float) -> None:
        self._thread.join(timeout)

    def _run(self) -> None:
        try:
            self._post(self._judge(self._manifest))
            self._play()
        except (KioskError, OSError, av.FFmpegError) as error:
            log.error("the rehearsal cannot be played back: %s", error)  # noqa: TRY400  # a sentence, no bug
        except Exception:
            log.exception("the replay failed")
        finally:
            self._line.silence()
            self._line.shows = True
            self._post(ReplayEnded())

    def _play(self) -> None:
        files = [self._manifest.parent / segment.file for segment in read_manifest(self._manifest).segments]
        sounds = [_sound_of(file) for file in files]
        sound = np.concatenate(sounds)
        began_ns = self._clock.now_ns()
        try:
            self._line.play("", sound)
        except KioskError as error:
            log.warning("the rehearsal is played back without sound: %s", error)
        else:
            began_ns = self._sounding_since(began_ns)
        ends_ns = began_ns
        for file, its_sound in zip(files, sounds, strict=True):
            self._show(file, ends_ns)
            ends_ns += len(its_sound) * NS // RATE
        self._stopping.wait(max(0, ends_ns - self._clock.now_ns()) / NS)

    def _show(self, file: Path, began_ns: int) -> None:
        """The pictures of one segment, whose first instant is at `began_ns`; those that are late are left out."""
        for at_ns, frame in _pictures_of(file):
            due_ns = began_ns + at_ns
            if self._stopping.wait(max(0, due_ns - self._clock.now_ns()) / NS):
                return
            if self._preview.due(due_ns) and self._clock.now_ns() - due_ns < LATE_NS:
                self._preview.write(self._clock.now_ns(), self._scaler.scale(frame))

    def _sounding_since(self, asked_ns: int) -> int:
        """When the sound that was asked for then really sounds."""
        while self._clock.now_ns() - asked_ns < SOUNDS_LIMIT_NS and not self._stopping.wait(POLL_S):
            since_ns = self._line.sounds_since_ns
            if since_ns >= asked_ns:  # what sounded before is no concern
                return since_ns
        return self._clock.now_ns()


def _pictures_of(path: Path) -> Iterator[tuple[int, av.VideoFrame]]:
    """(nanoseconds since the first instant, picture), in order."""
    with _opened(path) as container:
        for frame in container.decode(video=0):
            yield round(float(frame.time or 0) * NS), frame


def _sound_of(path: Path) -> Samples:
    pieces = []
    with _opened(path) as container:
        for frame in container.decode(audio=0):
            first = round(float(frame.time or 0) * RATE)
            samples = frame.to_ndarray()[0]
            pieces.append(samples[max(0, -first) :] if first < 0 else samples)
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def _opened(path: Path) -> Any:
    """PyAV's stubs know no plain path to an open container of either kind."""
    return av.open(str(path), format="mp4")
