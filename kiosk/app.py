"""The wiring of the kiosk's own process: what is built, started in order and stopped in reverse.

    ledger · narration · recorder's client · director · inbox

The same for the screen, for `kiosk record` and for the demonstration; they differ in who looks at the views.
"""

import contextlib
import errno
import logging
import os
import queue
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from kiosk import logs
from kiosk.config import Config
from kiosk.contract import names
from kiosk.devices.pyttsx3_voice import Pyttsx3Engine
from kiosk.domain import commands, events, view
from kiosk.domain.clock import NS, Clock
from kiosk.domain.devices import RATE
from kiosk.domain.errors import BadRequest, KioskError, NoSpace, WorldFailed
from kiosk.domain.events import RecorderState
from kiosk.domain.interview import Consent, Interview
from kiosk.domain.view import SessionState as State
from kiosk.files.disk import BYTES_A_SECOND
from kiosk.files.journal import read_journal
from kiosk.ledger.ledger import Ledger, SessionRow
from kiosk.recorder.client import RecorderClient
from kiosk.recovery import recover_output
from kiosk.session.director import Director
from kiosk.session.inbox import Inbox
from kiosk.session.ports import Line, LookBack, Narrated, RecorderLost
from kiosk.session.preparing import Settings
from kiosk.session.standing import Standing, prepare_of, standing_of
from kiosk.session.states import recording
from kiosk.speech.voice_cache import SpeechCache, read_wav
from kiosk.speech.voices import choose_voice
from kiosk.system import host, places

log = logging.getLogger(__name__)

RESERVE_BYTES: Final = 50_000_000
"""For the recorder's ballast, the ledger and whatever else grows."""
ABANDONED: Final = "abandoned"
RECORDER_RUNS: Final = (RecorderState.STARTING, RecorderState.RECORDING, RecorderState.PAUSED)
LOCK_LIMIT_NS: Final = 3 * NS
_REFUSALS: Final = {
    errno.EEXIST: "there is a file of that name, not a folder",
    errno.ENOTDIR: "a part of that path is a file, not a folder",
    errno.EROFS: "that disk is read-only",
    errno.EACCES: "this account may not write there",
    errno.EPERM: "the system lets nobody write there",
    errno.ENOENT: "the system lets nobody write there",  # /proc
}
"""Why the output folder cannot be written, in words."""


