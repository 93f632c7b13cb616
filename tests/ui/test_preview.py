"""The picture of oneself: mirrored, fresh, and found again when the file is replaced."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.domain import preview
from kiosk.ui import samples
from kiosk.ui.preview import PreviewSource, SelfView
from kiosk.ui.theme import THEMES, Look

RED, BLUE = (220, 30, 30), (30, 30, 220)


def write(path: Path, t_ns: int, left: tuple[int, int, int], right: tuple[int, int, int]) -> None:
    """A preview file whose picture has two halves; it takes the place of another one."""
    half = preview.WIDTH // 2
    picture = (bytes(left) * half + bytes(right) * half) * preview.HEIGHT
    content = bytearray(preview.FILE_BYTES)
    preview.PreviewWriter(memoryview(content)).write(t_ns, picture)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(path)


def near(colour: QColor, rgb: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip((colour.red(), colour.green(), colour.blue()), rgb, strict=True))


@pytest.fixture
def clock() -> samples.SampleClock:
    return samples.SampleClock()


def make_view(qtbot: QtBot, source: PreviewSource) -> SelfView:
    view = SelfView(source, 640)
    view.set_look(Look(THEMES["light"], 1))
    view.resize(view.sizeHint())
    qtbot.addWidget(view)
    return view


def colours(view: SelfView) -> tuple[QColor, QColor]:
    """In the middle of the left and of the right half of what is seen."""
    seen = view.grab().toImage()
    ratio = seen.devicePixelRatio()
    y = int(view.height() / 2 * ratio)
    return seen.pixelColor(QPoint(int(160 * ratio), y)), seen.pixelColor(QPoint(int(480 * ratio), y))


def test_the_picture_is_shown_mirrored(qtbot: QtBot, tmp_path: Path, clock: samples.SampleClock) -> None:
    path = tmp_path / "preview"
    write(path, clock.now_ns(), RED, BLUE)
    source = PreviewSource(str(path), clock)
    view = make_view(qtbot, source)
    source.refresh()
    left, right = colours(view)
    assert near(left, BLUE)
    assert near(right, RED)
    source.close()


def test_a_picture_older_than_two_seconds_is_no_picture(
    qtbot: QtBot, tmp_path: Path, clock: samples.SampleClock
) -> None:
    path = tmp_path / "preview"
    write(path, clock.now_ns(), RED, BLUE)
    source = PreviewSource(str(path), clock)
    source.refresh()
    assert source.picture is not None
    clock.advance(2.1)
    with qtbot.waitSignal(source.changed, timeout=5000):
        source.refresh()
    assert source.picture is None
    source.refresh()
    assert source.picture is None
    source.close()


def test_a_file_that_takes_the_place_of_another_is_found(
    qtbot: QtBot, tmp_path: Path, clock: samples.SampleClock
) -> None:
    path = tmp_path / "preview"
    write(path, clock.now_ns(), RED, RED)
    source = PreviewSource(str(path), clock)
    view = make_view(qtbot, source)
    source.refresh()
    assert near(colours(view)[0], RED)
    clock.advance(0.1)
    write(path, clock.now_ns(), BLUE, BLUE)
    source.refresh()
    assert near(colours(view)[0], BLUE)
    source.close()


@pytest.mark.parametrize("content", [None, b"", b"short", bytes(preview.FILE_BYTES)])
def test_a_missing_short_or_empty_file_shows_no_picture(
    qtbot: QtBot, tmp_path: Path, clock: samples.SampleClock, content: bytes | None
) -> None:
    path = tmp_path / "preview"
    if content is not None:
        path.write_bytes(content)
    source = PreviewSource(str(path), clock)
    view = make_view(qtbot, source)
    source.refresh()
    assert source.picture is None
    assert not view.grab().isNull()
    source.close()


def test_the_file_is_read_only_while_somebody_looks(qtbot: QtBot, clock: samples.SampleClock) -> None:
    source = PreviewSource("", clock)
    view = make_view(qtbot, source)
    view.show()
    assert source.reading
    view.hide()
    QApplication.processEvents()
    assert not source.reading
