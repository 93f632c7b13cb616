"""The panel's own text size: to twice its size without loss, for touch and for the keyboard alone."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from kiosk.domain.view import SessionState as State
from kiosk.domain.view import View
from kiosk.ui import language, samples, samples_arabic
from kiosk.ui.proctor.panel import ProctorPanel
from kiosk.ui.screenshots import PAGES
from kiosk.ui.settings import UiSettings
from kiosk.ui.theme import TEXT_PERCENTS
from tests.ui.conftest import SETTLES, Kiosk, KioskMaker
from tests.ui.proctor.panels import at, chord
from tests.ui.test_window import assert_whole
from tests.ui.watchdog import WatchedApplication, watched

Key = Qt.Key
LANGUAGES: list[tuple[Callable[[], UiSettings], Callable[[], dict[str, View]]]] = [
    (samples.settings, samples.all_views),
    (samples_arabic.settings, samples_arabic.all_views),
]


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    language.speak(language.SOURCE)


def settle() -> None:
    for _ in range(SETTLES + 2):
        QApplication.processEvents()


def seen(kiosk: Kiosk, widget: QWidget) -> bool:
    """Whether all of it stands in the window."""
    return widget.visibleRegion().boundingRect() == widget.rect() and kiosk.window.rect().contains(
        QRect(widget.mapTo(kiosk.window, QPoint(0, 0)), widget.size())
    )


@pytest.mark.parametrize(("make_settings", "views"), LANGUAGES, ids=["en", "ar"])
@pytest.mark.parametrize("percent", TEXT_PERCENTS[1:])
def test_larger_text_cuts_nothing_of_the_panel_to_either_side(
    make_kiosk: KioskMaker,
    make_settings: Callable[[], UiSettings],
    views: Callable[[], dict[str, View]],
    percent: int,
) -> None:
    kiosk = make_kiosk(QSize(1280, 720), make_settings())
    panel = kiosk.window.proctor
    for name, view in views().items():
        if not name.startswith("proctor"):
            continue
        kiosk.show(view)
        panel.text_size.choose(percent)
        panel.open()
        if name.removeprefix("proctor-") in PAGES:
            panel.acts.page.emit(name.removeprefix("proctor-"))
        settle()
        area = panel.page if panel.unlocked else panel.pin
        for widget in panel.findChildren(QWidget):
            if not widget.isVisible() or isinstance(widget, QScrollArea):
                continue
            where = f"{name} at {percent} %: {widget.objectName()} {type(widget).__name__}"
            assert_whole(kiosk, widget, where)
            if area.viewport().isAncestorOf(widget):
                left = widget.mapTo(area.viewport(), QPoint(0, 0)).x()
                assert left >= 0, where
                assert left + widget.width() <= area.viewport().width(), where
        panel.dismiss()


@pytest.mark.parametrize(("make_settings", "views"), LANGUAGES, ids=["en", "ar"])
@pytest.mark.parametrize("name", ["pin", "trouble", "devices", "needs", "abort"])
def test_whatever_tab_leads_to_is_seen_whole_in_the_largest_text(
    make_kiosk: KioskMaker,
    make_settings: Callable[[], UiSettings],
    views: Callable[[], dict[str, View]],
    name: str,
) -> None:
    kiosk = make_kiosk(QSize(1280, 720), make_settings())
    panel = kiosk.window.proctor
    panel.text_size.choose(TEXT_PERCENTS[-1])
    kiosk.show(views()[f"proctor-{name}"])
    panel.open()
    if name in PAGES:
        panel.acts.page.emit(name)
    settle()
    stops = panel._stops()
    for _ in stops:
        kiosk.press(Key.Key_Tab)
        now = kiosk.focus()
        if now is not panel.keypad:  # all the pad, larger than the window
            assert seen(kiosk, now), f"{now.objectName()} has the keyboard and is not seen"
    for _ in stops:
        kiosk.press(Key.Key_Backtab)
        now = kiosk.focus()
        if now is not panel.keypad:
            assert seen(kiosk, now), f"{now.objectName()} has the keyboard and is not seen"


def test_the_largest_text_is_read_from_its_beginning_with_the_arrows(kiosk: Kiosk) -> None:
    panel = kiosk.window.proctor
    panel.text_size.choose(TEXT_PERCENTS[-1])
    kiosk.show(samples.all_views()["proctor-trouble"])
    chord(kiosk)
    settle()
    assert seen(kiosk, panel.headline)
    assert kiosk.focus() is panel.page
    places = [panel.page.verticalScrollBar().value()]
    kiosk.press(*[Key.Key_PageDown] * 4)
    places.append(panel.page.verticalScrollBar().value())
    kiosk.press(Key.Key_Home)
    assert places == [0, panel.page.verticalScrollBar().maximum()]
    assert panel.page.verticalScrollBar().maximum() > 0


def test_it_grows_by_keys_and_by_touch_on_the_pin_too_and_is_kept(kiosk: Kiosk) -> None:
    panel = kiosk.window.proctor
    kiosk.show(samples.all_views()["proctor-pin"])
    chord(kiosk)
    title = kiosk.find("keypad-title")
    before = title.fontInfo().pixelSize()
    for _ in TEXT_PERCENTS[1:-1]:
        kiosk.press(Key.Key_Plus, control=True)
    QTest.mouseClick(kiosk.find("proctor-text-larger"), Qt.MouseButton.LeftButton)
    settle()
    assert panel.text_size.percent == TEXT_PERCENTS[-1]
    assert title.fontInfo().pixelSize() == 2 * before
    assert kiosk.focused() == "proctor-text-smaller", "the other one cannot be pressed any more"
    panel.dismiss()
    assert kiosk.window.stage.comfort.percent == 100, "the candidate's screens are as they were"
    chord(kiosk)
    assert panel.text_size.percent == TEXT_PERCENTS[-1]
    for _ in TEXT_PERCENTS[1:]:
        kiosk.press(Key.Key_Minus, control=True)
    settle()
    assert title.fontInfo().pixelSize() == before


@pytest.mark.parametrize("name", ["start", "devices"])
def test_a_page_in_the_largest_text_begins_with_its_heading(kiosk: Kiosk, name: str) -> None:
    panel = kiosk.window.proctor
    panel.text_size.choose(TEXT_PERCENTS[-1])
    kiosk.show(at(State.IDLE))
    chord(kiosk)
    kiosk.press(Key.Key_End)
    panel.acts.page.emit(name)
    settle()
    assert seen(kiosk, panel.forms[name].title)
    assert seen(kiosk, kiosk.focus())


def test_text_of_the_usual_size_scrolls_nowhere(panel: ProctorPanel) -> None:
    settle()
    assert panel.page.verticalScrollBar().maximum() == 0
    assert panel.page.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_another_size_comes_within_the_limit_on_every_page(kiosk: Kiosk, qapp: WatchedApplication) -> None:
    for name in ("proctor-pin", "proctor-trouble", "proctor-needs"):
        kiosk.show(samples.all_views()[name])
        kiosk.window.proctor.open()
        if name.removeprefix("proctor-") in PAGES:
            kiosk.window.proctor.acts.page.emit(name.removeprefix("proctor-"))
        settle()
        with watched(qapp):
            for key in (*[Key.Key_Plus] * 4, *[Key.Key_Minus] * 4):
                qapp.doing = f"({name}, {kiosk.window.proctor.text_size.percent} %)"
                kiosk.press(key, control=True)
                settle()
        kiosk.window.proctor.dismiss()


def test_a_problem_more_does_not_move_the_page_from_where_it_is_read(kiosk: Kiosk) -> None:
    panel = kiosk.window.proctor
    panel.text_size.choose(TEXT_PERCENTS[-1])
    kiosk.show(at(State.ANSWERING, 0))
    chord(kiosk)
    settle()
    kiosk.press(Key.Key_Down, Key.Key_Down)
    place = panel.page.verticalScrollBar().value()
    kiosk.show(samples.all_views()["proctor-trouble"])
    settle()
    assert place > 0
    assert panel.page.verticalScrollBar().value() == place
