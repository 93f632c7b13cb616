"""The quiet bar: text size, colours, volume, reading aloud, keys; for one person, and forgotten after them."""

import dataclasses
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.domain.interview import Accommodations
from kiosk.domain.requests import ReadAloud, SetVolume
from kiosk.domain.view import SessionState as State
from kiosk.domain.view import View
from kiosk.ui import language, samples, samples_arabic
from kiosk.ui.buttons import Button
from kiosk.ui.comfort import Comfort
from kiosk.ui.settings import UiSettings
from kiosk.ui.text import Paragraph
from kiosk.ui.theme import TEXT_PERCENTS, THEMES
from tests.ui.conftest import SETTLES, Kiosk, KioskMaker, settle
from tests.ui.test_window import assert_all_whole

Key = Qt.Key


def press(kiosk: Kiosk, name: str) -> None:
    button = kiosk.find(name)
    assert isinstance(button, Button)
    button.click()
    settle()


def candidate_views() -> dict[str, View]:
    return {name: view for name, view in samples.all_views().items() if not name.startswith("proctor")}


@pytest.mark.parametrize(
    ("percent", "size"),
    [(200, QSize(1280, 720)), (200, QSize(1920, 1080)), (150, QSize(1280, 720))],
    ids=lambda value: value if isinstance(value, int) else f"{value.width()}x{value.height()}",
)
def test_larger_text_cuts_nothing_and_leaves_nothing_out(make_kiosk: KioskMaker, percent: int, size: QSize) -> None:
    kiosk = make_kiosk(size)
    for name, view in candidate_views().items():
        kiosk.window.show_view(view)
        kiosk.window.stage._apply(Comfort(percent, volume=view.volume))
        for _ in range(SETTLES + 2):
            QApplication.processEvents()
        assert_all_whole(kiosk, f"{name} at {percent} %")
        bars = [kiosk.window.stage.top_bar, kiosk.window.stage.bar]
        assert kiosk.find("keys").isVisible(), f"{name}: nobody can ask for the keys by touch or mouse"
        room = kiosk.window.height() - sum(bar.height() for bar in bars)
        assert room >= kiosk.window.height() // 2, f"{name}: the bars leave {room} pixels to the screen"


def test_large_text_leaves_no_empty_room_for_which_one_has_to_scroll(make_kiosk: KioskMaker) -> None:
    kiosk = make_kiosk(QSize(1280, 720))
    for name in ("confirm", "finishing", "failed", "welcome"):
        kiosk.window.show_view(candidate_views()[name])
        kiosk.window.stage._apply(Comfort(200))
        for _ in range(SETTLES + 2):
            QApplication.processEvents()
        body = kiosk.window.stage._current().body
        inside = body.widget()
        assert inside is not None
        assert inside.height() == max(body.viewport().height(), inside.heightForWidth(inside.width())), name


@pytest.mark.parametrize("make_settings", [samples.settings, samples_arabic.settings])
def test_with_the_largest_text_the_bar_keeps_to_one_row(
    make_kiosk: KioskMaker, make_settings: Callable[[], UiSettings]
) -> None:
    kiosk = make_kiosk(QSize(1280, 720), make_settings())
    kiosk.window.stage._apply(Comfort(200))
    for _ in range(SETTLES + 2):
        QApplication.processEvents()
    rows = {
        kiosk.find(name).mapTo(kiosk.window, QPoint(0, 0)).y() for name in ("text-smaller", "keys", "keyboard-open")
    }
    assert len(rows) == 1
    language.speak(language.SOURCE)


def test_at_welcome_large_text_shows_the_field_at_once(make_kiosk: KioskMaker) -> None:
    kiosk = make_kiosk(QSize(1280, 720))
    kiosk.window.stage._apply(Comfort(200))
    for _ in range(SETTLES + 2):
        QApplication.processEvents()
    field = kiosk.find("candidate")
    assert field.visibleRegion().boundingRect().height() == field.height()


def test_the_text_grows_step_by_step_to_twice_its_size_and_back(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.CONSENT))
    before = kiosk.find("consent-text").fontInfo().pixelSize()
    for _ in TEXT_PERCENTS[1:]:
        press(kiosk, "text-larger")
    assert kiosk.find("consent-text").fontInfo().pixelSize() == 2 * before
    assert not kiosk.find("text-larger").isEnabled()
    for _ in TEXT_PERCENTS[1:]:
        press(kiosk, "text-smaller")
    assert kiosk.find("consent-text").fontInfo().pixelSize() == before
    assert not kiosk.find("text-smaller").isEnabled()


