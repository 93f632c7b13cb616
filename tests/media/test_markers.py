"""The film that tells a kiosk's sound offset must have none of its own."""

from pathlib import Path

import pytest

from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.media.markers import write_markers
from kiosk.media.sync import sync_offsets


def test_flash_and_click_are_of_one_instant_once_a_second(tmp_path: Path) -> None:
    path = tmp_path / "markers.mp4"
    write_markers(path, 4)
    marks = sync_offsets(path)
    assert [mark.at_s for mark in marks] == pytest.approx([0.5, 1.5, 2.5, 3.5], abs=0.001)
    assert max(abs(mark.sound_later_s) for mark in marks) < 0.002


def test_no_file_is_overwritten_and_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "answer.mp4"
    path.write_bytes(b"mine")
    with pytest.raises(BadRequest, match="there already"):
        write_markers(path, 1)
    assert path.read_bytes() == b"mine"
    with pytest.raises(WorldFailed, match="cannot be written"):
        write_markers(tmp_path / "missing" / "markers.mp4", 1)
