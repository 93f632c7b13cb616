import errno
import hashlib
import io
import queue
import stat
import sys
import threading
from pathlib import Path

import av
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.errors import BadRequest, KioskError, NoSpace, WorldFailed
from kiosk.files.chunks import ChunkDurable, chunks_of
from kiosk.files.disk import PrivateFile
from kiosk.files.segment import FragmentDurable, SegmentWriter
from kiosk.media.boxes import fragments, scan
from kiosk.media.inspect import inspect
from tests.encode.material import Collected, in_pieces, record

CHUNK_NS = 2 * NS
LONG_S = 20.0


class Told:
    """What a writer reported."""

    def __init__(self) -> None:
        self.fragments: list[FragmentDurable] = []
        self.chunks: list[ChunkDurable] = []
        self.failures: queue.Queue[KioskError] = queue.Queue()


class FaultyFile(PrivateFile):
    """A file on a disk that fails, or stands still, as it is told to."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.room = 1 << 40
        self.sync_error = 0
        self.appended = 0
        self.calls_after_failure = 0
        self.go = threading.Event()
        self.go.set()
        self.failed = False

    def append(self, data: bytes) -> None:
        assert self.go.wait(LONG_S)
        self.calls_after_failure += self.failed
        if self.appended + len(data) > self.room:
            super().append(data[: self.room - self.appended])
            self.failed = True
            raise OSError(errno.ENOSPC, "No space left on device")
        self.appended += len(data)
        super().append(data)

    def sync(self) -> None:
        if self.sync_error:
            self.failed = True
            raise OSError(self.sync_error, "Input/output error")
        super().sync()


def writer(path: Path, told: Told, **options: object) -> SegmentWriter:
    made = SegmentWriter(
        path,
        on_fragment=told.fragments.append,
        on_chunk=told.chunks.append,
        on_failed=told.failures.put,
        chunk_ns=CHUNK_NS,
        **options,  # type: ignore[arg-type]  # each test names the ones it needs
    )
    made.start()
    return made


@pytest.fixture(scope="module")
def recording() -> bytes:
    """Seven seconds."""
    sink = Collected()
    record(sink, 7)
    return sink.data


def test_the_file_is_what_the_encoder_wrote_and_private(tmp_path: Path, recording: bytes) -> None:
    told, path = Told(), tmp_path / "one.mp4"
    segment = writer(path, told)
    for piece in in_pieces(recording, [4096]):
        assert segment.write(piece) == len(piece)
    sealed = segment.close()

    assert path.read_bytes() == recording
    assert (sealed.path, sealed.bytes) == (path, len(recording))
    assert sealed.sha256 == hashlib.sha256(recording).hexdigest()
    assert sealed.duration_ns == pytest.approx(7 * NS, abs=NS // 20)
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert inspect(path).integrity.closed


@pytest.mark.parametrize("lengths", [[1, 2, 3, 5000], [7], [1 << 20]])
def test_pieces_of_any_length_give_the_same_fragments(lengths: list[int], tmp_path: Path, recording: bytes) -> None:
    told = Told()
    segment = writer(tmp_path / "one.mp4", told)
    for piece in in_pieces(recording, lengths):
        segment.write(piece)
    segment.close()

    expected = [box.offset for box in scan(tmp_path / "one.mp4").boxes if box.kind == "moof"]
    expected[0] = 0  # the head goes with the first fragment
    assert [fragment.offset for fragment in told.fragments] == expected
    ends = [fragment.offset + fragment.size for fragment in told.fragments]
    assert ends[:-1] == expected[1:]


def test_a_fragments_end_is_what_a_player_finds_after_a_cut_there(tmp_path: Path, recording: bytes) -> None:
    told = Told()
    segment = writer(tmp_path / "one.mp4", told)
    segment.write(recording)
    segment.close()

    assert [fragment.keyframe for fragment in told.fragments].count(True) == 7
    for fragment in told.fragments[::5]:
        cut = tmp_path / "cut.mp4"
        cut.write_bytes(recording[: fragment.offset + fragment.size])
        found = inspect(cut)
        assert found.audio is not None
        assert found.video is not None
        picture_end = found.video.frames / 30
        least = min(picture_end, found.audio.start_s + found.audio.duration_s)
        assert fragment.end_ns / NS == pytest.approx(least, abs=0.03)
    ends = [fragment.end_ns for fragment in told.fragments]
    assert ends == sorted(ends)


def test_chunks_cover_the_file_and_begin_with_keyframes(tmp_path: Path, recording: bytes) -> None:
    told, path = Told(), tmp_path / "one.mp4"
    segment = writer(path, told)
    segment.write(recording)
    segment.close()

    assert [chunk.number for chunk in told.chunks] == [0, 1, 2, 3]
    at = 0
    for chunk in told.chunks:
        assert chunk.offset == at
        assert chunk.sha256 == hashlib.sha256(recording[at : at + chunk.size]).hexdigest()
        at += chunk.size
    assert at == len(recording)
    keyed = {box.offset for box, fragment in fragments(path) if fragment.keyframe}
    assert {chunk.offset for chunk in told.chunks[1:]} <= keyed


def test_recovery_finds_the_same_chunks_from_the_bytes_alone(tmp_path: Path, recording: bytes) -> None:
    told, path = Told(), tmp_path / "one.mp4"
    segment = writer(path, told)
    segment.write(recording)
    segment.close()
    assert chunks_of(path, CHUNK_NS) == told.chunks


def test_any_run_of_chunks_from_the_first_is_playable(tmp_path: Path, recording: bytes) -> None:
    told = Told()
    segment = writer(tmp_path / "one.mp4", told)
    segment.write(recording)
    segment.close()

    for chunk in told.chunks:
        with av.open(io.BytesIO(recording[: chunk.offset + chunk.size]), "r") as container:
            assert sum(1 for _ in container.decode(video=0)) == pytest.approx(min(60 * (chunk.number + 1), 210), abs=1)


def test_a_file_that_is_there_already_is_never_touched(tmp_path: Path) -> None:
    path = tmp_path / "one.mp4"
    path.write_bytes(b"precious")
    with pytest.raises(WorldFailed, match=r"one\.mp4"):
        writer(path, Told())
    assert path.read_bytes() == b"precious"


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorldFailed, match="No such file"):
        writer(tmp_path / "nowhere" / "one.mp4", Told())


def test_a_full_disk_ends_the_file_with_its_last_whole_fragment(tmp_path: Path, recording: bytes) -> None:
    told, path = Told(), tmp_path / "one.mp4"
    disks: list[FaultyFile] = []

    def small(path: Path) -> FaultyFile:
        disks.append(FaultyFile(path))
        disks[0].room = len(recording) * 2 // 3
        return disks[0]

    segment = writer(path, told, open_medium=small)
    segment.write(recording)
    assert isinstance(told.failures.get(timeout=LONG_S), NoSpace)
    with pytest.raises(NoSpace):
        segment.close()

    found = inspect(path)
    assert found.integrity.whole
    assert found.integrity.torn_bytes == 0
    salvaged = segment.salvaged
    assert salvaged is not None
    assert (salvaged.bytes, salvaged.sha256) == (found.bytes, found.integrity.sha256)
    assert sum(chunk.size for chunk in told.chunks) == found.bytes
    assert chunks_of(path, CHUNK_NS) == told.chunks
    with pytest.raises(NoSpace):
        segment.write(b"more")
    assert disks[0].calls_after_failure == 0
    assert told.failures.empty()


def test_after_a_failed_sync_the_file_is_never_written_again(tmp_path: Path, recording: bytes) -> None:
    told = Told()
    disks: list[FaultyFile] = []

    def failing(path: Path) -> FaultyFile:
        disks.append(FaultyFile(path))
        return disks[0]

    segment = writer(tmp_path / "one.mp4", told, open_medium=failing)
    half = len(recording) // 2
    segment.write(recording[:half])
    disks[0].sync_error = errno.EIO
    segment.write(recording[half:])

    failure = told.failures.get(timeout=LONG_S)
    assert type(failure) is WorldFailed
    assert "Input/output error" in failure.what
    with pytest.raises(WorldFailed):
        segment.write(b"more")
    with pytest.raises(WorldFailed):
        segment.close()
    assert segment.salvaged is None
    assert disks[0].calls_after_failure == 0
    assert told.failures.empty()
    assert all(fragment.offset + fragment.size <= disks[0].appended for fragment in told.fragments)


def test_a_stalled_disk_blocks_nobody_and_loses_nothing(tmp_path: Path, recording: bytes) -> None:
    told = Told()
    disks: list[FaultyFile] = []

    def stalled(path: Path) -> FaultyFile:
        disks.append(FaultyFile(path))
        disks[0].go.clear()
        return disks[0]

    segment = writer(tmp_path / "one.mp4", told, open_medium=stalled)
    for piece in in_pieces(recording, [10_000]):
        segment.write(piece)  # returns though not a byte can be written
    assert told.fragments == []
    assert segment.backlog_bytes > 0
    disks[0].go.set()
    sealed = segment.close()

    assert sealed.bytes == len(recording)
    assert segment.backlog_bytes == 0


def test_when_the_queue_is_full_the_writer_says_so_after_its_patience(tmp_path: Path, recording: bytes) -> None:
    disks: list[FaultyFile] = []

    def stalled(path: Path) -> FaultyFile:
        disks.append(FaultyFile(path))
        disks[0].go.clear()
        return disks[0]

    told = Told()
    segment = writer(tmp_path / "one.mp4", told, open_medium=stalled, queue_bytes=20_000, patience_s=0.05)

    def fill() -> None:
        for piece in in_pieces(recording, [10_000]):
            segment.write(piece)

    with pytest.raises(WorldFailed, match="takes no more data"):
        fill()
    disks[0].go.set()
    segment.abandon()
    assert told.failures.empty()


def test_what_is_no_mp4_is_refused(tmp_path: Path) -> None:
    told = Told()
    segment = writer(tmp_path / "one.mp4", told)
    segment.write(b"\0\0\0\0 this is no box")
    assert isinstance(told.failures.get(timeout=LONG_S), BadRequest)
    with pytest.raises(BadRequest):
        segment.close()


def test_an_abandoned_segment_is_whole_as_far_as_it_goes(tmp_path: Path, recording: bytes) -> None:
    told, path = Told(), tmp_path / "one.mp4"
    segment = writer(path, told)
    segment.write(recording[: len(recording) // 2])

    left = segment.abandon()

    assert left is not None
    found = inspect(path)
    assert (found.integrity.whole, found.integrity.closed) == (True, False)
    assert (left.bytes, left.sha256) == (found.bytes, found.integrity.sha256)


def test_a_closed_segment_takes_nothing_more(tmp_path: Path, recording: bytes) -> None:
    segment = writer(tmp_path / "one.mp4", Told())
    segment.write(recording)
    segment.close()
    with pytest.raises(WorldFailed, match="closed"):
        segment.write(b"more")
