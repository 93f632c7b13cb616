import hashlib
import json
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.contract import names
from kiosk.domain.clock import NS
from kiosk.files.chunks import chunks_of
from kiosk.files.journal import read_journal
from kiosk.files.manifest import read_manifest
from kiosk.files.recovery import Outcome, SessionReport, nobody_records, recover_session, recover_sessions
from kiosk.files.salvage import decodes, salvage, whole_pieces
from kiosk.files.segment import CHUNK_NS
from kiosk.files.verification import Depth
from kiosk.media.boxes import fragments
from kiosk.system import host
from tests.files.power import FailingPower, PowerCutError
from tests.files.sessions import BEGUN, SESSION, HandClock, Left, contents, left_by_a_recorder

FEW = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """Three seconds, cut off."""
    return left_by_a_recorder(tmp_path_factory.mktemp("short"))


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """Twelve seconds: two chunks, the second one not told yet."""
    return left_by_a_recorder(tmp_path_factory.mktemp("long"), 12)


def recover(left: Left, depth: Depth = Depth.HASHES) -> SessionReport:
    return recover_session(left.folder, HandClock(), depth)


def test_what_a_killed_recorder_left_becomes_a_sealed_recording(long: Left, tmp_path: Path) -> None:
    left = long.copy(tmp_path)
    torn = left.ends[-3] + 700  # the last fragment of all is but a few packets long
    left.video.write_bytes(left.data[:torn])

    report = recover(left, Depth.EVERYTHING)

    whole = left.ends[-3]
    assert report.outcome is Outcome.RECOVERED
    assert (report.torn_bytes, report.problems) == (700, ())
    assert report.kept == (left.video.name + ".tail",)
    assert left.video.read_bytes() == left.data[:whole]
    assert (left.folder / report.kept[0]).read_bytes() == left.data[whole:torn]
    manifest = read_manifest(left.manifest)
    assert manifest == report.manifest
    assert (manifest.session, manifest.candidate, manifest.ended) == (SESSION, "c-17", "interrupted")
    (segment,) = manifest.segments
    assert (segment.file, segment.start_s, segment.bytes) == (left.video.name, 0.0, whole)
    assert segment.sha256 == hashlib.sha256(left.data[:whole]).hexdigest()
    end_ns = max(run.end_ns for _, fragment in fragments(left.video) for run in fragment.runs)
    assert manifest.duration_s == segment.duration_s == pytest.approx(end_ns / NS, abs=1e-6)
    assert [(c.number, c.offset, c.size, c.sha256) for c in manifest.chunks] == [
        (c.number, c.offset, c.size, c.sha256) for c in chunks_of(left.video, CHUNK_NS)
    ]
    assert len(manifest.chunks) == 2
    assert manifest.chapters[0].end_s == manifest.duration_s
    (gap,) = manifest.gaps
    assert (gap.device, gap.at_s, gap.cause) == ("recorder", manifest.duration_s, "The recorder was cut off.")
    assert 0.1 < gap.lost_s < 0.6, "the torn fragment told how far it would have reached"
    assert report.lost_ns == pytest.approx(gap.lost_s * NS, abs=1000)
    if sys.platform != "win32":
        for path in left.folder.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_run_changes_nothing(short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    left.video.write_bytes(left.data[:-100])
    with left.journal.open("ab") as file:
        file.write(b'{"kind":"Gap","dev')
    assert recover(left).outcome is Outcome.RECOVERED
    before = contents(left.folder)
    assert before.keys() == {
        names.JOURNAL,
        names.JOURNAL + ".tail",
        names.MANIFEST,
        left.video.name,
        left.video.name + ".tail",
    }

    later = HandClock(now_ns=0, wall=BEGUN.replace(year=2027))
    (again,) = recover_sessions(tmp_path, later, Depth.EVERYTHING)
    assert (again.outcome, again.kept) == (Outcome.WHOLE, ())
    assert recover_session(left.folder, later).outcome is Outcome.WHOLE
    assert contents(left.folder) == before


def test_a_cut_at_any_byte_of_the_last_fragment_is_found(short: Left, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(short.data)
    assert salvage(path).whole_to == len(short.data)
    with path.open("rb+") as file:
        for size in range(short.ends[-1] - 1, short.ends[-2] - 1, -1):
            file.truncate(size)
            if size % 97 in {0, 1} or size - short.ends[-2] < 16:  # decoding each would take a minute
                assert salvage(path).whole_to == short.ends[-2]
            else:
                assert whole_pieces(path)[-1].end == short.ends[-2]


def test_a_cut_at_any_byte_of_the_head_and_the_first_fragment_leaves_no_recording(short: Left, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(short.data[: short.ends[0]])
    assert salvage(path).whole_to == short.ends[0]
    with path.open("rb+") as file:
        for size in range(short.ends[0] - 1, -1, -1):
            file.truncate(size)
            assert salvage(path).whole_to == 0


@FEW
@given(data=st.data())
def test_whatever_follows_the_last_whole_fragment_is_cut_off_and_kept(
    short: Left, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    left = short.copy(tmp_path_factory.mktemp("any"))
    size = data.draw(st.integers(short.ends[0], len(short.data)), "cut at")
    more = data.draw(st.one_of(st.just(b""), st.binary(max_size=40), st.just(b"\0" * 5000)), "followed by")
    left.video.write_bytes(short.data[:size] + more)

    report = recover(left)

    whole = short.whole_before(size)
    kept = b"".join((left.folder / name).read_bytes() for name in report.kept)
    assert left.video.read_bytes() == short.data[:whole]
    assert kept == short.data[whole:size] + more
    assert report.manifest is not None
    assert report.manifest.segments[0].bytes == whole
    assert decodes(str(left.video))


@FEW
@given(data=st.data())
def test_the_journal_may_be_torn_at_any_byte_too(
    short: Left, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    left = short.copy(tmp_path_factory.mktemp("journal"))
    whole = short.journal.read_bytes()
    size = data.draw(st.integers(0, len(whole)), "cut at")
    more = data.draw(st.sampled_from([b"", b"\0" * 4096, b"\xff{"]), "followed by")
    left.journal.write_bytes(whole[:size] + more)

    report = recover(left)

    assert (report.outcome, report.problems) == (Outcome.RECOVERED, ())
    assert report.manifest is not None
    assert report.manifest.segments[0].sha256 == hashlib.sha256(short.data).hexdigest()
    assert left.journal.read_bytes().startswith(whole[: whole.rfind(b"\n", 0, size) + 1])
    before = contents(left.folder)
    assert recover(left).outcome is Outcome.WHOLE
    assert contents(left.folder) == before


@FEW
@given(data=st.data())
def test_a_tail_of_zeros_is_no_recording_also_where_the_length_is_right(
    short: Left, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """What a power cut leaves where the file's length reached the medium before its bytes."""
    left = short.copy(tmp_path_factory.mktemp("zeros"))
    size = data.draw(st.integers(short.ends[0] + 1, len(short.data) - 64), "zeros from")
    left.video.write_bytes(short.data[:size] + b"\0" * (len(short.data) - size))
    recover(left)
    assert left.video.read_bytes() == short.data[: short.whole_before(size)]


def test_a_last_fragment_that_does_not_decode_is_cut_off_unless_it_was_durable(short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    middle = (left.ends[-2] + left.ends[-1]) // 2
    spoiled = left.data[: middle - 200] + b"\xa5" * 400 + left.data[middle + 200 :]
    left.video.write_bytes(spoiled)
    assert salvage(left.video).whole_to == left.ends[-2]
    durable = salvage(left.video, durable=left.ends[-1])
    assert (durable.whole_to, durable.decodes) == (left.ends[-1], False)


@pytest.mark.parametrize("size", [0, 1, 40, "head", "first"])
def test_a_file_without_a_durable_fragment_is_set_aside(size: "int | str", short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    length = {"head": salvage(left.video).head, "first": left.ends[0] - 1}.get(str(size), size)
    assert isinstance(length, int)
    left.video.write_bytes(left.data[:length])
    lines = left.journal.read_bytes().splitlines(keepends=True)
    left.journal.write_bytes(lines[0])

    report = recover(left)

    assert (report.outcome, report.recorded) == (Outcome.NOTHING, False)
    assert not left.video.exists()
    assert (left.folder / (left.video.name + ".empty")).read_bytes() == left.data[:length]
    assert read_journal(left.journal)[-1]["reason"] == "interrupted"
    before = contents(left.folder)
    assert recover(left).outcome is Outcome.NOTHING
    assert contents(left.folder) == before


def test_a_recorder_that_died_after_the_files_end_has_lost_nothing(tmp_path: Path) -> None:
    left = left_by_a_recorder(tmp_path, closed=True)
    report = recover(left)
    assert (report.lost_ns, report.kept) == (0, ())
    assert left.video.read_bytes() == left.data
    assert report.manifest is not None
    assert report.manifest.gaps == ()
    assert report.manifest.segments[0].bytes == len(left.data)


@pytest.mark.parametrize("losing", [False, True])
def test_the_power_may_fail_at_any_step_of_recovery(losing: bool, short: Left, tmp_path: Path) -> None:
    def cut_off(name: str) -> Left:
        left = short.copy(tmp_path / name)
        left.video.write_bytes(left.data[: left.ends[-3] + 1500])
        with left.journal.open("ab") as file:
            file.write(b'{"kind":"Durab')
        (left.folder / "manifest.json.part").write_bytes(b"{")
        return left

    good = cut_off("good")
    counting = FailingPower(good.folder)
    recover_session(good.folder, HandClock(), changes=counting)
    wanted = contents(good.folder)
    assert counting.steps > 15
    for step in range(counting.steps):
        left = cut_off(f"{losing}-{step}")
        power = FailingPower(left.folder, step)
        with pytest.raises(PowerCutError):
            recover_session(left.folder, HandClock(), changes=power)
        if losing:
            power.lose()
        second = FailingPower(left.folder, step // 2)
        try:
            recover_session(left.folder, HandClock(), changes=second)
        except PowerCutError:
            if losing:
                second.lose()
        report = recover_session(left.folder, HandClock())
        found = contents(left.folder)
        extra = {name for name in found.keys() - wanted.keys() if name.startswith(names.JOURNAL + ".tail")}
        assert {name: found[name] for name in found.keys() - extra} == wanted, f"step {step}"
        assert report.problems == ()


def test_what_is_being_recorded_is_left_alone(short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    left.video.write_bytes(left.data[:-5])
    before = contents(left.folder)
    with nobody_records(tmp_path) as alone:
        assert alone
        (report,) = recover_sessions(tmp_path, HandClock(), Depth.EVERYTHING)
    assert report.outcome is Outcome.RUNNING
    assert contents(left.folder) == before
    (report,) = recover_sessions(tmp_path, HandClock())
    assert report.outcome is Outcome.RECOVERED


def test_a_sealed_file_is_compared_and_never_changed(short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    recover(left)
    damaged = left.data[:9000] + bytes([left.data[9000] ^ 1]) + left.data[9001:]
    left.video.write_bytes(damaged)
    (quick,) = recover_sessions(tmp_path, HandClock())
    assert quick.outcome is Outcome.WHOLE
    (close,) = recover_sessions(tmp_path, HandClock(), Depth.HASHES)
    assert (close.outcome, close.problems) == (
        Outcome.DAMAGED,
        (f"Bytes of {left.video.name} are no longer those recorded.",),
    )
    left.video.write_bytes(damaged[:-1])
    (quick,) = recover_sessions(tmp_path, HandClock())
    assert quick.outcome is Outcome.DAMAGED
    assert left.video.read_bytes() == damaged[:-1]
    left.video.unlink()
    (quick,) = recover_sessions(tmp_path, HandClock())
    assert quick.problems == (f"{left.video.name} is missing.",)


def test_without_a_journal_the_file_is_recovered_all_the_same(short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    left.journal.unlink()
    report = recover(left)
    assert report.outcome is Outcome.RECOVERED
    assert report.manifest is not None
    assert (report.manifest.session, report.manifest.started_at) == (SESSION, BEGUN.isoformat())
    assert report.manifest.segments[0].bytes == len(left.data)


def test_a_manifest_that_is_lost_or_damaged_is_made_from_the_journal(short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    recover(left)
    good = left.manifest.read_bytes()
    for spoiled in (b"", good[: len(good) // 2], b"\0" * len(good)):
        left.manifest.write_bytes(spoiled)
        assert recover(left).outcome is Outcome.RECOVERED
        assert left.manifest.read_bytes() == good
    left.manifest.unlink()
    left.journal.unlink()
    assert recover(left).manifest is not None


def test_a_damaged_line_of_the_journal_is_passed_over_and_told(short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    with left.journal.open("ab") as file:
        file.write(b'{"kind":"Gap","device":5,"t_ns":1}\n')
    report = recover(left)
    assert report.outcome is Outcome.DAMAGED
    assert "(Gap) is damaged" in report.problems[0]
    assert report.recorded


def test_a_session_that_goes_on_gets_its_next_segment_where_the_last_one_ended(short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    first = recover(left).manifest
    assert first is not None
    again = left.folder / names.segment_name(SESSION, BEGUN.replace(hour=15), 2)
    again.write_bytes(left.data[:-9])
    report = recover(left)
    manifest = report.manifest
    assert manifest is not None
    assert [segment.file for segment in manifest.segments] == [left.video.name, again.name]
    assert manifest.segments[1].start_s == manifest.segments[0].duration_s
    assert manifest.duration_s == pytest.approx(2 * first.duration_s, abs=0.5)
    assert {chunk.segment for chunk in manifest.chunks} == {1, 2}
    assert json.loads(left.journal.read_bytes().splitlines()[-1])["reason"] == "interrupted"


def test_a_sealed_file_that_is_missing_is_told(short: Left, tmp_path: Path) -> None:
    left = short.copy(tmp_path)
    recover(left)
    left.video.unlink()
    left.manifest.unlink()
    assert recover(left).problems == (f"{left.video.name} is missing.",)


def test_folders_that_are_no_sessions_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "film.mp4").write_bytes(b"x")
    (tmp_path / SESSION).mkdir()
    (report,) = recover_sessions(tmp_path, HandClock())
    assert report.outcome is Outcome.NOTHING
    assert list((tmp_path / SESSION).iterdir()) == []
    assert host.try_lock(host.open_private(tmp_path / names.LOCK))
