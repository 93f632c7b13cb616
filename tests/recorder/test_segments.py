"""A session of several segments: the disk refuses a file, or the recorder ends; it is one recording all the same."""

import dataclasses
import errno
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.contract import names
from kiosk.domain import commands, events
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import DeviceIdentity, DeviceKind
from kiosk.domain.wire import plain
from kiosk.files.disk import PrivateFile
from kiosk.files.manifest import read_manifest
from kiosk.media.inspect import inspect
from kiosk.recorder.account import Counts
from kiosk.recorder.folder import SessionFolder, counted_before, place_after, recovered_place
from kiosk.recorder.reel import Place
from tests.recorder.actors import LIMIT_S, Recorder, prepare

SESSION = "0d0c8c29-9f6e-4ef2-8f0f-1e7a3b6ff001"


DEVICE = DeviceIdentity(DeviceKind.CAMERA, "id", "name", "spec")
PREPARED = events.Prepared(DEVICE, DEVICE, DEVICE, 1280, 720, 30.0, 48_000, "superfast")


class Disk:
    """Makes files; the first of them is refused at its eighth fragment, and nobody may touch it afterwards."""

    def __init__(self) -> None:
        self.files: list[FaultyFile] = []

    def __call__(self, path: Path) -> "FaultyFile":
        self.files.append(FaultyFile(path, breaks=not self.files))
        return self.files[-1]


