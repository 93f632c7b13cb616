"""`kiosk status` and `kiosk stop`: what is being recorded now, and its end."""

import argparse
import json
import queue
import sys

from kiosk.cli.options import add_config, add_json, add_output, configuration
from kiosk.domain import commands, events
from kiosk.domain.clock import SystemClock, seconds
from kiosk.domain.errors import WorldFailed
from kiosk.recorder.client import RecorderClient

ANSWER_LIMIT_S = 10.0
STOP_LIMIT_S = 60.0


def add_status(parser: argparse.ArgumentParser) -> None:
    add_output(parser)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=status)


def add_stop(parser: argparse.ArgumentParser) -> None:
    add_output(parser)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=stop)


class _Visit:
    """A short connection to the recorder of an output folder."""

    def __init__(self, options: argparse.Namespace) -> None:
        loaded = configuration(options)
        self.output = loaded.config.output
        self._events: queue.Queue[events.Event | None] = queue.Queue()
        self._client = RecorderClient(
            self.output, SystemClock(), self._events.put, lambda _what: self._events.put(None)
        )

    def attach(self) -> bool:
        return self._client.attach()

    def send(self, command: commands.Command) -> None:
        self._client.send(command)

    def wait(self, kind: type[events.Event], limit_s: float) -> events.Event:
        """The next event of a kind, or of failing."""
        while True:
            try:
                event = self._events.get(timeout=limit_s)
            except queue.Empty:
                raise WorldFailed("The recorder does not answer.", "Its log lies in the state folder.") from None
            if event is None:
                raise WorldFailed("The recorder ended unexpectedly.")
            if isinstance(event, events.Failed):
                raise WorldFailed(event.what, event.remedy)
            if isinstance(event, kind):
                return event

    def close(self) -> None:
        self._client.close()


def status(options: argparse.Namespace) -> int:
    """Prints what is being recorded; 0 also when nothing is."""
    visit = _Visit(options)
    if not visit.attach():
        if options.json:
            print(json.dumps({"recording": False, "output": str(visit.output)}))
        else:
            print(f"Nothing is being recorded into {visit.output}.")
        return 0
    try:
        snapshot = visit.wait(events.Snapshot, ANSWER_LIMIT_S)
    finally:
        visit.close()
    if not isinstance(snapshot, events.Snapshot):
        return 1
    progress = snapshot.progress
    facts = {
        "recording": bool(snapshot.recording),
        "state": progress.state.value,
        "rec": progress.rec,
        "reason": progress.rec_reason,
        "session": snapshot.session,
        "interview": snapshot.interview,
        "since": snapshot.started_at or None,
        "file": snapshot.recording or None,
        "length_s": seconds(progress.media_ns),
        "durable_s": seconds(progress.durable_ns),
        "frames": progress.frames,
        "dropped": progress.dropped,
        "gaps": progress.gaps,
        "chunks": progress.chunks,
        "bytes": progress.bytes,
        "fps": progress.fps,
        "level_dbfs": progress.level_dbfs,
        "pid": snapshot.pid,
        "output": str(visit.output),
    }
    if options.json:
        print(json.dumps(facts))
        return 0
    print("REC" if progress.rec else progress.rec_reason)
    for name, value in (
        ("session", snapshot.session),
        ("interview", snapshot.interview),
        ("since", snapshot.started_at),
        ("file", snapshot.recording),
        ("durable", f"{seconds(progress.durable_ns):.1f} s of {seconds(progress.media_ns):.1f} s"),
        ("pictures", f"{progress.frames}, dropped {progress.dropped}, now {progress.fps:.1f} a second"),
        ("level", f"{progress.level_dbfs:.0f} dBFS"),
        ("chunks", str(progress.chunks)),
        ("gaps", str(progress.gaps)),
    ):
        print(f"  {name:<10} {value}")
    return 0


def stop(options: argparse.Namespace) -> int:
    """Ends the recording that runs and waits until it is sealed."""
    visit = _Visit(options)
    if not visit.attach():
        print(f"kiosk: nothing is being recorded into {visit.output}.", file=sys.stderr)
        return 1
    try:
        visit.send(commands.Stop("stopped"))
        stopped = visit.wait(events.Stopped, STOP_LIMIT_S)
    finally:
        visit.close()
    if isinstance(stopped, events.Stopped):
        if options.json:
            print(json.dumps({
                "session": stopped.session, "recording": stopped.recording, "manifest": stopped.manifest,
                "duration_s": seconds(stopped.duration_ns),
            }))  # fmt: skip
        else:
            print(f"Stopped. {seconds(stopped.duration_ns):.1f} s are stored in {stopped.recording or 'no file'}.")
    return 0
