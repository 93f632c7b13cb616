"""The recorder as a process: one inbox, one session, a door for whoever connects.

Commands and facts are handled one at a time by the main thread, which alone owns the state. Facts are written
into the journal before anybody hears of them. The recorder outlives its kiosk: alone it goes on for two minutes,
then ends in order.
"""

import contextlib
import dataclasses
import functools
import logging
import queue
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from kiosk import logs
from kiosk.contract import names
from kiosk.domain import commands, events
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import DeviceOpener
from kiosk.domain.errors import BadRequest, KioskError
from kiosk.domain.events import RecorderState as State
from kiosk.domain.wire import encode, plain
from kiosk.encode.encoder import Encoder, EncoderSettings, Sink
from kiosk.files.ballast import Ballast
from kiosk.files.disk import BYTES_A_SECOND, Medium, PrivateFile
from kiosk.files.report import ECHO, MINUTE, SYNC_MARK
from kiosk.media.quality import Echo, Minute
from kiosk.media.sync import SyncMark
from kiosk.recorder.account import Account
from kiosk.recorder.client import address_of
from kiosk.recorder.folder import recovered_end
from kiosk.recorder.hearing import speech_expected
from kiosk.recorder.judgement import judge
from kiosk.recorder.line import PATIENCE_S, Line, LineSettings, WriteFailed
from kiosk.recorder.lookout import Lookout
from kiosk.recorder.preparation import Preparation, Ready
from kiosk.recorder.preview_file import PreviewFile
from kiosk.recorder.prompter import RAN_DRY, RanDry
from kiosk.recorder.reel import SegmentEnded, SegmentLost
from kiosk.recorder.rehearsal import ALONE_LIMIT_NS as REHEARSAL_ALONE_NS
from kiosk.recorder.rehearsal import Rehearsal
from kiosk.recorder.replay import ReplayEnded
from kiosk.recorder.sitting import Sitting
from kiosk.recorder.visitors import Gone, Said, Visitors
from kiosk.speech.voice_cache import read_wav
from kiosk.system import host, places

log = logging.getLogger(__name__)

PROGRESS_NS: Final = NS // 10
DURABLE_EVERY_NS: Final = 2 * NS
"""How often the journal says how far the recording is safe; the file itself knows it exactly."""
BALLAST_BYTES: Final = 60 * BYTES_A_SECOND
NO_SPACE: Final = "no-space"
"""Why it ends when the disk is full."""
ALONE_LIMIT_NS: Final = 120 * NS
LOST_REMEDY: Final = "The recording goes on in a new file. What was stored before stays. Please check the disk."


class _Full:
    """The disk is full; the ballast was given up so that the recording can be ended."""


Item: TypeAlias = (
    Said
    | events.Event
    | SegmentEnded
    | SegmentLost
    | WriteFailed
    | Minute
    | Echo
    | SyncMark
    | RanDry
    | Ready
    | ReplayEnded
    | _Full
)


