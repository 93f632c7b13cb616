"""Bytes of an MP4 → a file that survives a power cut, fragment by fragment, and tells what it holds.

The encoder hands bytes over and goes on; a thread of its own appends each whole fragment, makes it durable and
reports. Never rewrites a byte that was written, and never writes to a file again after the disk failed it.
"""

import contextlib
import hashlib
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.domain.clock import NS
from kiosk.domain.errors import KioskError, NoSpace, WorldFailed
from kiosk.files.chunks import ChunkCutter, ChunkDurable
from kiosk.files.disk import Medium, PrivateFile, in_words
from kiosk.media.boxes import BoxCutter, Fragment, Track, parse_moof, parse_moov

CHUNK_NS: Final = 10 * NS
QUEUE_BYTES: Final = 64 * 1024 * 1024
"""Some 200 s of recording: what a stalled disk may cost in memory."""


@dataclass(frozen=True, slots=True)
class FragmentDurable:
    """A fragment survives a power cut. `end_ns`: up to there every track is durable, since the segment's start."""

    offset: int
    size: int
    end_ns: int
    keyframe: bool


@dataclass(frozen=True, slots=True)
class SealedSegment:
    """A file that nobody writes any more. `duration_ns` is the end of its longest track."""

    path: Path
    bytes: int
    sha256: str
    duration_ns: int


