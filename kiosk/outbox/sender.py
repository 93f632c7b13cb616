"""One turn with one recording: open, ask, send what is missing, complete, fetch the receipt; as far as it goes.

Every step is safe to repeat, and after a failure the next turn begins by asking what the server holds. Bytes go from
the recording's file to the line as they are, under the digest that they had when they were recorded: the server takes
nothing that has another, and only then are they looked at here, to tell a bad line from a bad disk.
"""

import contextlib
import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kiosk.contract.receipt import Receipt, StoredSegment
from kiosk.contract.wire import CompleteRequest, Held, Pending
from kiosk.domain.clock import NS, Clock
from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.ledger.upload_rows import ChunkRow, UploadState
from kiosk.ledger.uploads import Uploads
from kiosk.outbox.answers import Later, Refused
from kiosk.outbox.api import Api
from kiosk.outbox.connections import Span
from kiosk.outbox.recordings import Facts

log = logging.getLogger(__name__)

CONNECTIONS: Final = 4
"""One carries a body, the others wait for the server's word or read ahead; see Link."""
TURN_NS: Final = 2 * NS
"""After this long a turn hands out no more chunks, so that a recording that runs gets its own."""
MARK_EVERY: Final = 8
POLL_S: Final = (0.1, 0.2, 0.4, 1.0, 2.0, 5.0, 10.0)
"""Between questions for the receipt."""
HURT_ON_THE_WAY: Final = frozenset({"cut-off", "digest"})
"""Refusals of a chunk that was right when it left: a proxy cut it, or a line changed it. It is sent again."""
REFINALISE: Final = 3
"""So many times a recording that the server could not make whole is sent to be made again."""


class Stopping(Exception):
    """This program ends."""


class Parked(BadRequest):
    """This recording cannot be sent as it is."""


class _Wrong(Exception):
    """A chunk whose bytes are not in their file any more."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How a turn ended when nothing failed."""

    state: UploadState
    in_s: float = 0


