"""`kiosk record`: one interview without a screen, with the same director and recorder."""

import argparse
import contextlib
import json
import queue
import sys
import threading
from pathlib import Path
from typing import Any

from kiosk.cli import complain, ending
from kiosk.cli.options import add_config, add_devices, add_json, add_output, configuration, some_path, start_logs
from kiosk.contract import names
from kiosk.domain import view
from kiosk.domain.clock import SystemClock, seconds
from kiosk.domain.errors import BadRequest, KioskError, WorldFailed, from_code
from kiosk.domain.interview import Consent, Interview
from kiosk.domain.view import SessionState as State

LONGEST_ID = 64
FIRST_LIMIT_S = 30.0
DOING = {
    State.PREPARING: "preparing the devices",
    State.RESUMING: "starting the recorder again",
    State.STARTING: "starting",
    State.ASKING: "asking",
    State.THINKING: "time to think",
    State.ANSWERING: "answering",
    State.PAUSED: "paused",
    State.FINISHING: "finishing",
}
QUESTIONS = (State.ASKING, State.THINKING, State.ANSWERING)


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("interview", type=some_path, metavar="INTERVIEW", help="interview file (TOML)")
    parser.add_argument("--candidate", metavar="ID", help="whose interview it is; an id, not a name")
    parser.add_argument(
        "--consent",
        metavar="REFERENCE",
        help="where the candidate's consent is kept; nothing is recorded without",
    )
    parser.add_argument(
        "--resume",
        metavar="SESSION",
        help="instead of both: go on with this session, which was cut off or has lost its kiosk",
    )
    add_output(parser)
    add_config(parser)
    add_devices(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Records to the end of the interview, to Ctrl-C or to `kiosk stop`; all three end in order."""
    from kiosk.interviews.load import load

    resumes = str(options.resume or "")
    missing = [name for name in ("candidate", "consent") if getattr(options, name) is None]
    if missing and not resumes:
        options.parser.error(f"the following arguments are required: {', '.join(f'--{name}' for name in missing)}")
    interview = load(options.interview)
    candidate = reference = ""
    if not resumes:
        candidate, reference = _id(options.candidate, "--candidate"), _id(options.consent, "--consent")
    config = configuration(options).config

    from kiosk.app import Kiosk, check_ready
    from kiosk.demo import SimulatedCandidate
    from kiosk.outbox import process as outbox

    start_logs("record", config)
    clock = SystemClock()
    check_ready(config, (interview,), clock, rejoins=bool(resumes))
    watch = _Watch(interview, quiet=options.json)
    kiosk = Kiosk(config, clock, watch.on_view, watch.on_crash, (interview,))
    if config.microphone == "simulated":
        watch.candidate = SimulatedCandidate(kiosk.speech, kiosk.simulate)
    kiosk.start()
    sending = outbox.start_beside(config.output, options.config)
    if sending is not None:
        watch.say(f"sending to the server (process {sending.pid})")
    ending.on_ending(watch.interrupted.set)
    try:
        if resumes:
            kiosk.look_back()
            _take_up(watch, kiosk, resumes)
        else:
            consent = Consent(reference, "", interview.language, clock.wall().isoformat(timespec="seconds"))
            kiosk.post(view.Choose(interview, candidate))
            kiosk.post(view.Agree(consent))
        asked = False
        while not watch.ended.wait(0.2):
            if watch.interrupted.is_set() and not asked:
                asked = True
                watch.say("Ending in order ...")
                kiosk.post(view.StopSession("interrupted"))
    finally:
        if watch.candidate is not None:
            watch.candidate.stop()
        kiosk.stop()
    ending.ended()
    return watch.report(as_json=options.json)


def _id(value: str, option: str) -> str:
    if not value.strip() or len(value) > LONGEST_ID or not value.isprintable():
        raise BadRequest(f"{option} must have 1 to {LONGEST_ID} printable characters.")
    return value.strip()


def _take_up(watch: "_Watch", kiosk: Any, session: str) -> None:
    """Goes on with a session. Raises BadRequest when it is not there to go on with."""
    found = watch.first()
    if found.unfinished is not None and found.unfinished.session == session:
        kiosk.post(view.GoOn())
    elif found.session != session:
        raise BadRequest(f"Session {session[:40]} cannot go on.", "'kiosk sessions' tells which there are.")


class _Watch:
    """Looks at the views: tells how it goes, and when it has ended."""

    def __init__(self, interview: Interview, *, quiet: bool) -> None:
        self.ended = threading.Event()
        self.interrupted = threading.Event()
        self.candidate: Any = None
        self._interview = interview
        self._quiet = quiet
        self._last = view.View()
        self._first: queue.Queue[view.View] = queue.Queue(1)
        self._shown: tuple[State, int] = (State.IDLE, -1)
        self._told: tuple[view.Trouble, ...] = ()
        self._crash: BaseException | None = None

    def first(self) -> view.View:
        """The first view of all. Raises WorldFailed when none comes."""
        try:
            return self._first.get(timeout=FIRST_LIMIT_S)
        except queue.Empty as error:
            raise WorldFailed("The kiosk did not find out in time what there is to go on with.") from error

    def on_view(self, new: view.View) -> None:
        self._last = new
        with contextlib.suppress(queue.Full):
            self._first.put_nowait(new)
        if self.candidate is not None:
            self.candidate.on_view(new)
        now = (new.state, new.index)
        if now != self._shown:
            self._shown = now
            if new.state in DOING:
                question = new.question if new.state in QUESTIONS else None
                count = len(self._interview.questions)
                which = f", question {new.index + 1} of {count} ({question.id})" if question else ""
                self.say(f"{DOING[new.state]}{which}")
        for trouble in new.troubles:
            if trouble not in self._told:
                self.say(f"{trouble.what} {trouble.remedy}".strip())
        for trouble in self._told:
            if new.state in QUESTIONS and trouble.device not in {each.device for each in new.troubles}:
                self.say(f"The {trouble.device} is well again.")
        self._told = new.troubles
        if new.state in {State.FINISHED, State.FAILED}:
            self.ended.set()

    def on_crash(self, error: BaseException) -> None:
        self._crash = error
        self.ended.set()

    def say(self, words: str) -> None:
        if self._quiet:
            return
        progress = self._last.progress
        light = "REC" if progress and progress.rec else "   "
        length = seconds(progress.media_ns) if progress else 0.0
        with contextlib.suppress(OSError):  # nobody looks any more; the recording goes on
            print(f"{light} {length:7.1f} s  {words}", file=sys.stderr, flush=True)

    def report(self, *, as_json: bool) -> int:
        """Prints what was recorded; the exit code."""
        if isinstance(self._crash, KioskError):
            raise self._crash
        if self._crash is not None:
            raise WorldFailed(f"The kiosk stopped because of a fault of its own: {self._crash}.") from self._crash
        last = self._last
        progress = last.progress
        duration_s = seconds(last.duration_ns or (progress.durable_ns if progress else 0))
        ended = "failed" if last.state is State.FAILED else last.message or "completed"
        if as_json and (last.recording or last.state is not State.FAILED):
            told = last.stopped or progress
            manifest = last.manifest or (str(Path(last.recording).parent / names.MANIFEST) if last.recording else "")
            print(json.dumps({
                "session": last.session,
                "recording": last.recording or None,
                "manifest": manifest if manifest and Path(manifest).exists() else None,
                "duration_s": duration_s,
                "frames": told.frames if told and last.recording else 0,
                "dropped": told.dropped if told else 0,
                "gaps": told.gaps if told else 0,
                "ended": ended,
            }))  # fmt: skip
        if last.state is State.FAILED:
            complain(last.message)
            if last.recording:
                complain(f"The {duration_s:.1f} s that were recorded until then are in {last.recording}.")
            return from_code(last.failure, last.message).exit_code
        if not last.recording:
            complain(f"Nothing was recorded: it was {ended} before the recording began.")
            return 1
        if not as_json:
            print(f"{duration_s:.1f} s recorded, {ended}: {last.recording}")
        return 0
