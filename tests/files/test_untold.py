"""The quality report of a session whose recorder was killed, against what its files really hold."""

from pathlib import Path

import pytest

from kiosk.domain.clock import NS
from kiosk.domain.wire import plain
from kiosk.files.journal import Journal, read_journal
from kiosk.files.recovery import recover_session
from kiosk.files.report import MINUTE
from kiosk.files.untold import told_until_ns, untold_minutes
from kiosk.media.inspect import inspect
from kiosk.media.quality import Minute
from tests.end_to_end import listening
from tests.files.sessions import HandClock, Left, left_by_a_recorder

LATER_NS = 60 * NS


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """Twelve seconds, cut off."""
    return left_by_a_recorder(tmp_path_factory.mktemp("untold"), 12)


def test_the_report_counts_the_pictures_that_a_killed_recorder_had_not_told(left: Left, tmp_path: Path) -> None:
    left = left.copy(tmp_path)
    manifest = recover_session(left.folder, HandClock()).manifest
    assert manifest is not None
    assert manifest.quality is not None
    there = listening.pictures(left.video)
    assert manifest.quality["frames"] == there > 300
    (minute,) = manifest.quality["minutes"]
    assert minute["frames"] == there
    (seen,) = inspect(left.video).quality.minutes
    assert plain(seen) == pytest.approx(minute, abs=0.1), "as by whoever inspects"
    assert "before picture and sound were measured" not in manifest.quality["sentence"]


def test_what_was_told_is_not_counted_twice_and_what_was_lost_is_not_made_up(left: Left, tmp_path: Path) -> None:
    left = left.copy(tmp_path)
    times = listening.decode(left.video).times
    journal = Journal(left.journal)
    told = Minute(0.0, 7.0, int((times < 7).sum()), 30.0, 34.0, -20.0, -10.0, -20.0, dropped=3, damaged=1)
    journal.append(MINUTE, plain(told), 600 * NS, HandClock().wall())
    journal.close()
    reach_ns = 0
    for _ in range(2):
        manifest = recover_session(left.folder, HandClock()).manifest
        assert manifest is not None
        assert manifest.quality is not None
        assert (manifest.quality["frames"], manifest.quality["dropped"]) == (len(times), 3)
        first, second = manifest.quality["minutes"]
        assert (first["frames"], second["start_s"]) == (told.frames, pytest.approx(7.0, abs=0.05))
        assert (second["dropped"], second["damaged"]) == (None, None)
        reach_ns = round(manifest.duration_s * NS)
    assert told_until_ns(read_journal(left.journal)) == pytest.approx(reach_ns, abs=0.1 * NS)


def test_only_what_comes_after_is_read_and_is_the_same_as_when_all_of_it_is(left: Left) -> None:
    (whole,) = untold_minutes([(left.video, LATER_NS)], LATER_NS)
    assert whole.frames == listening.pictures(left.video)
    assert untold_minutes([(left.video, LATER_NS)], 0) == [whole]
    assert untold_minutes([(left.video, 0), (left.video, LATER_NS)], LATER_NS) == [whole]
    assert untold_minutes([(left.video, 0)], LATER_NS) == []
    times = listening.decode(left.video).times
    for since_s in (0.5, 4.0, 11.0):
        (part,) = untold_minutes([(left.video, 0)], round(since_s * NS))
        assert part.frames == (times >= since_s).sum()
        assert part.lufs == pytest.approx(whole.lufs, abs=0.5), "a steady tone"


def test_a_file_that_is_damaged_or_has_no_recording_yields_what_there_is(left: Left, tmp_path: Path) -> None:
    path = tmp_path / left.video.name
    (whole,) = untold_minutes([(left.video, 0)], 0)
    middle = left.ends[len(left.ends) // 2]
    path.write_bytes(left.data[:middle] + bytes(2000) + left.data[middle + 2000 :])
    (part,) = untold_minutes([(path, 0)], 0)
    assert 0 < part.frames < whole.frames
    path.write_bytes(b"\0\0\0\x1cftypiso5")
    assert untold_minutes([(path, 0)], 0) == []
