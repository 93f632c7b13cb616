from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.domain.interview import Consent
from kiosk.domain.view import SessionState
from kiosk.ledger.ledger import Ledger, SessionRow
from kiosk.ledger.rebuild import delete_aside, is_damaged, open_sound, set_aside

SESSION = "0b9f6f0e-0000-4000-8000-000000000001"
NOW = datetime(2026, 11, 22, 14, 3, 7, tzinfo=UTC)
ROW = SessionRow(
    session=SESSION,
    interview="general",
    title="General interview",
    interview_sha256="ab" * 32,
    candidate="C-17",
    state=SessionState.FAILED,
    created_at="2026-11-22T14:00:00+00:00",
    consent=Consent("paper-7", "cd" * 32, "en", "2026-11-22T14:00:30+00:00"),
    started_at="2026-11-22T14:01:00+00:00",
    ended_at="2026-11-22T14:02:00+00:00",
    reason="interrupted",
    recording=f"{SESSION}/one.mp4",
    manifest=f"{SESSION}/manifest.json",
    duration_ns=60_000_000_000,
    trouble="It was cut off.",
)


class StoppedClock:
    def now_ns(self) -> int:
        return 0

    def wall(self) -> datetime:
        return NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


def filled(path: Path) -> bytes:
    """A ledger of some pages; its bytes."""
    ledger = Ledger.open(path, StoppedClock())
    ledger.restore(ROW, "recovered")
    for number in range(300):
        ledger.note(SESSION, "trouble", f"{number} " * 20)
    ledger.close()
    return path.read_bytes()


def test_a_row_that_the_files_tell_is_entered_whole_and_over_another(path: Path) -> None:
    ledger = Ledger.open(path, StoppedClock())
    ledger.restore(ROW, "recovered")
    assert ledger.sessions() == [ROW]
    ledger.set_state(SESSION, SessionState.ASKING)
    ledger.restore(ROW, "recovered")
    assert ledger.sessions() == [ROW]
    assert [event.what for event in ledger.events(SESSION)] == ["recovered", "asking", "recovered"]
    with pytest.raises(BadRequest):
        ledger.restore(SessionRow("x", "", "", "", "", SessionState.FAILED, ""), "")
    ledger.close()


def test_a_sound_ledger_is_opened_as_it_is(path: Path) -> None:
    data = filled(path)
    assert not is_damaged(path)
    ledger, aside = open_sound(path, StoppedClock(), may_replace=True)
    assert (aside, ledger.sessions()) == ("", [ROW])
    ledger.close()
    assert path.read_bytes() == data


@pytest.mark.parametrize("where", ["first page", "a page within", "half is missing", "no database"])
def test_a_damaged_ledger_is_kept_under_another_name_with_its_log(where: str, path: Path) -> None:
    data = filled(path)
    spoiled = {
        "first page": b"\xa5" * 4096 + data[4096:],
        "a page within": data[:8192] + b"\xa5" * 4096 + data[12288:],
        "half is missing": data[: len(data) // 2],
        "no database": b"hello " * 2000,
    }[where]
    path.write_bytes(spoiled)
    path.with_name(path.name + "-wal").write_bytes(b"a log")
    assert is_damaged(path)
    path.with_name(path.name + "-wal").write_bytes(b"a log")
    with pytest.raises(WorldFailed, match="damaged"):
        open_sound(path, StoppedClock(), may_replace=False)
    assert path.read_bytes() == spoiled

    path.with_name(path.name + "-wal").write_bytes(b"a log")
    ledger, aside = open_sound(path, StoppedClock(), may_replace=True)

    assert aside == "ledger.sqlite3.damaged-20261122-140307"
    assert path.with_name(aside).read_bytes() == spoiled
    assert ledger.sessions() == []
    ledger.close()


def test_nothing_that_was_set_aside_is_overwritten(path: Path) -> None:
    for content, name in ((b"1", "damaged-20261122-140307"), (b"2", "damaged-20261122-140307.2")):
        path.write_bytes(content)
        path.with_name(path.name + "-wal").write_bytes(content)
        assert set_aside(path, StoppedClock()).name == f"ledger.sqlite3.{name}"
        assert path.with_name(f"ledger.sqlite3.{name}-wal").read_bytes() == content
    assert not path.exists()


def test_what_was_set_aside_until_an_hour_is_deleted_with_its_log_and_nothing_else(path: Path) -> None:
    filled(path)
    for name in ("damaged-20261022-140307", "damaged-20261022-140307-wal", "damaged-20261122-140307.2"):
        path.with_name(f"{path.name}.{name}").write_bytes(b"1")
    other = path.with_name(f"{path.name}.damaged-by-hand")
    other.write_bytes(b"1")
    gone = delete_aside(path, until=datetime(2026, 10, 22, 14, 3, 7, tzinfo=UTC))
    assert gone == ["ledger.sqlite3.damaged-20261022-140307", "ledger.sqlite3.damaged-20261022-140307-wal"]
    assert path.with_name(f"{path.name}.damaged-20261122-140307.2").exists()
    assert delete_aside(path) == ["ledger.sqlite3.damaged-20261122-140307.2"]
    assert delete_aside(path) == []
    assert (other.exists(), path.exists()) == (True, True)
