"""What the recorder says of itself: of which session, in what state, how far it is, what it counted. Decides nothing.

Written by the service's thread alone; the thread that greets a visitor reads it too, one value at a time.
"""

import dataclasses
import os
from dataclasses import dataclass

import kiosk
from kiosk.domain import commands, events
from kiosk.domain.events import RecorderState as State
from kiosk.recorder.facts import LineFacts
from kiosk.recorder.rec_light import RecFacts, rec_light
from kiosk.recorder.reel import Place


@dataclass(frozen=True, slots=True)
class Counts:
    """Pictures of the camera in the files, pictures that were lost, and gaps."""

    frames: int = 0
    dropped: int = 0
    gaps: int = 0


@dataclass(slots=True)
class Account:
    """Of one session, from its Prepare on."""

    state: State = State.IDLE
    prepare: commands.Prepare | None = None
    prepared: events.Prepared | None = None
    place: Place | None = None
    """Of the newest segment."""
    recording: str = ""
    started_at: str = ""
    chunks: int = 0
    gaps: int = 0
    before: Counts = Counts()
    """By the recorders that this session had before this one."""

    @property
    def session(self) -> str:
        return self.prepare.session if self.prepare else ""

    @property
    def rehearses(self) -> bool:
        """Whether it is only a trial."""
        return self.prepare is not None and self.prepare.rehearsal

    def started(self, started: events.Started) -> None:
        """A segment is on disk."""
        self.started_at = self.started_at or started.started_at
        self.recording = started.recording
        assert self.place is not None
        self.place = dataclasses.replace(self.place, number=started.segment, start_ns=started.start_ns)

    def forget(self) -> None:
        """Nothing is recorded any more, as after a rehearsal."""
        self.place, self.recording, self.started_at = None, "", ""
        self.chunks = self.gaps = 0
        self.before = Counts()

    def progress(self, now_ns: int, facts: LineFacts) -> events.Progress:
        """`now_ns` is the session clock."""
        counts = self._counts(facts)
        lit, reason = rec_light(RecFacts(self.state, now_ns, facts.durable_ns, facts.frame_ns, facts.sample_ns))
        return events.Progress(
            state=self.state,
            now_ns=now_ns,
            rec=lit,
            rec_reason=reason,
            media_ns=facts.media_ns,
            durable_ns=facts.durable_media_ns,
            frames=counts.frames,
            dropped=counts.dropped,
            gaps=counts.gaps,
            chunks=self.chunks,
            bytes=facts.bytes,
            fps=facts.fps,
            level_dbfs=facts.level_dbfs,
            peak_dbfs=facts.peak_dbfs,
        )

    def snapshot(self, preview: str, progress: events.Progress, *, led: bool) -> events.Snapshot:
        return events.Snapshot(
            protocol=events.PROTOCOL,
            program=kiosk.__version__,
            pid=os.getpid(),
            session=self.session,
            interview=self.prepare.interview if self.prepare else "",
            started_at=self.started_at,
            recording=self.recording,
            preview=preview,
            progress=progress,
            led=led,
            rehearsal=self.rehearses,
        )

    def stopped(self, reason: str, manifest: str, duration_ns: int, facts: LineFacts, took_ns: int) -> events.Stopped:
        """The end. `took_ns` is the time since it was asked for."""
        counts = self._counts(facts)
        return events.Stopped(
            session=self.session,
            reason=reason,
            recording=self.recording,
            manifest=manifest,
            duration_ns=duration_ns,
            frames=counts.frames,
            dropped=counts.dropped,
            gaps=counts.gaps,
            took_ns=took_ns,
        )

    def _counts(self, facts: LineFacts) -> Counts:
        """Of the whole session."""
        before = self.before
        return Counts(before.frames + facts.frames, before.dropped + facts.dropped, before.gaps + self.gaps)