class Service:
    """One recorder for one output folder; `run` returns when its session has ended.

    Args:
        open_medium: makes the recording's files; tests let the disk fail there.
        make_encoder: tests let it be too slow for the machine.
        patience_s: how long the end is waited for without any progress.
    """

    def __init__(
        self,
        output: Path,
        clock: Clock,
        devices: DeviceOpener,
        open_medium: Callable[[Path], Medium] = PrivateFile,
        make_encoder: Callable[[Sink, EncoderSettings], Encoder] = Encoder,
        patience_s: int = PATIENCE_S,
    ) -> None:
        self._output = output
        self._clock = clock
        self._inbox: queue.Queue[Item] = queue.Queue(4096)
        self._account = Account()
        name = places.name_of_output(output)
        self._preview = PreviewFile(host.runtime_folder() / f"preview-{name}")
        self._ballast = Ballast(output, BALLAST_BYTES, lambda: self._inbox.put(_Full()))
        settings = LineSettings(
            assets=places.asset(""),
            make_encoder=make_encoder,
            open_medium=open_medium,
            relief=self._ballast.release,
            patience_s=patience_s,
        )
        self._line = Line(devices, clock, settings, self._inbox.put, self._preview)
        self._preparation = Preparation(output, clock, self._line, self._ballast, self._inbox.put)
        self._rehearsal = Rehearsal(name, clock, self._line, self._preview, self._inbox.put)
        self._sitting = Sitting(clock, self._line, self._account, self._ballast.release, self._tell)
        self._lookout = Lookout(output, clock, self._handle, self._sitting.note, self._line.media_ns)
        self._visitors = Visitors(address_of(output), self._snapshot, self._inbox.put)
        self._alone_since_ns = clock.now_ns()
        self._progress_due_ns = 0
        self._interrupted = False
        self._stop_reason = ""
        """Why it ends as soon as it is prepared."""
        self._noted_durable_ns = 0

    def run(self) -> None:
        """Serves until the session has ended or nobody came."""
        self._visitors.start()
        log.info("listening")
        try:
            while self._account.state not in {State.STOPPED, State.FAILED}:
                with contextlib.suppress(queue.Empty):
                    self._handle(self._inbox.get(timeout=PROGRESS_NS / NS))
                self._tick()
        finally:
            self._visitors.stop()
            self._rehearsal.silence()
            self._line.close()
            self._rehearsal.end()
            self._preview.close()
            self._sitting.leave()
            self._ballast.remove()

    def interrupt(self) -> None:
        """The system asks to end: from a signal handler."""
        self._interrupted = True  # no more: a signal handler must not touch a queue

    # ── what is told ────────────────────────────────────────────────────────────────────────────────────

    def _snapshot(self) -> events.Snapshot:
        return self._account.snapshot(str(self._preview.path), self._progress(), led=self._visitors.led)

    def _progress(self) -> events.Progress:
        return self._account.progress(self._clock.now_ns(), self._line.facts())

    def _tell(self, event: events.Event) -> None:
        """Journals a fact, then sends it to everybody."""
        self._sitting.keep(event)
        self._visitors.tell(event)

    # ── the inbox ───────────────────────────────────────────────────────────────────────────────────

    def _handle(self, item: Item) -> None:
        match item:
            case (channel, Gone()):
                self._visitors.gone(channel)
                self._alone_since_ns = self._clock.now_ns()
                if not self._visitors:
                    self._sitting.note("Alone", {})
            case (channel, command):
                self._visitors.asked(channel, command)
                try:
                    self._command(command)
                except KioskError as error:
                    failed = events.Failed(type(command).__name__, error.code, error.what, error.remedy)
                    channel.send(encode(failed))
            case WriteFailed():
                self._sitting.fail(item.error)
            case SegmentLost():
                self._sitting.lost(item)
                self._tell(events.Problem("disk", item.error.what, LOST_REMEDY))
            case SegmentEnded():
                self._sitting.ended(item)
            case _Full():
                log.error("the disk is full: ending in order")
                self._stop(NO_SPACE)
            case events.Failed() if item.command == "Prepare":
                self._prepared(item, State.IDLE)
            case Ready():
                account = self._account
                account.prepared, account.place, account.before = item.prepared, item.place, item.before
                self._prepared(item.prepared, State.PREPARED)
            case events.Started():
                self._first_fragment(item)
            case events.ChunkReady():
                self._account.chunks += 1
                log.info("chunk %d (%d bytes)", item.number, item.size)
                self._tell(item)
            case events.Gap():
                self._account.gaps += 1
                self._tell(item)
            case ReplayEnded():
                self._replayed()
            case Minute():
                self._sitting.note(MINUTE, plain(item))
            case Echo():
                self._sitting.note(ECHO, plain(item))
            case SyncMark():
                self._sitting.note(SYNC_MARK, plain(item))
            case RanDry():
                self._sitting.note(RAN_DRY, {})
            case _:
                self._tell(item)

    def _tick(self) -> None:
        now = self._clock.now_ns()
        if now >= self._progress_due_ns:
            self._progress_due_ns = now + PROGRESS_NS
            facts = self._line.facts()
            self._tell(self._account.progress(now, facts))
            if facts.durable_media_ns - self._noted_durable_ns >= DURABLE_EVERY_NS:
                self._noted_durable_ns = facts.durable_media_ns
                self._tell(events.Durable(facts.segment, facts.durable_media_ns, facts.size))
        if self._account.state in {State.RECORDING, State.PAUSED}:
            self._lookout.look(now, stored=not self._account.rehearses)
        if self._interrupted:
            self._stop("interrupted")
        limit_ns = REHEARSAL_ALONE_NS if self._account.rehearses else ALONE_LIMIT_NS
        if not self._visitors and now - self._alone_since_ns > limit_ns:
            log.warning("nobody is connected any more: stopping")
            self._stop("abandoned")
        elif self._rehearsal.too_long(now):
            log.warning("the rehearsal does not end: stopping")
            self._stop("abandoned")

    def _tell_progress(self) -> None:
        self._tell(self._progress())

    def _command(self, command: commands.Command) -> None:
        match command:
            case commands.Prepare():
                self._begin_prepare(command)
            case commands.Start():
                self._start()
            case commands.Speak():
                self._need(State.RECORDING)
                self._line.play(command.question, read_wav(Path(command.wav)))
            case commands.Play():
                if self._account.state is State.REPLAYING:
                    raise BadRequest("Something is being played back.")
                self._line.play("", read_wav(Path(command.wav)))
            case commands.Silence():
                self._rehearsal.silence()
                self._line.silence()
            case commands.Volume():
                if not 0 <= command.percent <= 100:
                    raise BadRequest("A volume is from 0 to 100 percent.")
                self._line.volume(command.percent)
            case commands.Replay():
                self._replay()
            case commands.Mark():
                expected = speech_expected(command)
                if expected is not None:
                    self._line.answering(expected=expected)
                if self._account.state in {State.RECORDING, State.PAUSED}:
                    self._tell(events.Marked(command.what, command.question, command.text, self._line.media_ns()))
            case commands.Pause():
                self._need(State.RECORDING)
                self._tell(events.Paused(self._line.pause()))
                self._account.state = State.PAUSED
            case commands.Resume():
                self._need(State.PAUSED)
                self._tell(events.Resumed(self._line.resume()))
                self._account.state = State.RECORDING
            case commands.Stop():
                self._stop(command.reason)
            case commands.Simulate():
                self._line.simulate(command)

    def _need(self, state: State) -> None:
        if self._account.state is not state:
            raise BadRequest(f"The recorder is {self._account.state}, not {state}.")

    # ── a session ───────────────────────────────────────────────────────────────────────────────────

    def _begin_prepare(self, command: commands.Prepare) -> None:
        if self._preparation.running or self._account.state not in {State.IDLE, State.PREPARED}:
            raise BadRequest(f"The recorder cannot prepare: it is {self._account.state}.")
        if not names.SESSION.fullmatch(command.session):
            raise BadRequest("The session's id is not a UUID.")
        self._account.prepare = command
        logs.name_session(command.session)
        self._preparation.begin(command)

    def _prepared(self, answer: events.Prepared | events.Failed, state: State) -> None:
        self._preparation.taken()
        self._account.state = state
        self._tell(answer)
        if self._stop_reason:
            self._stop(self._stop_reason)

    def _start(self) -> None:
        self._need(State.PREPARED)
        account, prepare = self._account, self._account.prepare
        if prepare is None or (prepare.consent is None and not prepare.rehearsal):
            raise BadRequest("Nothing is recorded without consent.")
        if prepare.rehearsal:
            account.place = self._rehearsal.begin(prepare.session)
        self._noted_durable_ns = 0
        self._sitting.begin()
        assert account.place is not None
        account.state = State.STARTING
        self._line.record(account.place)

    def _first_fragment(self, started: events.Started) -> None:
        self._account.started(started)
        if self._account.state is State.STARTING:
            self._account.state = State.RECORDING
            log.info("started: %s", started.recording)
        self._tell(started)

    def _replay(self) -> None:
        """Ends the trial that is being recorded, and plays it back."""
        prepare = self._account.prepare
        if prepare is None or not prepare.rehearsal:
            raise BadRequest("Only a rehearsal can be played back.")
        self._need(State.RECORDING)
        self._line.silence()
        if self._sitting.seal("rehearsed", self._drain, self._tell_progress) is None:
            return
        manifest = self._sitting.manifest
        self._sitting.leave()
        self._line.rewind()
        self._account.state = State.REPLAYING
        self._rehearsal.play(manifest, functools.partial(judge, prepare))

    def _replayed(self) -> None:
        """It was played back: nothing of it is left, and it is prepared as before."""
        if self._account.state is not State.REPLAYING:
            return
        self._rehearsal.end()
        self._account.forget()
        self._account.state = State.PREPARED
        self._tell(events.Replayed())

    def _stop(self, reason: str) -> None:
        state, prepare = self._account.state, self._account.prepare
        if state in {State.STOPPING, State.STOPPED, State.FAILED}:
            return
        if self._preparation.running and prepare is not None and prepare.continues:
            self._stop_reason = reason  # what was recorded before is being recovered
            return
        if state in {State.IDLE, State.PREPARED, State.REPLAYING}:
            self._rehearsal.end()
            self._account.forget()
            self._account.state = State.STOPPED
            stopped = self._account.stopped(reason, "", 0, self._line.facts(), 0)
            before = (
                recovered_end(self._output, prepare.session, self._clock) if prepare and prepare.continues else None
            )
            self._tell(dataclasses.replace(before, reason=reason) if before else stopped)
            return
        sealed = self._sitting.seal(reason, self._drain, self._tell_progress)
        if sealed is None:
            return
        if self._account.rehearses:
            self._rehearsal.end()
            sealed = dataclasses.replace(sealed, recording="", manifest="", duration_ns=0)
        self._account.state = State.STOPPED
        self._visitors.tell(sealed)

    def _drain(self) -> None:
        """Facts that the line posted while it finished come before the end."""
        while True:
            try:
                item = self._inbox.get_nowait()
            except queue.Empty:
                return
            if not isinstance(item, tuple):
                self._handle(item)