class Kiosk:
    """One kiosk without its screen.

    Args:
        on_view: called with every new View from the director's thread.
        on_crash: called when the director stopped because of a bug.
        interviews: those that an interview which was cut off may be of.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock,
        on_view: Callable[[view.View], None],
        on_crash: Callable[[BaseException], None],
        interviews: Sequence[Interview] = (),
    ) -> None:
        prepare_output(config.output)
        self._config = config
        self._clock = clock
        self._ledger = Ledger.open(config.output / names.LEDGER, clock)
        self.speech = speech_of(clock)
        self._inbox = Inbox(clock, self._crashed)
        self._on_crash = on_crash
        self._last_reason = "interrupted"
        self._narration = Narration(self.speech, config.words_per_minute, self._inbox.post)
        self.recorder = RecorderClient(
            config.output, clock, self._inbox.post, lambda what: self._inbox.post(RecorderLost(what))
        )
        settings = Settings(
            camera=config.camera,
            microphone=config.microphone,
            speaker=config.speaker,
            rec_mark=config.rec_mark,
            timestamp=config.timestamp,
            preset=config.preset,
            sound_offset_ns=config.sound_offset_ms * NS // 1000,
            voice=config.voice,
            tone_start=str(places.asset("sounds/answer-starts.wav")),
            tone_end=str(places.asset("sounds/answer-ends.wav")),
        )
        archive = _Archive(config.output, self._ledger, self.recorder, interviews, clock)
        book = _Book(self._ledger)
        self._director = Director(settings, self.recorder, self._narration, book, archive, clock, on_view)

    def start(self) -> None:
        self._narration.start()
        self._inbox.start(self._director)

    def look_back(self) -> None:
        """Rejoins an interview whose recorder runs on, or offers to go on with one that was cut off."""
        self._inbox.post(LookBack())

    def stop(self) -> None:
        """Lets go of everything. Nobody leads an interview from here on, so one that still runs is ended in order.

        Whoever wants to see the end asks for it before, with StopSession, and waits for the view that tells it.
        """
        self._inbox.stop()
        self._inbox.join(10)
        state = self._director.current.state
        if recording(state) or state is State.PREPARING:
            log.warning("leaving while %s: the recorder is told to end in order", state)
            self.recorder.send(commands.Stop(self._last_reason))
        self.recorder.close()
        self._narration.stop()
        self._narration.join(10)
        self._ledger.close()
        if state is State.FAILED and self._director.current.failure != NoSpace.code:
            recover_output(self._config.output, self._clock)

    def post(self, request: view.Request) -> None:
        """Asks the director for something, from any thread."""
        self._inbox.post(request)

    def _crashed(self, error: BaseException) -> None:
        self._last_reason = "failed"
        self._on_crash(error)

    def simulate(self, device: str, action: str, value: str = "") -> None:
        """Does something to a simulated device."""
        self.recorder.send(commands.Simulate(device, action, value))


class Narration:
    """The thread that renders questions ahead of time, in order. Forgets what is waiting when new lines come."""

    def __init__(self, speech: SpeechCache, words_per_minute: int, post: Callable[[Narrated], None]) -> None:
        self._speech = speech
        self._words_per_minute = words_per_minute
        self._post = post
        self._orders: queue.SimpleQueue[Sequence[Line] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="narration", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def prepare(self, lines: Sequence[Line]) -> None:
        self._orders.put(tuple(lines))

    def stop(self) -> None:
        self._orders.put(None)

    def join(self, timeout: float) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        while (lines := self._orders.get()) is not None:
            for line in lines:
                if not self._orders.empty():
                    break
                self._post(self._render(line))

    def _render(self, line: Line) -> Narrated:
        try:
            wav = self._speech.render(
                line.text, language=line.language, voice=line.voice, words_per_minute=self._words_per_minute
            )
            return Narrated(line.key, wav, len(read_wav(wav)) / RATE)
        except KioskError as error:
            return Narrated(line.key, None, what=str(error))


class _Book:
    """The director's entries in the ledger.

    A session that cannot be entered does not begin. Later on the journal beside the recording is the truth and the
    ledger its index, so that a ledger that cannot be written costs its entry and never the interview.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def opened(self, session: str, interview: Interview, candidate: str, consent: Consent, at: str) -> None:
        logs.name_session(session)
        row = SessionRow(
            session=session,
            interview=interview.id,
            title=interview.title,
            interview_sha256=interview.sha256,
            candidate=candidate,
            state=State.CONSENT,
            created_at=at,
        )
        self._ledger.new_session(row)
        self._ledger.consented(session, consent)

    def moved(self, session: str, state: State, reason: str = "") -> None:
        with _noted():
            self._ledger.set_state(session, state, reason=reason)

    def started(self, session: str, started_at: str, recording: str) -> None:
        with _noted():
            self._ledger.started(session, started_at, recording)

    def continued(self, session: str) -> None:
        """A kiosk takes up what another one began."""
        logs.name_session(session)
        with _noted():
            self._ledger.note(session, "continued")

    def ended_before(self, session: str) -> None:
        """What was cut off does not go on."""
        with _noted():
            self._ledger.set_state(session, State.FINISHED, reason="stopped")

    def ended(self, session: str, state: State, reason: str, duration_ns: int, manifest: str) -> None:
        with _noted():
            self._ledger.ended(session, reason, duration_ns, manifest, state=state)


class _Archive:
    """What earlier kiosks left in the output folder: the journals tell where their interviews stand."""

    def __init__(
        self,
        output: Path,
        ledger: Ledger,
        recorder: RecorderClient,
        interviews: Sequence[Interview],
        clock: Clock,
    ) -> None:
        self._output = output
        self._ledger = ledger
        self._recorder = recorder
        self._interviews = interviews
        self._clock = clock

    def running(self) -> Standing | None:
        try:
            snapshot = self._recorder.look()
        except KioskError as error:
            log.warning("%s", error)
            return None
        if snapshot is None:
            return None
        standing = None
        if not snapshot.led and snapshot.progress.state in RECORDER_RUNS:
            standing = self._standing(snapshot.session, running=True)
        if standing is None:
            self._recorder.close()
        return standing

    def unfinished(self) -> Standing | None:
        with _noted():
            newest = next(iter(self._ledger.sessions()), None)
            if newest is None or not newest.recording or newest.state is State.REFUSED:
                return None
            if newest.state is State.FINISHED and newest.reason != ABANDONED:
                return None
            return self._standing(newest.session, running=False)
        return None

    def _standing(self, session: str, *, running: bool) -> Standing | None:
        try:
            lines = read_journal(self._output / session / names.JOURNAL)
        except KioskError as error:
            log.warning("%s", error)
            return None
        prepare = prepare_of(lines)
        for interview in self._interviews:
            if prepare is not None and interview.sha256 == prepare.interview_sha256:
                return standing_of(lines, interview, self._clock.now_ns(), running=running)
        log.warning("the interview of session %s is not on this kiosk any more", session)
        return None


