"""The manifest: folded from the journal's lines, written whole or not at all.

`fold` is a pure function of the journal, so that recovery makes the same manifest as an orderly stop.
"""

import contextlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from kiosk.contract.manifest import (
    Caption,
    Chunk,
    Code,
    CodeState,
    Happening,
    Manifest,
    MissingTime,
    Segment,
    Span,
    decode,
    encode,
)
from kiosk.domain import events
from kiosk.domain.clock import seconds
from kiosk.domain.commands import Prepare
from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.domain.events import MarkKind
from kiosk.domain.wire import build, plain
from kiosk.files.disk import in_words
from kiosk.files.report import ECHO, MINUTE, QUALITY, SYNC_MARK, Report
from kiosk.system import host

BETWEEN = "recorder"
"""A gap's device when it lies between two segments."""
SEALED = "Sealed"
"""A journal line: a segment is closed. `segment`, `file`, `start_ns`, `duration_ns`, `bytes`, `sha256`."""
PROGRAM = "Program"
"""A journal line: `version`, the program's name and version; `boot`, which start of the machine it was."""

T = TypeVar("T")


def fold(lines: Sequence[dict[str, Any]]) -> Manifest:
    """The manifest of the session that these journal lines tell of, in order.

    Lines of other kinds are passed over. Raises BadRequest when there is no Prepare, or a line is damaged.
    """
    told = Fold()
    for line in lines:
        told.take(line)
    return told.manifest()


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Replaces the manifest at once and durably, mode 0600. Raises NoSpace, WorldFailed."""
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(host.open_private(part, exclusive=True), "wb") as file:
            file.write(encode(manifest))
            file.flush()
            host.sync_data(file.fileno())
        part.replace(path)
        host.sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise in_words(error, path) from error


def read_manifest(path: Path) -> Manifest:
    """Raises BadRequest when it is missing or damaged, WorldFailed when it cannot be read."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise BadRequest(f"There is no manifest {path}.") from error
    except OSError as error:
        raise WorldFailed(f"The manifest {path} cannot be read: {error.strerror}.") from error
    try:
        return decode(data)
    except BadRequest as error:
        raise BadRequest(f"{path}: {error.what}") from error


class _Chapter:
    """A question from its mark on. Times are media time, nanoseconds."""

    def __init__(self, question: str, at_ns: int) -> None:
        self.question = question
        self.start_ns = at_ns
        self.end_ns: int | None = None
        self.spoken = False
        self.answer_ns: int | None = None


class _Sounding:
    def __init__(self, question: str, at_ns: int) -> None:
        self.question = question
        self.start_ns = at_ns
        self.end_ns: int | None = None


