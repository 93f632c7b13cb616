"""`kiosk rehearse`: some seconds through the real pipeline, judged and forgotten. Leaves nothing on any disk."""

import argparse
import dataclasses
import json
import queue
import sys
import threading
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kiosk.cli import ending
from kiosk.cli.options import add_config, add_devices, add_json, add_output, configuration, some_path, start_logs
from kiosk.contract import names
from kiosk.domain import commands, events
from kiosk.domain.clock import SystemClock
from kiosk.domain.devices import RATE
from kiosk.domain.errors import KioskError, WorldFailed, from_code

if TYPE_CHECKING:
    from kiosk.config import Config
    from kiosk.media.inspection import Inspection

SIMULATED: Final = "simulated"
QUESTION: Final = "rehearsal"
TEXT: Final = "This is a rehearsal. Please say a few sentences, as loud as you will in the interview."
ANSWER: Final = "I begin with the people who will use it."
ANSWERER: Final = "+f3"
"""Another voice than the kiosk's own, for the simulated microphone."""
MARKERS_S: Final = 30
SHORTEST_S: Final = 3
LONGEST_S: Final = 120
READY_LIMIT_S: Final = 60.0
ANSWER_LIMIT_S: Final = 30.0
CLAP_EVERY_S: Final = 1.0
MS: Final = 1_000_000
E = TypeVar("E")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seconds", type=_seconds, default=10, metavar="N", help="how long it listens after its question (default 10)"
    )
    parser.add_argument("--markers", type=some_path, metavar="FILE", help="only write a film of flashes and clicks")
    parser.add_argument("--simulated", action="store_true", help="with simulated devices, to try the installation")
    add_output(parser)
    add_config(parser)
    add_devices(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints the report; 0 when the recording would be good or usable."""
    if options.markers is not None:
        return _write_markers(options.markers, as_json=options.json)

    from kiosk.recorder.client import RecorderClient

    config = configuration(options).config
    if options.simulated:
        config = dataclasses.replace(config, camera=SIMULATED, microphone=SIMULATED, speaker=SIMULATED)
    start_logs("rehearse", config)
    trial = _Trial(config, options.seconds, quiet=options.json)
    client = RecorderClient(config.output, SystemClock(), trial.heard, trial.lost)
    ending.on_ending(trial.interrupted.set)
    client.open()
    try:
        rehearsed, inspections = trial.run(client.send)
    finally:
        client.send(commands.Stop("stopped"))
        trial.drain(events.Stopped)
        client.close()
    ending.ended()
    report = report_of(rehearsed, inspections)
    print(json.dumps(report) if options.json else words_of(rehearsed, inspections, config.sound_offset_ms))
    return 1 if rehearsed.verdict is events.Verdict.WRONG else 0


def _seconds(words: str) -> int:
    if not words.isdecimal() or not SHORTEST_S <= int(words) <= LONGEST_S:
        raise argparse.ArgumentTypeError(f"give whole seconds, from {SHORTEST_S} to {LONGEST_S}")
    return int(words)


def _write_markers(path: Path, *, as_json: bool) -> int:
    from kiosk.media.markers import write_markers

    write_markers(path, MARKERS_S)
    print(json.dumps({"markers": str(path)}) if as_json else f"{path}: {MARKERS_S} s of flashes with clicks")
    return 0


class _Trial:
    """One rehearsal, from its first command to its last answer."""

    def __init__(self, config: "Config", seconds: int, *, quiet: bool) -> None:
        self._config = config
        self._seconds = seconds
        self._quiet = quiet
        self._inbox: queue.SimpleQueue[events.Event | KioskError] = queue.SimpleQueue()
        self.interrupted = threading.Event()

    def heard(self, event: events.Event) -> None:
        """From the channel's thread."""
        if not isinstance(event, events.Progress | events.Durable):
            self._inbox.put(event)

    def lost(self, what: str) -> None:
        """From the channel's thread."""
        self._inbox.put(WorldFailed(what, "Its log is named by 'kiosk doctor'."))

    def drain(self, kind: type[events.Event]) -> None:
        """Waits for the last event; a recorder that is gone is not waited for."""
        try:
            self._wait(kind, ANSWER_LIMIT_S)
        except KioskError:
            return

    def run(self, send: Callable[[commands.Command], None]) -> tuple[events.Rehearsed, list["Inspection"]]:
        """What it was like, and each segment of it. Raises KioskError for whatever keeps it from being done."""
        from kiosk.speech.voice_cache import read_wav

        config = self._config
        question, answer = self._spoken(TEXT, ""), None
        if config.microphone == SIMULATED:
            answer = self._spoken(ANSWER, ANSWERER)
        self._say("Preparing the devices ...")
        send(self._prepare())
        self._wait(events.Prepared, READY_LIMIT_S)
        send(commands.Start())
        started = self._wait(events.Started, ANSWER_LIMIT_S)
        send(commands.Mark(events.MarkKind.QUESTION, QUESTION))
        if question is not None:
            self._say("Speaking ...")
            send(commands.Speak(QUESTION, str(question)))
            self._wait(events.VoiceEnded, ANSWER_LIMIT_S, unless=events.VoiceLost)
        send(commands.Mark(events.MarkKind.ANSWER_STARTED, QUESTION))
        self._say(f"Listening for {self._seconds} s: say a few sentences ...")
        said_s = 0.0
        if answer is not None:
            send(commands.Simulate("microphone", "say", str(answer)))
            said_s = len(read_wav(answer)) / RATE
        self._listen(send, said_s)
        send(commands.Volume(0))  # nobody wants to hear it again here
        send(commands.Replay())
        rehearsed = self._wait(events.Rehearsed, ANSWER_LIMIT_S + self._seconds)
        inspections = inspected(Path(started.recording).parent)
        send(commands.Silence())
        self._wait(events.Replayed, ANSWER_LIMIT_S)
        return rehearsed, inspections

    def _listen(self, send: Callable[[commands.Command], None], said_s: float) -> None:
        """Lets the seconds pass. Simulated devices clap once it has been quiet: over speech it would be too loud."""
        claps = self._config.camera == self._config.microphone == SIMULATED
        passed = 0.0
        while passed < self._seconds:
            step = min(CLAP_EVERY_S, self._seconds - passed)
            if claps and passed > said_s and step > CLAP_EVERY_S / 2:
                send(commands.Simulate("camera", "clap"))
            if self.interrupted.wait(step):
                raise WorldFailed("The rehearsal was ended early; nothing of it is kept.")
            passed += step

    def _prepare(self) -> commands.Prepare:
        config = self._config
        return commands.Prepare(
            session=str(uuid.uuid4()),
            interview=QUESTION,
            interview_title="Rehearsal",
            interview_sha256="",
            language="en",
            candidate="",
            consent=None,
            camera=config.camera,
            microphone=config.microphone,
            speaker=config.speaker,
            rec_mark=config.rec_mark,
            timestamp=config.timestamp,
            preset=config.preset,
            questions={QUESTION: TEXT},
            rehearsal=True,
            gain_db=config.microphone_gain_db,
            sound_offset_ns=config.sound_offset_ms * MS,
        )

    def _spoken(self, text: str, voice: str) -> Path | None:
        """A text as a sound file; None when nothing here can speak, which is said."""
        from kiosk.app.narration import speech_of

        try:
            return speech_of(SystemClock()).render(text, language="en", voice=voice)
        except KioskError as error:
            self._say(f"It goes on without a voice: {error}")
            return None

    def _wait(self, kind: type[E], limit_s: float, unless: type[events.Event] | None = None) -> E:
        """The next event of a kind; with `unless`, one of that kind will do too, and is not looked at."""
        clock = SystemClock()
        deadline_ns = clock.now_ns() + round(limit_s * 1000) * MS
        while True:
            left_s = (deadline_ns - clock.now_ns()) / (1000 * MS)
            try:
                event = self._inbox.get(timeout=max(0.01, left_s))
            except queue.Empty as error:
                raise WorldFailed("The recorder did not answer in time.") from error
            if isinstance(event, KioskError):
                raise event
            if isinstance(event, kind) or (unless is not None and isinstance(event, unless)):
                return event  # type: ignore[return-value]  # whoever says `unless` does not look at it
            if isinstance(event, events.Failed):
                raise from_code(event.code, event.what, event.remedy)
            if isinstance(event, events.Problem) and event.what:
                self._say(f"{event.what} {event.remedy}".strip())

    def _say(self, words: str) -> None:
        if not self._quiet:
            print(words, file=sys.stderr, flush=True)


def inspected(folder: Path) -> list["Inspection"]:
    """Each segment of the recording in that folder, in order: a machine that fell behind left several.

    Raises BadRequest or WorldFailed when one of them, or the manifest, is damaged.
    """
    from kiosk.files.manifest import read_manifest
    from kiosk.media.inspect import inspect

    manifest = read_manifest(folder / names.MANIFEST)
    return [inspect(folder / segment.file, manifest) for segment in manifest.segments]


def report_of(rehearsed: events.Rehearsed, inspections: Sequence["Inspection"]) -> dict[str, Any]:
    """What a machine reads: the inspections of files that are gone, what they come to, and what to set."""
    offset_ns = rehearsed.sound_offset_ns
    return {
        "segments": [{**inspection.to_json(), "file": None} for inspection in inspections],
        "figures": rehearsed.figures,
        "verdict": rehearsed.verdict.value,
        "sentence": rehearsed.sentence,
        "speech_heard": bool(rehearsed.figures.get("speech_heard")),
        "gain_db": rehearsed.gain_db,
        "sound_offset_ms": None if offset_ns is None else round(offset_ns / MS),
    }


def words_of(rehearsed: events.Rehearsed, inspections: Sequence["Inspection"], offset_ms: int) -> str:
    """The same for people. `offset_ms`: what this kiosk is set to."""
    from kiosk.media.inspection import describe

    lines = ["rehearsal (nothing of it is kept)"]
    for number, inspection in enumerate(inspections, 1):
        if len(inspections) > 1:
            lines.append(f"segment {number} of {len(inspections)}")
        lines += describe(inspection).splitlines()[1:]
    if rehearsed.figures.get("speech_heard"):
        lines.append(
            f"  gain       {rehearsed.gain_db:+.1f} dB would make speech as loud as the questions; "
            "the check before each interview sets it. Without one:"
        )
        lines.append(f"               microphone_gain_db = {round(rehearsed.gain_db)}")
    else:
        lines.append("  gain       nobody was heard speaking, so none can be proposed")
    if rehearsed.sound_offset_ns is None:
        lines.append("  offset     no flash with a click was seen, so it stays; --help tells how to make some")
    else:
        found_ms = round(rehearsed.sound_offset_ns / MS)
        lines.append(f"  offset     {found_ms} ms; it is set to {offset_ms} ms. For the configuration:")
        lines.append(f"               sound_offset_ms = {found_ms}")
    return "\n".join([*lines, "", rehearsed.sentence])
