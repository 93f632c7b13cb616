"""Qt's application: fonts, base style, messages to the log; runs the window.

It makes no window of its own and starts no thread.
"""

import gc
import logging
import sys
from collections.abc import Callable
from typing import Final, NoReturn

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from kiosk.domain.errors import WorldFailed
from kiosk.system import places
from kiosk.ui import language
from kiosk.ui.theme import MONO, SANS

log = logging.getLogger(__name__)

FONTS: Final = (
    "AtkinsonHyperlegibleNext-Regular.ttf",
    "AtkinsonHyperlegibleNext-Bold.ttf",
    "AtkinsonHyperlegibleMono-Regular.ttf",
    "NotoSansArabicUI-Regular.ttf",
    "NotoSansArabicUI-Bold.ttf",
)
OTHER_SCRIPTS: Final = ("Noto Sans Arabic UI",)
"""Families for what ours cannot write."""
_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def make_application(arguments: list[str], no_screen: Callable[[str], NoReturn] | None = None) -> QApplication:
    """The one QApplication of this process, with the product's fonts and base style.

    Raises WorldFailed when a font of the product is missing. When Qt cannot open a screen it aborts the whole program
    without a way back: `no_screen` is called before that with what Qt said, and must end the process itself.
    """
    running = QApplication.instance()
    if not isinstance(running, QApplication):
        qInstallMessageHandler(_Opening(no_screen))
    application = running if isinstance(running, QApplication) else QApplication(arguments or sys.argv[:1])
    qInstallMessageHandler(_to_log)
    application.setApplicationName("Interview Kiosk")
    application.setStyle(QStyleFactory.create("Fusion"))
    for name in FONTS:
        path = places.asset(f"fonts/{name}")
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise WorldFailed(f"The font {path} cannot be read.", "Please install the kiosk again.")
    for family in (SANS, MONO):
        QFont.insertSubstitutions(family, OTHER_SCRIPTS)
    application.setFont(QFont(SANS))
    language.speak(language.SOURCE)
    return application


def run(window: QWidget) -> int:
    """Runs until the application quits; `window` shows itself. Returns the exit code.

    What has been made until then stays as long as the program. The collector is told so: to go through all of it, some
    day in the middle of an answer, takes longer than the event loop may be kept waiting.
    """
    window.show()
    gc.collect()
    gc.freeze()
    return QApplication.exec()


class _Opening:
    """Takes Qt's messages while it looks for a screen, and its last one when there is none."""

    def __init__(self, no_screen: Callable[[str], NoReturn] | None) -> None:
        self._no_screen = no_screen
        self._first = ""

    def __call__(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        _to_log(kind, context, message)
        if kind is QtMsgType.QtFatalMsg and self._no_screen is not None:
            self._no_screen(self._first or message)
        self._first = self._first or message


def _to_log(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    del context
    log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", message)