class Fold:
    """What the journal's lines have told so far; fed as they are written, its end does not grow with their number."""

    def __init__(self) -> None:
        self._prepare: Prepare | None = None
        self._devices: dict[str, Any] | None = None
        self._starts: list[events.Started] = []
        self._program = ""
        self._segments: dict[int, tuple[int, int, Segment]] = {}
        self._chunks: dict[tuple[int, int], Chunk] = {}
        self._chapters: list[_Chapter] = []
        self._voices: list[_Sounding] = []
        self._answers: list[_Sounding] = []
        self._code: dict[str, list[CodeState]] = {}
        self._gaps: list[MissingTime] = []
        self._happenings: list[Happening] = []
        self._report = Report()
        self._stopped: events.Stopped | None = None
        self._latest_ns = 0
        self._line: dict[str, Any] = {}
        self._takers: dict[str, Callable[[dict[str, Any]], None]] = {
            "Prepare": self._on_prepare,
            "Prepared": self._on_prepared,
            "Started": self._on_started,
            "ChunkReady": self._on_chunk,
            "Durable": self._on_durable,
            "VoiceStarted": self._on_voice_started,
            "VoiceEnded": self._on_voice_ended,
            "VoiceLost": self._on_voice_lost,
            "Marked": self._on_marked,
            "Gap": self._on_gap,
            "Problem": self._on_problem,
            "Paused": lambda line: self._happened(build(events.Paused, line).at_ns, "paused"),
            "Resumed": lambda line: self._happened(build(events.Resumed, line).at_ns, "resumed"),
            "Stopped": self._on_stopped,
            "ClockChanged": lambda line: self._happened(
                self._media_ns(line), "clock-changed", f"{float(line.get('by_s', 0)):+.1f} s"
            ),
            "ClockUnsynchronised": lambda line: self._happened(self._media_ns(line), "clock-unsynchronised"),
            "LoudspeakerRanDry": lambda line: self._happened(self._media_ns(line), "loudspeaker-ran-dry"),
            "Alone": lambda line: self._happened(self._media_ns(line), "kiosk-away"),
            SEALED: self._on_sealed,
            QUALITY: self._report.on_quality,
            MINUTE: self._report.on_minute,
            ECHO: self._report.on_echo,
            SYNC_MARK: self._report.on_sync_mark,
            PROGRAM: self._on_program,
        }

    def take(self, line: dict[str, Any]) -> None:
        """The next line, as it is read. Raises BadRequest when it is damaged."""
        taker = self._takers.get(line["kind"])
        if taker is not None:
            taker(line)

    def manifest(self) -> Manifest:
        """Of all lines so far. Raises BadRequest when there was no Prepare."""
        prepare = self._prepare
        if prepare is None:
            raise BadRequest("The journal does not say which session it is of.")
        duration_ns = self._duration_ns()
        over = self._stopped is not None
        return Manifest(
            session=prepare.session,
            interview={
                "id": prepare.interview,
                "title": prepare.interview_title,
                "sha256": prepare.interview_sha256,
                "language": prepare.language,
            },
            candidate=prepare.candidate,
            started_at=self._starts[0].started_at if self._starts else "",
            ended=self._stopped.reason if self._stopped is not None else None,
            duration_s=seconds(duration_ns),
            segments=tuple(segment for _, _, segment in self._by_number(self._segments)),
            chunks=tuple(self._by_number(self._chunks)),
            consent=plain(prepare.consent),
            devices=self._devices,
            chapters=tuple(
                _span(chapter.question, chapter.start_ns, _end(chapter.end_ns, duration_ns if over else None))
                for chapter in self._chapters
            ),
            voice=tuple(_span(voice.question, voice.start_ns, voice.end_ns) for voice in self._voices),
            answers=tuple(
                _span(answer.question, answer.start_ns, _end(answer.end_ns, duration_ns if over else None))
                for answer in self._answers
            ),
            captions=self._captions(prepare),
            code=tuple(Code(question, history[-1].text, tuple(history)) for question, history in self._code.items()),
            quality=self._quality(seconds(duration_ns)),
            gaps=tuple(self._gaps),
            events=tuple(self._happenings),
            program=self._program,
        )

    @staticmethod
    def _by_number(found: "dict[Any, T]") -> "list[T]":
        return [found[key] for key in sorted(found)]

    def _duration_ns(self) -> int:
        sealed = max((start + duration for start, duration, _ in self._segments.values()), default=0)
        if self._stopped is not None and self._stopped.duration_ns:
            return self._stopped.duration_ns
        return max(sealed, self._latest_ns)

    def _quality(self, duration_s: float) -> dict[str, Any] | None:
        """The quality report; null when nothing was recorded."""
        if not self._starts:
            return None
        preset = str(self._devices.get("preset", "")) if self._devices else ""
        answered = {answer.question for answer in self._answers}
        typed = bool(answered) and answered <= set(self._code)
        return self._report.made(duration_s, self._gaps, self._happenings, preset, only_typed=typed)

    def _captions(self, prepare: Prepare) -> tuple[Caption, ...]:
        """Each sounding of a question; for a question that never sounded, until its answer begins."""
        captions = [
            Caption(seconds(voice.start_ns), _seconds(voice.end_ns), prepare.questions[voice.question], voice.question)
            for voice in self._voices
            if voice.question in prepare.questions
        ]
        captions += [
            Caption(
                seconds(chapter.start_ns),
                _seconds(chapter.answer_ns if chapter.answer_ns is not None else chapter.end_ns),
                prepare.questions[chapter.question],
                chapter.question,
            )
            for chapter in self._chapters
            if not chapter.spoken and chapter.question in prepare.questions
        ]
        return tuple(sorted(captions, key=lambda caption: caption.start_s))

    def _happened(self, at_ns: int | None, what: str, detail: str = "") -> None:
        self._happenings.append(Happening(_seconds(at_ns), what, detail))

    def _media_ns(self, line: dict[str, Any]) -> int | None:
        """Media time of a line that carries none, by the session clock at which it was written."""
        if not self._starts or not isinstance(line.get("t_ns"), int):
            return None
        newest = self._starts[-1]
        return newest.start_ns + max(0, int(line["t_ns"]) - newest.t0_ns)

    def _on_prepare(self, line: dict[str, Any]) -> None:
        self._prepare = build(Prepare, line)

    def _on_program(self, line: dict[str, Any]) -> None:
        self._program = str(line.get("version", ""))

    def _on_prepared(self, line: dict[str, Any]) -> None:
        self._devices = plain(build(events.Prepared, line))

    def _on_started(self, line: dict[str, Any]) -> None:
        started: events.Started = build(events.Started, line)
        if any(before.segment == started.segment for before in self._starts):
            return
        if started.start_ns:
            self._cut(started.start_ns)
        self._starts.append(started)
        self._stopped = None  # it goes on, in a new segment

    def _cut(self, at_ns: int) -> None:
        """The segment before ended there: what went on then ended too, and what was told of later is not in it."""
        self._chapters = [chapter for chapter in self._chapters if chapter.start_ns < at_ns]
        self._voices = [voice for voice in self._voices if voice.start_ns < at_ns]
        self._answers = [answer for answer in self._answers if answer.start_ns < at_ns]
        spans: list[_Chapter | _Sounding] = [*self._chapters, *self._voices, *self._answers]
        for span in spans:
            span.end_ns = at_ns if span.end_ns is None else min(span.end_ns, at_ns)
        at_s = seconds(at_ns)
        for history in self._code.values():
            history[:] = [replace(state, at_s=min(state.at_s, at_s)) for state in history]
        self._gaps = [replace(gap, at_s=min(gap.at_s, at_s)) for gap in self._gaps]
        self._happenings = [
            happening if happening.at_s is None else replace(happening, at_s=min(happening.at_s, at_s))
            for happening in self._happenings
        ]

    def _on_sealed(self, line: dict[str, Any]) -> None:
        try:
            start, duration = int(line["start_ns"]), int(line["duration_ns"])
            segment = Segment(
                str(line["file"]), seconds(start), seconds(duration), int(line["bytes"]), str(line["sha256"])
            )
            self._segments[int(line["segment"])] = (start, duration, segment)
        except (KeyError, TypeError, ValueError) as error:
            raise BadRequest("The journal's line of a sealed segment is damaged.") from error

    def _on_chunk(self, line: dict[str, Any]) -> None:
        chunk: events.ChunkReady = build(events.ChunkReady, line)
        self._chunks[chunk.segment, chunk.number] = Chunk(
            chunk.segment, chunk.number, chunk.offset, chunk.size, chunk.sha256
        )

    def _on_durable(self, line: dict[str, Any]) -> None:
        at_ns = line.get("at_ns")  # not built: an hour has 1,800 of these lines, and the end must not wait for them
        if not isinstance(at_ns, int):
            raise BadRequest("The journal's line of what is durable is damaged.")
        self._latest_ns = max(self._latest_ns, at_ns)

    def _on_voice_started(self, line: dict[str, Any]) -> None:
        voice: events.VoiceStarted = build(events.VoiceStarted, line)
        self._voices.append(_Sounding(voice.question, voice.at_ns))
        chapter = self._chapters[-1] if self._chapters else None
        if chapter is not None and chapter.question == voice.question and not chapter.spoken:
            chapter.start_ns, chapter.spoken = voice.at_ns, True

    def _on_voice_ended(self, line: dict[str, Any]) -> None:
        voice: events.VoiceEnded = build(events.VoiceEnded, line)
        self._end_voice(voice.question, voice.at_ns)

    def _on_voice_lost(self, line: dict[str, Any]) -> None:
        voice: events.VoiceLost = build(events.VoiceLost, line)
        self._end_voice(voice.question, voice.at_ns)
        self._happened(voice.at_ns, "voice-lost", voice.what)

    def _end_voice(self, question: str, at_ns: int) -> None:
        for voice in reversed(self._voices):
            if voice.question == question:
                if voice.end_ns is None:
                    voice.end_ns = at_ns
                return

    def _on_marked(self, line: dict[str, Any]) -> None:
        mark: events.Marked = build(events.Marked, line)
        chapter = self._chapters[-1] if self._chapters else None
        if mark.what == MarkKind.QUESTION:
            self._end_answer(mark.at_ns)
            if chapter is not None and chapter.end_ns is None:
                chapter.end_ns = mark.at_ns
            self._chapters.append(_Chapter(mark.question, mark.at_ns))
        elif mark.what == MarkKind.ANSWER_STARTED:
            self._end_answer(mark.at_ns)
            self._answers.append(_Sounding(mark.question, mark.at_ns))
            if chapter is not None and chapter.question == mark.question:
                chapter.answer_ns = mark.at_ns
        elif mark.what == MarkKind.ANSWER_ENDED:
            self._end_answer(mark.at_ns)
            if chapter is not None and chapter.question == mark.question:
                chapter.end_ns = mark.at_ns
        elif mark.what == MarkKind.CODE:
            self._code.setdefault(mark.question, []).append(CodeState(seconds(mark.at_ns), mark.text))
        else:
            self._happened(mark.at_ns, mark.what, mark.text or mark.question)

    def _end_answer(self, at_ns: int) -> None:
        if self._answers and self._answers[-1].end_ns is None:
            self._answers[-1].end_ns = at_ns

    def _on_gap(self, line: dict[str, Any]) -> None:
        gap: events.Gap = build(events.Gap, line)
        missing = MissingTime(seconds(gap.at_ns), seconds(gap.lost_ns), gap.cause, gap.device)
        for number, told in enumerate(self._gaps):
            # Recovery knows what was lost of the segment before, its successor how long nothing was recorded at all.
            if missing.device == BETWEEN == told.device and missing.at_s == told.at_s:
                self._gaps[number] = max(told, missing, key=lambda either: either.lost_s)
                return
        self._gaps.append(missing)

    def _on_problem(self, line: dict[str, Any]) -> None:
        problem: events.Problem = build(events.Problem, line)
        over = not problem.what
        self._happened(self._media_ns(line), f"{problem.device}-{'recovered' if over else 'problem'}", problem.what)

    def _on_stopped(self, line: dict[str, Any]) -> None:
        stopped: events.Stopped = build(events.Stopped, line)
        self._stopped = stopped
        self._happened(stopped.duration_ns, "ended", stopped.reason)


def _seconds(ns: int | None) -> float | None:
    return None if ns is None else seconds(ns)


def _span(question: str, start_ns: int, end_ns: int | None) -> Span:
    return Span(question, seconds(start_ns), _seconds(end_ns))


def _end(end_ns: int | None, otherwise: int | None) -> int | None:
    return otherwise if end_ns is None else end_ns