class Sender:
    """Sends recordings of one output folder, one at a time; its threads send chunks of it side by side.

    Args:
        stopping: true ends a turn at once.
        turn_ns: a turn hands out chunks for so long.
    """

    def __init__(
        self,
        output: Path,
        uploads: Uploads,
        api: Api,
        clock: Clock,
        stopping: Callable[[], bool],
        *,
        connections: int = CONNECTIONS,
        turn_ns: int = TURN_NS,
    ) -> None:
        self._output = output
        self._uploads = uploads
        self._api = api
        self._clock = clock
        self._stopping = stopping
        self._connections = connections
        self._turn_ns = turn_ns
        self._asked: set[str] = set()
        self._polls: dict[str, int] = {}
        self._failures: dict[str, int] = {}
        self._pool = ThreadPoolExecutor(connections, thread_name_prefix="outbox-send")

    def stop(self) -> None:
        """Waits for what its threads have in hand; `stopping` must say so already."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def doubt(self, session: str) -> None:
        """Something failed: the server is asked what it holds before anything more is sent."""
        self._asked.discard(session)

    def turn(self, facts: Facts) -> Turn:
        """Takes a claimed recording as far as it goes. Raises Later, NotAllowed, Refused, Parked, Stopping."""
        session = facts.session
        row = self._uploads.row(session)
        if row is None or facts.opening is None:
            raise Parked("Nothing says whose recording this is.", "Its journal and its manifest are missing.")
        if not row.opened:
            self._api.open(session, facts.opening)
            self._uploads.opened(session, known=True)
            self.doubt(session)
        try:
            return self._advance(facts)
        except Refused as refused:
            if refused.status != 404:
                raise
            log.warning("the server does not know recording %s: opened again", session)
            self.doubt(session)
            self._uploads.opened(session, known=False)
            raise Later("The server does not know this recording.", "It is sent again.", for_all=False) from refused

    def _advance(self, facts: Facts) -> Turn:
        session = facts.session
        if session not in self._asked:
            held = self._api.held(session)
            if held.state == "stored":
                turn = self._take_receipt(facts)
                if turn is not None:
                    return turn
            elif held.state not in {"complete", "finalising"} or not self._told(facts):
                self._believe(session, held)  # while it is being made whole its chunks come and go
            self._asked.add(session)
        waiting = self._uploads.chunks(session, state="waiting")
        if waiting:
            self._send(session, waiting)
            if self._uploads.chunks(session, state="waiting"):
                return Turn(UploadState.WAITING)
        parked = self._uploads.chunks(session, state="parked")
        if parked:
            raise Parked(parked[0].error)
        if facts.complete is None:
            if facts.trouble:
                raise Later(facts.trouble, for_all=False, after_s=30.0)
            return Turn(UploadState.WAITING, 0 if facts.live else 0.5)
        return self._complete(facts, facts.complete)

    def _believe(self, session: str, held: Held) -> None:
        different = self._uploads.believe(session, {(c.segment, c.number): c.sha256 for c in held.chunks})
        if different:
            raise Parked(_different(different[0]))

    # ── Chunks ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _send(self, session: str, waiting: Sequence[ChunkRow]) -> None:
        """Sends chunks in order, several on their way at once; what the server confirmed is noted in any case."""
        queue = iter(waiting)
        lock = threading.Lock()
        sent: list[tuple[int, int]] = []
        failed: list[Exception] = []
        end_ns = self._clock.now_ns() + self._turn_ns

        def take() -> Iterator[ChunkRow]:
            while True:
                with lock:
                    over = failed or self._stopping() or self._clock.now_ns() > end_ns
                    chunk = None if over else next(queue, None)
                if chunk is None:
                    return
                yield chunk

        def note(key: tuple[int, int] | None) -> None:
            with lock:
                if key is not None:
                    sent.append(key)
                done = sent[:] if key is None or len(sent) >= MARK_EVERY else []
                del sent[: len(done)]
            if done:
                self._uploads.sent(session, done)

        def work() -> None:
            try:
                for chunk in take():
                    if self._send_one(session, chunk):
                        note(chunk.key)
            except Exception as error:  # noqa: BLE001  # handed to the thread that waits for this one
                with lock:
                    failed.append(error)

        workers = [self._pool.submit(work) for _ in range(min(self._connections, len(waiting)))]
        for worker in workers:
            worker.result()
        note(None)
        if failed:
            raise failed[0]
        if self._stopping():
            raise Stopping

    def _send_one(self, session: str, chunk: ChunkRow) -> bool:
        """Whether it is on the server now; otherwise it is parked."""
        try:
            with self._opened(session, chunk) as span:
                self._api.send(session, chunk.segment, chunk.number, span, chunk.sha256)
        except _Wrong as wrong:
            return self._park(session, chunk, str(wrong))
        except Refused as refused:
            if refused.status == 409 and refused.refusal.error == "different":
                raise Parked(_different(chunk.key)) from refused
            if refused.refusal.error in HURT_ON_THE_WAY:
                if not self._is_what_was_recorded(session, chunk):
                    return self._park(session, chunk, _changed(chunk))
                raise Later(refused.what, refused.remedy, for_all=False) from refused
            raise
        log.info("chunk %d uploaded (segment %d of %s, %d bytes)", chunk.number, chunk.segment, session, chunk.size)
        return True

    def _park(self, session: str, chunk: ChunkRow, wrong: str) -> bool:
        log.error("chunk %d of segment %d of %s is parked: %s", chunk.number, chunk.segment, session, wrong)
        self._uploads.park_chunk(session, chunk.key, wrong)
        return False

    @contextlib.contextmanager
    def _opened(self, session: str, chunk: ChunkRow) -> Iterator[Span]:
        """The chunk's bytes in their file. Raises _Wrong when they cannot be there, Later when the disk fails."""
        if not chunk.file:
            raise _Wrong(f"Nothing says in which file segment {chunk.segment} is.")
        try:
            file = (self._output / session / chunk.file).open("rb", buffering=0)
        except FileNotFoundError as error:
            raise _Wrong(f"The file of segment {chunk.segment} is missing.") from error
        except OSError as error:
            raise _unreadable(chunk, error) from error
        with file:
            if os.fstat(file.fileno()).st_size < chunk.offset + chunk.size:
                raise _Wrong(_changed(chunk))
            yield Span(file, chunk.offset, chunk.size)

    def _is_what_was_recorded(self, session: str, chunk: ChunkRow) -> bool:
        """Whether the chunk's bytes still have their digest. Raises Later when the disk fails."""
        try:
            with self._opened(session, chunk) as span:
                span.file.seek(span.offset)
                return hashlib.sha256(span.file.read(span.size)).hexdigest() == chunk.sha256
        except _Wrong:
            return False
        except OSError as error:
            raise _unreadable(chunk, error) from error

    # ── The end ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _complete(self, facts: Facts, request: CompleteRequest) -> Turn:
        session = facts.session
        if not self._told(facts):
            try:
                self._api.complete(session, request)
            except Refused as refused:
                return self._incomplete(facts, refused)
            log.info("all chunks of %s are sent, waiting for the receipt", session)
            self._uploads.told(session, facts.sealed)
            self._polls[session] = 0
        turn = self._take_receipt(facts)
        if turn is not None:
            return turn
        poll = self._polls.get(session, 0)
        self._polls[session] = poll + 1
        return Turn(UploadState.COMPLETE, POLL_S[min(poll, len(POLL_S) - 1)])

    def _told(self, facts: Facts) -> bool:
        row = self._uploads.row(facts.session)
        return row is not None and bool(facts.sealed) and row.told == facts.sealed

    def _incomplete(self, facts: Facts, refused: Refused) -> Turn:
        refusal = refused.refusal
        if refused.status == 409 and refusal.error == "missing" and refusal.missing:
            log.warning("the server misses %d chunks of %s", len(refusal.missing), facts.session)
            ours = {chunk.key for chunk in self._uploads.chunks(facts.session)}
            if not set(refusal.missing) <= ours:
                raise Parked("The server misses chunks that this recording does not have.") from refused
            self._uploads.missing(facts.session, refusal.missing)
            raise Later("The server misses some chunks.", "They are sent again.", for_all=False) from refused
        if refused.status == 409 and refusal.error == "different":
            raise Parked("The server holds another recording under this one's number.") from refused
        raise refused

    def _take_receipt(self, facts: Facts) -> Turn | None:
        """The end of the way when there is a receipt for exactly this recording; None when there is none yet."""
        session = facts.session
        found = self._api.receipt(session)
        if isinstance(found, Pending):
            if found.state == "receiving" and self._told(facts):
                self._uploads.told(session, "")
                raise Later("The server does not know that all is sent.", "It is told again.", for_all=False)
            if found.state != "failed":
                return None
            self._failures[session] = self._failures.get(session, 0) + 1
            why = f"The server could not make the recording whole: {found.why or 'it does not say why'}"
            if self._failures[session] > REFINALISE:
                raise Parked(why)
            self._uploads.told(session, "")
            raise Later(why, for_all=False)
        receipt, body = found
        if facts.complete is not None and matches(receipt, facts.complete, facts.sealed):
            self._stored(facts, body)
            return Turn(UploadState.STORED)
        # A receipt for less: segments joined here since, or the manifest changed. Those that it names are there.
        there = {(segment.segment, segment.sha256) for segment in receipt.segments}
        totals = {total.segment: total.sha256 for total in facts.complete.segments} if facts.complete else {}
        known = [c.key for c in self._uploads.chunks(session) if (c.segment, totals.get(c.segment)) in there]
        self._uploads.sent(session, known)
        return None

    def _stored(self, facts: Facts, body: dict[str, Any]) -> None:
        self._uploads.stored(facts.session, body)
        self._polls.pop(facts.session, None)
        self._failures.pop(facts.session, None)
        log.info("%s is stored on the server: receipt of %s", facts.session, body.get("stored_at"))

    def check(self, facts: Facts) -> bool:
        """Whether the server, having read it once more, still holds what its receipt said; its new receipt is kept.

        Raises Later while it is not done, and the others as they come.
        """
        session = facts.session
        row = self._uploads.row(session)
        before = (row.receipt or {}).get("checked_at", "") if row is not None else ""
        if facts.complete is None:
            raise WorldFailed("The manifest has gone.")
        try:
            held = self._api.held(session)
            found = self._api.receipt(session, check=True)
        except Refused as refused:
            if refused.status in {404, 409}:
                return False
            raise
        if isinstance(found, Pending):
            if found.state in {"receiving", "failed"}:
                return False
            raise Later("The server is still reading it.", for_all=False)
        receipt, body = found
        if held.state != "stored" or not matches(receipt, facts.complete, facts.sealed):
            return False
        if receipt.checked_at == before:
            raise Later("The server has not read it again.", for_all=False)
        self._uploads.stored(session, body)
        return True


def matches(receipt: Receipt, request: CompleteRequest, manifest_sha256: str) -> bool:
    """Whether a receipt is for exactly these segments and this manifest."""
    ours = {StoredSegment(total.segment, total.bytes, total.sha256) for total in request.segments}
    return set(receipt.segments) == ours and receipt.manifest_sha256 == manifest_sha256


def _different(key: tuple[int, int]) -> str:
    return f"The server holds something else as chunk {key[1]} of segment {key[0]}."


def _changed(chunk: ChunkRow) -> str:
    return f"The file {chunk.file} is not what was recorded any more (chunk {chunk.number})."


def _unreadable(chunk: ChunkRow, error: OSError) -> Later:
    return Later(f"The file {chunk.file} cannot be read: {error.strerror}.", "Check the disk.", for_all=False)