class SegmentWriter:
    """Writes one segment; a `Sink` of the encoder.

    `write` returns at once. When the queue is full, the disk being stalled, it waits up to `patience_s` and then
    raises WorldFailed; after an error of the disk it raises that one: NoSpace when full, WorldFailed otherwise.
    A full disk leaves a file that ends with its last durable fragment; `salvaged` then tells what it holds.

    Args:
        path: the new file; its folder exists.
        on_fragment, on_chunk, on_failed: called from the writing thread; `on_failed` at most once.
        chunk_ns: media time of a chunk.
        queue_bytes: what may wait for the disk.
        patience_s: how long `write` waits for a full queue.
        open_medium: makes the file; raises OSError.
        relief: makes room on a full disk and tells whether it could; called from the writing thread.
    """

    def __init__(
        self,
        path: Path,
        *,
        on_fragment: Callable[[FragmentDurable], None],
        on_chunk: Callable[[ChunkDurable], None],
        on_failed: Callable[[KioskError], None],
        chunk_ns: int = CHUNK_NS,
        queue_bytes: int = QUEUE_BYTES,
        patience_s: float = 5.0,
        open_medium: Callable[[Path], Medium] = PrivateFile,
        relief: Callable[[], bool] = lambda: False,
    ) -> None:
        self.path = path
        self._on_fragment = on_fragment
        self._on_chunk = on_chunk
        self._on_failed = on_failed
        self._patience_s = patience_s
        self._queue_bytes = queue_bytes
        self._open_medium = open_medium
        self._relief = relief
        self._medium: Medium | None = None
        self._thread = threading.Thread(target=self._run, name="segment-writer", daemon=True)

        self._changed = threading.Condition()  # guards what follows, up to the empty line
        self._queue: deque[bytes] = deque()
        self._waiting = 0
        self._ending = False
        self._sealing = False
        self._error: KioskError | None = None
        self._sealed: SealedSegment | None = None

        self._boxes = BoxCutter()  # the writing thread's own from here on
        self._chunks = ChunkCutter(chunk_ns)
        self._hash = hashlib.sha256()
        self._tracks: dict[int, Track] = {}
        self._ends: dict[int, int] = {}
        self._size = 0
        self._reached_ns = 0
        self._pending = bytearray()
        self._fragment: Fragment | None = None

    def start(self) -> None:
        """Creates the file and starts the thread. Raises NoSpace, WorldFailed."""
        try:
            self._medium = self._open_medium(self.path)
        except OSError as error:
            raise in_words(error, self.path) from error
        self._thread.start()

    @property
    def backlog_bytes(self) -> int:
        """What waits for the disk now."""
        with self._changed:
            return self._waiting

    @property
    def reached_ns(self) -> int:
        """End of the longest track in what the file may hold whole: also a fragment that was not synced."""
        return self._reached_ns

    def write(self, data: bytes) -> int:
        """Takes the next bytes of the MP4. Raises NoSpace, WorldFailed; see the class."""
        with self._changed:
            if not self._changed.wait_for(
                lambda: self._error is not None or not self._queue or self._waiting + len(data) <= self._queue_bytes,
                self._patience_s,
            ):
                raise WorldFailed("The disk takes no more data.", f"Check the disk of {self.path.parent}.")
            if self._error is not None:
                raise self._error
            if self._ending:
                raise WorldFailed(f"{self.path.name} is closed already.")
            self._queue.append(bytes(data))
            self._waiting += len(data)
            self._changed.notify_all()
        return len(data)

    def close(self, timeout_s: float = 60.0) -> SealedSegment:
        """Waits until everything is durable, the tail of the MP4 too. Takes constant time, whatever the length.

        Raises NoSpace or WorldFailed when the disk failed before that, or does not finish in time.
        """
        self._end(sealing=True, timeout_s=timeout_s)
        if self._thread.is_alive():
            raise WorldFailed("The disk does not finish.", f"Check the disk of {self.path.parent}.")
        if self._error is not None:
            raise self._error
        assert self._sealed is not None
        return self._sealed

    def abandon(self, timeout_s: float = 10.0) -> SealedSegment | None:
        """Ends without the tail: what is queued is still written, as far as it is whole. Safe after an error.

        Returns what is durable, when the file can be trusted.
        """
        self._end(sealing=False, timeout_s=timeout_s)
        with self._changed:
            return self._sealed

    @property
    def salvaged(self) -> SealedSegment | None:
        """After a full disk: the file as it was left, whole up to its last durable fragment."""
        with self._changed:
            return self._sealed

    def _end(self, *, sealing: bool, timeout_s: float) -> None:
        with self._changed:
            self._ending = True
            self._sealing = sealing
            self._changed.notify_all()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        medium = self._medium
        assert medium is not None
        try:
            while (data := self._next()) is not None:
                for kind, box in self._boxes.feed(data):
                    self._take(medium, kind, box)
            if self._sealing:
                self._append_tail(medium)
            self._finish()
        except KioskError as error:  # not an MP4, or the disk failed: either way nothing more is written
            self._fail(error)
        except Exception:
            self._fail(WorldFailed(f"Writing {self.path.name} ended by a fault of the program."))
            raise
        finally:
            with contextlib.suppress(OSError):  # every byte that counts is synced or given up
                medium.close()

    def _next(self) -> bytes | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._ending)
            if not self._queue:
                return None
            data = self._queue.popleft()
            self._waiting -= len(data)
            self._changed.notify_all()
            return data

    def _take(self, medium: Medium, kind: str, box: bytes) -> None:
        self._pending += box
        if kind == "moov":
            self._tracks = parse_moov(box)
        elif kind == "moof":
            self._fragment = parse_moof(box, self._tracks)
        elif kind == "mdat" and self._fragment is not None:
            fragment, data = self._fragment, bytes(self._pending)
            self._fragment = None
            self._pending.clear()
            ends = {**self._ends, **{run.track.id: run.end_ns for run in fragment.runs}}
            self._append(medium, data, max(ends.values(), default=0))
            offset = self._size
            chunk = self._chunks.feed(fragment, data)
            self._count(data)
            self._ends = ends
            end_ns = min((self._ends.get(track, 0) for track in self._tracks), default=0)
            if chunk is not None:
                self._on_chunk(chunk)
            self._on_fragment(FragmentDurable(offset, len(data), max(0, end_ns), fragment.keyframe))

    def _append_tail(self, medium: Medium) -> None:
        """What follows the last fragment: the index that the muxer leaves at the end."""
        tail = bytes(self._pending) + self._boxes.rest
        if tail:
            self._append(medium, tail, self._reached_ns)
            self._chunks.feed_tail(tail)
            self._count(tail)

    def _count(self, data: bytes) -> None:
        self._size += len(data)
        self._hash.update(data)

    def _append(self, medium: Medium, data: bytes, reaches_ns: int) -> None:
        try:
            try:
                medium.append(data)
            except OSError as error:
                if not isinstance(in_words(error, self.path), NoSpace) or not self._relief():
                    raise
                medium.cut(self._size)  # what went in of it before the disk was full
                medium.append(data)
            self._reached_ns = reaches_ns
        except OSError as error:
            failed = in_words(error, self.path)
            if isinstance(failed, NoSpace):
                self._cut_back(medium)
            raise failed from error
        try:
            medium.sync()
        except OSError as error:
            # What the disk holds now is unknown, and a second sync would say "done" without having done it:
            # https://wiki.postgresql.org/wiki/Fsync_Errors
            raise in_words(error, self.path) from error

    def _cut_back(self, medium: Medium) -> None:
        """A full disk took half a fragment: the file shall end with the last whole one."""
        try:
            medium.cut(self._size)
            medium.sync()
        except OSError:
            return  # recovery cuts it back; until then nothing is said of this file
        self._finish()

    def _finish(self) -> None:
        chunk = self._chunks.end()
        if chunk is not None:
            self._on_chunk(chunk)
        sealed = SealedSegment(self.path, self._size, self._hash.hexdigest(), max(self._ends.values(), default=0))
        with self._changed:
            self._sealed = sealed

    def _fail(self, error: KioskError) -> None:
        with self._changed:
            self._error = error
            self._queue.clear()
            self._waiting = 0
            self._changed.notify_all()
        self._on_failed(error)
