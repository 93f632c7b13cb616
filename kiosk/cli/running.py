"""`kiosk status` and `kiosk stop`: what is being recorded now, and its end."""

import argparse
import json
import queue
from typing import TypeVar

from kiosk.cli.options import add_config, add_json, add_output, configuration
from kiosk.domain import commands, events
from kiosk.domain.clock import NS, SystemClock, seconds
from kiosk.domain.errors import WorldFailed, from_code
from kiosk.recorder.client import RecorderClient

ANSWER_LIMIT_S = 5.0
"""A recorder answers within milliseconds; a busy machine may need longer."""
STOP_LIMIT_S = 60.0
STORED = "What was recorded so far is stored."
QUEUE = 1000
"""Events that wait for us; when it is full the connection waits."""

Answer = TypeVar("Answer", bound=events.Event)


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
        self._clock = SystemClock()
        self._pid = 0
        self._events: queue.Queue[events.Event | None] = queue.Queue(QUEUE)
        self._client = RecorderClient(self.output, self._clock, self._events.put, lambda _what: self._events.put(None))

    def attach(self) -> bool:
        return self._client.attach()

    def send(self, command: commands.Command) -> None:
        self._client.send(command)

    def wait(self, kind: type[Answer], limit_s: float) -> Answer:
        """The next event of a kind. Raises what the recorder says, or that it says nothing."""
        deadline = self._clock.now_ns() + round(limit_s * NS)
        while True:
            try:
                event = self._events.get(timeout=max(0.0, seconds(deadline - self._clock.now_ns())))
            except queue.Empty:
                raise self._silent(limit_s) from None
            if event is None:
                raise WorldFailed(f"The recorder of {self.output} ended unexpectedly.", STORED)
            if isinstance(event, events.Failed):
                raise from_code(event.code, event.what, event.remedy)
            if isinstance(event, events.Snapshot):
                self._pid = event.pid
            if isinstance(event, kind):
                return event

    def _silent(self, limit_s: float) -> WorldFailed:
        who = f"process {self._pid}" if self._pid else "the process 'kiosk _recorder'"
        return WorldFailed(
            f"The recorder of {self.output} runs, but has not answered for {limit_s:.0f} s.",
            f"Try again in a moment; if it stays so, end {who}. {STORED}",
        )

    def close(self) -> None:
        self._client.close()


def status(options: argparse.Namespace) -> int:
    """Prints what is being recorded; 0 also when nothing is, or only a trial of which nothing is kept."""
    visit = _Visit(options)
    snapshot = None
    if visit.attach():
        try:
            snapshot = visit.wait(events.Snapshot, ANSWER_LIMIT_S)
        finally:
            visit.close()
    if snapshot is None or snapshot.rehearsal:
        if options.json:
            print(json.dumps({"recording": False, "output": str(visit.output)}))
        else:
            print(f"Nothing is being recorded into {visit.output}.")
        return 0
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
        "led": snapshot.led,
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
        if value:
            print(f"  {name:<10} {value}")
    return 0


def stop(options: argparse.Namespace) -> int:
    """Ends the recording that runs and waits until it is sealed."""
    visit = _Visit(options)
    if not visit.attach():
        raise WorldFailed(f"Nothing is being recorded into {visit.output}.", "'kiosk status' tells what is.")
    try:
        visit.send(commands.Stop("stopped"))
        stopped = visit.wait(events.Stopped, STOP_LIMIT_S)
    finally:
        visit.close()
    if options.json:
        print(json.dumps({
            "session": stopped.session or None, "recording": stopped.recording or None,
            "manifest": stopped.manifest or None, "duration_s": seconds(stopped.duration_ns),
        }))  # fmt: skip
    elif stopped.recording:
        print(f"Stopped. {seconds(stopped.duration_ns):.1f} s are stored in {stopped.recording}.")
    else:
        print("Stopped before the recording began. Nothing was recorded.")
    return 0
