"""What was learned of the room is there for the next recorder, and nothing about its file can stop one."""

import stat
from pathlib import Path

import numpy as np
import pytest

from kiosk.domain.devices import DeviceIdentity, DeviceKind
from kiosk.mix.path_memory import Way
from kiosk.recorder.known_way import KnownWay

MICROPHONE = DeviceIdentity(DeviceKind.MICROPHONE, "ALSA:desk", "Desk", "desk")
LOUDSPEAKER = DeviceIdentity(DeviceKind.LOUDSPEAKER, "ALSA:box", "Box", "box")


def way(heard: float = 0.5) -> Way:
    random = np.random.default_rng(3)
    path = heard * (random.standard_normal((20, 961)) + 1j * random.standard_normal((20, 961)))
    return Way(path.astype(np.complex64), np.full(path.shape, 0.01, np.float32))


def opened(folder: Path, microphone: DeviceIdentity = MICROPHONE) -> KnownWay:
    known = KnownWay(folder)
    known.pair(microphone, LOUDSPEAKER)
    return known


def test_the_next_recorder_knows_what_this_one_learned(tmp_path: Path) -> None:
    learned = way()
    opened(tmp_path).learned(learned)
    known = opened(tmp_path).way
    assert known is not None
    assert np.array_equal(known.path, learned.path)
    assert np.array_equal(known.doubt, learned.doubt)
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_other_devices_have_a_way_of_their_own(tmp_path: Path) -> None:
    opened(tmp_path).learned(way())
    assert opened(tmp_path, DeviceIdentity(DeviceKind.MICROPHONE, "ALSA:other", "Other", "other")).way is None


def test_where_no_loudspeaker_was_heard_what_was_known_stays(tmp_path: Path) -> None:
    known = opened(tmp_path)
    known.learned(way())
    known.learned(way(heard=0.01))
    assert known.way is not None
    assert known.way.found
    again = opened(tmp_path).way
    assert again is not None
    assert again.found


@pytest.mark.parametrize("held", [b"", b"no archive", b"PK\x03\x04torn"])
def test_a_broken_file_is_taken_for_none_and_replaced(tmp_path: Path, held: bytes) -> None:
    opened(tmp_path).learned(way())
    (file,) = tmp_path.iterdir()
    file.write_bytes(held)
    known = opened(tmp_path)
    assert known.way is None
    known.learned(way())
    assert opened(tmp_path).way is not None


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_no_number_is_no_way(tmp_path: Path, wrong: float) -> None:
    broken = way()
    broken.path[3, 5] = wrong
    opened(tmp_path).learned(way())
    (file,) = tmp_path.iterdir()
    np.savez(file, path=broken.path, doubt=broken.doubt)
    assert opened(tmp_path).way is None


def test_a_folder_that_is_gone_keeps_nobody_from_recording(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    known = opened(folder)
    learned = way()
    known.learned(learned)
    assert known.way is learned
    assert not folder.exists()