@contextlib.contextmanager
def _noted() -> Iterator[None]:
    try:
        yield
    except KioskError as error:
        log.error("not entered in the ledger: %s", error)  # noqa: TRY400  # the world's failure, no bug


def speech_of(clock: Clock) -> SpeechCache:
    """The voice of this machine, with its cache."""
    return SpeechCache(Pyttsx3Engine(places.own_command("_voice")), places.cache_folder() / "voice", clock)


def prepare_output(output: Path) -> None:
    """Makes the output folder. Raises BadRequest when it cannot be one, NoSpace when the disk is full."""
    try:
        host.private_folder(output)
        probe = output / ".writable.part"
        try:
            with open(host.open_private(probe), "wb", closefd=True) as file:  # noqa: PTH123  # a descriptor
                file.write(b"\0" * 4096)
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise NoSpace(f"The disk of {output} is full.", "Free some space, or choose another folder.") from error
        why = _REFUSALS.get(error.errno or 0, error.strerror)
        raise BadRequest(
            f"Recordings cannot be stored in {output}: {why}.", "Choose a folder that this account can write to."
        ) from error


def check_ready(config: Config, interviews: Sequence[Interview], clock: Clock, *, rejoins: bool = False) -> None:
    """Refuses before anything begins what could not end well. Raises NoSpace, WorldFailed, VoiceFailed, BadRequest.

    `rejoins`: whoever asks can take up an interview that nobody leads any more; nothing else matters then.
    """
    prepare_output(config.output)
    visitor = RecorderClient(config.output, clock, _ignore, _ignore)
    running = visitor.look()
    visitor.close()
    if running is not None:
        if rejoins and not running.led and running.progress.state in RECORDER_RUNS:
            return
        raise WorldFailed(
            f"An interview is being recorded into {config.output} already.",
            "Wait until it ends, or end it with 'kiosk stop'.",
        )
    recover_output(config.output, clock)
    free = shutil.disk_usage(config.output).free - RESERVE_BYTES
    needed_s = max(interview.longest_seconds for interview in interviews)
    fits_s = max(0, free // BYTES_A_SECOND)
    if fits_s < needed_s:
        raise NoSpace(
            f"The disk of {config.output} has room for {_minutes(fits_s // 60)}; "
            f"this interview may take {_minutes(-(-needed_s // 60))}.",
            "Free some space, or choose another folder.",
        )
    _check_lock(config.output, clock)
    voices = speech_of(clock).voices()  # raises when there is no voice engine
    for interview in interviews:
        for question in interview.questions:
            choose_voice(voices, interview.language, question.voice or interview.voice or config.voice)


def _check_lock(output: Path, clock: Clock) -> None:
    """Raises WorldFailed when there is a recorder that cannot be reached from here; waits for one that just ends."""
    try:
        lock = host.open_private(output / names.LOCK)
    except OSError as error:
        raise BadRequest(f"Recordings cannot be stored in {output}: {error.strerror}.") from error
    try:
        deadline_ns = clock.now_ns() + LOCK_LIMIT_NS
        while not (free := host.try_lock(lock)) and clock.now_ns() < deadline_ns:
            threading.Event().wait(0.05)  # the system tells nobody when a lock is given back
        if not free:
            raise WorldFailed(
                f"Something else records into {output}, perhaps another login of this account.",
                "Wait until it ends, or end it from there with 'kiosk stop'.",
            )
    finally:
        os.close(lock)


def _minutes(count: int) -> str:
    return f"{count} minute{'' if count == 1 else 's'}"


def _ignore(_: events.Event | str) -> None:
    """For a visitor who only wants to know whether somebody is there."""