def test_the_colours_go_round_and_the_button_says_which_they_are(make_kiosk: KioskMaker) -> None:
    still = dataclasses.replace(samples.settings(), motion="reduced")  # a veil that clears is a shade off by rounding
    kiosk = make_kiosk(settings=still)
    kiosk.show(samples.view(State.CONSENT))
    seen = []
    for _ in THEMES:
        middle = kiosk.window.grab().toImage().pixelColor(QPoint(5, 400)).name().upper()
        theme = kiosk.window.stage.comfort.theme
        assert middle == THEMES[theme].background
        seen.append((theme, kiosk.find("contrast").accessibleName()))
        press(kiosk, "contrast")
    assert seen == [
        ("light", "Colours: light"),
        ("dark", "Colours: dark"),
        ("contrast", "Colours: high contrast"),
    ]
    assert kiosk.window.stage.comfort.theme == "light"


def test_what_was_chosen_holds_on_every_screen_and_is_forgotten_with_the_person(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.CONFIRMING))
    press(kiosk, "text-larger")
    press(kiosk, "contrast")
    for state in (State.CONSENT, State.CAMERA, State.ANSWERING, State.FINISHED):
        kiosk.show(samples.view(state, 0))
        assert kiosk.window.stage.comfort == Comfort(125, "dark")
    kiosk.show(samples.view(State.IDLE))
    assert kiosk.window.stage.comfort == Comfort()


def test_the_volume_is_asked_for_and_shown_as_the_view_tells_it(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.THINKING, 0, volume=60))
    press(kiosk, "louder")
    press(kiosk, "quieter")
    assert kiosk.posted == [SetVolume(70), SetVolume(50)]
    words = kiosk.find("volume-percent")
    assert isinstance(words, Paragraph)
    assert words.said() == "Volume 60 %"


def test_a_person_who_needs_larger_text_gets_it_without_asking_and_may_choose_otherwise(kiosk: Kiosk) -> None:
    view = samples.view(State.CONSENT, accommodations=Accommodations(larger_text=True))
    kiosk.show(view)
    assert kiosk.window.stage.comfort.percent == 150
    press(kiosk, "text-smaller")
    kiosk.show(view)
    assert kiosk.window.stage.comfort.percent == 125


def test_the_screen_is_read_aloud_and_a_second_press_ends_it(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.CONSENT))
    press(kiosk, "read-aloud")
    (asked,) = kiosk.posted
    assert isinstance(asked, ReadAloud)
    assert asked.text.startswith("Before we begin\n\nWhat is recorded. Your picture")
    assert "**" not in asked.text
    kiosk.show(samples.view(State.CONSENT, reading=True))
    press(kiosk, "read-aloud")
    assert kiosk.posted[1:] == [ReadAloud("")]


def test_of_a_question_only_its_words_are_read(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.THINKING, 2))
    press(kiosk, "read-aloud")
    question = samples.INTERVIEW.questions[2]
    assert kiosk.posted == [ReadAloud(f"{question.text}\n\n{question.statement}")]


@pytest.mark.parametrize("state", [State.ASKING, State.ANSWERING, State.PRACTICE_ANSWERING, State.SPEAKING])
def test_nothing_is_read_while_somebody_speaks(kiosk: Kiosk, state: State) -> None:
    kiosk.show(samples.view(state, 0, practice=samples.PRACTICE))
    assert not kiosk.find("read-aloud").isEnabled()


def test_the_keys_are_shown_and_the_card_goes_by_escape_and_gives_the_keyboard_back(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.ANSWERING, 2))
    kiosk.press(Key.Key_F1)
    assert kiosk.focused() == "keys-close"
    for _ in range(4):
        kiosk.press(Key.Key_Tab)
        assert kiosk.window.stage.keys.isAncestorOf(kiosk.focus())
    kiosk.press(Key.Key_Escape)
    assert not kiosk.window.stage.keys.isVisible()
    assert kiosk.focused() == "editor"


def test_text_and_colours_and_volume_have_keys_also_in_the_editor(kiosk: Kiosk) -> None:
    kiosk.show(samples.view(State.ANSWERING, 2, volume=80))
    for key in (Key.Key_Plus, Key.Key_Plus, Key.Key_Minus, Key.Key_B, Key.Key_Up, Key.Key_Down):
        QTest.keyClick(kiosk.focus(), key, Qt.KeyboardModifier.ControlModifier)
    assert kiosk.window.stage.comfort == Comfort(125, "dark", 80)
    assert kiosk.posted == [SetVolume(90), SetVolume(70)]


def test_where_reading_begins_at_the_right_everything_is_mirrored_but_code(make_kiosk: KioskMaker) -> None:
    kiosk = make_kiosk(settings=dataclasses.replace(samples.settings(), language="ar"))
    arabic = dataclasses.replace(samples.INTERVIEW, language="ar")
    middle = kiosk.window.width() // 2
    for index in (0, 2):
        kiosk.show(samples.view(State.ANSWERING, index, interview=arabic))

        def x(name: str) -> int:
            widget = kiosk.find(name)
            return widget.mapTo(kiosk.window, widget.rect().center()).x()

        assert x("next") < x("repeat") < x("more-time")
        assert x("rec") > middle > x("time-left")
        assert x("text-larger") > middle
    assert kiosk.window.stage.coding.editor.layoutDirection() is Qt.LayoutDirection.LeftToRight
