"""What a screen reader hears of each screen: every control has a name and says what it is."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QScrollArea, QWidget

from kiosk.ui import samples
from tests.ui.conftest import Kiosk, KioskMaker

NAMELESS_ROLES = {QAccessible.Role.NoRole, QAccessible.Role.Client}


def test_every_control_that_the_keyboard_reaches_has_a_name_and_a_role(kiosk: Kiosk) -> None:
    seen = set()
    for name, view in samples.all_views().items():
        if name.startswith("proctor"):
            continue
        kiosk.show(view)
        for widget in kiosk.window.findChildren(QWidget):
            if not (widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus):
                continue
            heard = QAccessible.queryAccessibleInterface(widget)
            assert heard is not None, widget
            assert heard.text(QAccessible.Text.Name), f"{name}: {widget.objectName()} has no name"
            if not isinstance(widget, QScrollArea):  # Qt has no role for text that scrolls; its name is heard
                assert heard.role() not in NAMELESS_ROLES, f"{name}: {widget.objectName()} does not say what it is"
            seen.add(widget.objectName())
    assert {"candidate", "interview", "tick", "editor", "next", "text-larger", "read-aloud", "keys"} <= seen


@pytest.mark.parametrize("name", ["text-smaller", "text-larger", "quieter", "louder"])
def test_a_button_of_one_sign_says_in_words_what_it_does(make_kiosk: KioskMaker, name: str) -> None:
    kiosk = make_kiosk()
    heard = QAccessible.queryAccessibleInterface(kiosk.find(name))
    assert heard is not None
    assert len(heard.text(QAccessible.Text.Name).split()) > 1


def test_the_box_of_the_consent_is_heard_as_a_box_to_tick(kiosk: Kiosk) -> None:
    kiosk.show(samples.all_views()["consent"])
    heard = QAccessible.queryAccessibleInterface(kiosk.find("tick"))
    assert heard is not None
    assert heard.role() == QAccessible.Role.CheckBox
