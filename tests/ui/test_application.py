"""The application: the product's typeface, Qt's messages in the log."""

import logging

import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication

from kiosk.ui.application import make_application
from kiosk.ui.theme import SANS


def test_the_typeface_is_the_one_that_is_shipped(qapp: QApplication) -> None:
    assert QFontInfo(qapp.font()).family() == SANS


def test_what_qt_says_stands_in_the_log(qapp: QApplication, caplog: pytest.LogCaptureFixture) -> None:
    watching = qInstallMessageHandler(None)
    try:
        assert make_application([]) is qapp
        with caplog.at_level(logging.WARNING):
            qWarning("something small")
    finally:
        qInstallMessageHandler(watching)
    assert "Qt: something small" in caplog.messages