class StalledFile(PrivateFile):
    """A disk that does nothing for five seconds, then goes on."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._synced = 0

    def sync(self) -> None:
        self._synced += 1
        if self._synced == 4:
            threading.Event().wait(5)
        super().sync()


class FaultyFile(PrivateFile):
    def __init__(self, path: Path, *, breaks: bool) -> None:
        super().__init__(path)
        self.path = path
        self._left = 7 if breaks else 1 << 30
        self.touched_again = 0

    def append(self, data: bytes) -> None:
        self.touched_again += self._left < 0
        super().append(data)

    def sync(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise OSError(errno.EIO, "Input/output error")
        super().sync()


def test_a_refused_file_and_another_recorder_make_segments_of_one_recording(tmp_path: Path) -> None:
    disk = Disk()
    recorder = Recorder(tmp_path, disk)
    order = prepare()
    visitor = recorder.visitor
    visitor.send(order)
    visitor.wait(events.Prepared)
    visitor.send(commands.Start())
    first = visitor.wait(events.Started)
    visitor.send(commands.Mark("question", "one"), commands.Mark("answer-started", "one"))
    trouble = visitor.wait(events.Problem)
    assert (trouble.device, "new file" in trouble.remedy) == ("disk", True)
    second = visitor.wait(events.Started)
    assert (second.segment, second.recording != first.recording) == (2, True)
    gap = visitor.wait(events.Gap)
    assert (gap.device, gap.at_ns) == ("recorder", second.start_ns)
    assert gap.lost_ns == second.t0_ns - first.t0_ns - second.start_ns, "what is between them is on record exactly"
    visitor.wait(events.Progress, lambda event: event.rec and event.media_ns > second.start_ns + NS)
    visitor.send(commands.Stop("interrupted"))
    stopped = before = visitor.wait(events.Stopped)
    recorder.end()
    assert disk.files[0].touched_again == 0

    recorder = Recorder(tmp_path, StalledFile)
    visitor = recorder.visitor
    visitor.send(dataclasses.replace(order, continues=True))
    visitor.wait(events.Prepared)
    going_on = visitor.wait(events.Progress)
    visitor.send(commands.Start())
    third = visitor.wait(events.Started)
    assert (third.segment, third.start_ns) == (3, stopped.duration_ns)
    visitor.send(commands.Mark("question", "one"))
    stalled = visitor.wait(events.Progress, lambda event: event.media_ns > third.start_ns + NS and not event.rec)
    assert "the disk does not keep up" in stalled.rec_reason
    visitor.wait(events.Progress, lambda event: event.rec)
    visitor.send(commands.Stop("completed"))
    stopped = visitor.wait(events.Stopped)
    assert stopped.dropped == 0, "what the disk did not take at once waited in memory"
    recorder.end()

    manifest = read_manifest(Path(stopped.manifest))
    assert manifest.ended == "completed"
    assert manifest.quality is not None
    assert manifest.quality["frames"] == stopped.frames > before.frames + 60, "of all recorders, not of the newest"
    assert (before.gaps, stopped.gaps) == (1, 2)
    assert going_on.frames >= before.frames
    assert manifest.duration_s == pytest.approx(stopped.duration_ns / 1e9, abs=1e-5)
    assert [segment.file for segment in manifest.segments] == [
        Path(start.recording).name for start in (first, second, third)
    ]
    end_s = 0.0
    for segment in manifest.segments:
        assert segment.start_s == pytest.approx(end_s, abs=1e-5), "media time has no hole"
        end_s = segment.start_s + segment.duration_s
        found = inspect(Path(stopped.manifest).parent / segment.file, manifest)
        assert found.integrity.torn_bytes == 0
    assert end_s == pytest.approx(manifest.duration_s, abs=1e-5)
    assert {chunk.segment for chunk in manifest.chunks} == {1, 2, 3}
    assert [gap for gap in manifest.gaps if gap.device != "recorder"] == [], "a disk that stalls costs nothing"
    between = [gap for gap in manifest.gaps if gap.device == "recorder"]
    assert [gap.at_s for gap in between] == [segment.start_s for segment in manifest.segments[1:]]
    chapters = [(chapter.question, chapter.start_s) for chapter in manifest.chapters]
    assert [question for question, _ in chapters] == ["one", "one"]
    assert chapters[1][1] >= manifest.segments[2].start_s
    assert manifest.answers[0].end_s == pytest.approx(manifest.segments[1].start_s, abs=1e-5)


def test_a_disk_that_refuses_everything_is_given_up_in_words(tmp_path: Path) -> None:
    def refuse(path: Path) -> PrivateFile:
        raise OSError(errno.EROFS, "Read-only file system")

    recorder = Recorder(tmp_path, refuse)
    recorder.visitor.send(prepare())
    recorder.visitor.wait(events.Prepared)
    recorder.visitor.send(commands.Start())
    failed = recorder.visitor.wait(events.Failed)
    assert (failed.fatal, "Read-only" in failed.what) == (True, True)
    assert recorder.done.wait(LIMIT_S)
    recorder.end()


class LaterClock:
    """Of a machine that was started again, five minutes after the last line of the journal below."""

    def now_ns(self) -> int:
        return 5 * NS

    def wall(self) -> datetime:
        return datetime(2026, 11, 22, 10, 6, 48, tzinfo=UTC)


def test_after_a_restart_of_the_machine_the_gap_is_told_by_the_wall_clock(tmp_path: Path) -> None:
    lines = [
        {"kind": "Program", "boot": "another", "t_ns": 900 * NS, "wall": "2026-11-22T10:00:00+00:00"},
        {"kind": "Started", "segment": 1, "t0_ns": 1000 * NS, "t_ns": 1000 * NS, "wall": "2026-11-22T10:01:40+00:00"},
        {"kind": "Durable", "t_ns": 1008 * NS, "wall": "2026-11-22T10:01:48+00:00"},
        {"kind": "Sealed", "segment": 1, "start_ns": 0, "duration_ns": 9 * NS, "by": "recovery", "t_ns": 1, "wall": ""},
    ]
    place = place_after(lines, Place(tmp_path, SESSION), LaterClock())
    assert (place.number, place.start_ns) == (2, 9 * NS)
    assert place.cut_ns == 5 * NS - 299 * NS, "five minutes, less the second that was recorded after that line"


def test_a_recorder_that_was_killed_before_its_first_fragment_leaves_no_recording(tmp_path: Path) -> None:
    order = prepare()
    folder = tmp_path / order.session
    clock = SystemClock()
    journal = SessionFolder(folder, clock)
    journal.begin(order, PREPARED)
    journal.close()
    empty = folder / names.segment_name(order.session, clock.wall(), 1)
    empty.write_bytes(b"\0\0\0\x1cftypiso5")
    assert recovered_place(tmp_path, order.session, clock) == Place(folder, order.session)
    assert not empty.exists()
    assert [path.name for path in folder.glob("*.empty")] == [empty.name + ".empty"], "set aside, not thrown away"


def test_what_was_counted_before_is_what_the_last_recorder_or_who_recovered_it_told(tmp_path: Path) -> None:
    order = prepare()
    folder = tmp_path / order.session
    assert counted_before(folder) == Counts(), "nothing was recorded"
    journal = SessionFolder(folder, SystemClock())
    for frames, dropped, gaps in ((300, 2, 1), (450, 0, 3)):  # the second was killed: recovery counted its pictures
        journal.note("Stopped", plain(events.Stopped(order.session, "", "a.mp4", "", 10 * NS, frames, dropped, gaps)))
    journal.close()
    assert counted_before(folder) == Counts(450, 2, 3)
    (folder / names.JOURNAL).write_bytes(b"{not a journal\n")
    assert counted_before(folder) == Counts(), "damage keeps nobody from going on"


def test_a_session_that_has_nothing_begins_with_its_first_segment(tmp_path: Path) -> None:
    assert place_after([], Place(tmp_path, SESSION), LaterClock()).number == 1
