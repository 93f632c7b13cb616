"""The language of the screens: its texts, its numbers, and the side on which it begins.

English stands in the source. `assets/translations/` holds the texts of the others as Qt Linguist files, and of English
the plurals alone. A language that is not there is shown in English, numbers and direction too, never half and half.
"""

import re
from typing import Final

from PySide6.QtCore import QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from kiosk.system import places

SOURCE: Final = "en"
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_TRANSLATOR: Final = "kiosk-language"
_SPEAKS: Final = "speaks"


def known(tag: str) -> str:
    """The language in which the screens speak to somebody of this one: `ar` for ar-EG; English when there is none."""
    if _TAG.fullmatch(tag):
        for name in (tag.lower(), tag.lower().split("-", maxsplit=1)[0]):
            if places.asset(f"translations/{name}.qm").is_file():
                return name
    return SOURCE


def speak(tag: str) -> str:
    """From now on texts are looked up in this language; returns the one that it really is.

    What is on a screen already stays: whoever changes the language builds the screens anew.
    """
    name = known(tag)
    application = QApplication.instance()
    assert isinstance(application, QApplication), "make_application comes first"
    old = application.findChildren(QTranslator, _TRANSLATOR, Qt.FindChildOption.FindDirectChildrenOnly)
    if [each.property(_SPEAKS) for each in old] == [tag]:
        return name
    translator = QTranslator(application)
    translator.setObjectName(_TRANSLATOR)
    translator.setProperty(_SPEAKS, tag)
    if translator.load(str(places.asset(f"translations/{name}.qm"))):
        application.installTranslator(translator)
    for each in old:
        application.removeTranslator(each)
        each.setParent(None)
        each.deleteLater()
    QLocale.setDefault(_locale(tag))
    return name


def spoken() -> str:
    """The language that the screens speak now, as `known` says it."""
    application = QApplication.instance()
    assert isinstance(application, QApplication), "make_application comes first"
    found = application.findChildren(QTranslator, _TRANSLATOR, Qt.FindChildOption.FindDirectChildrenOnly)
    return known(str(found[-1].property(_SPEAKS))) if found else SOURCE


def direction(tag: str) -> Qt.LayoutDirection:
    """On which side lines begin on a screen in this language."""
    return _locale(tag).textDirection()


def _locale(tag: str) -> QLocale:
    return QLocale(tag if known(tag) != SOURCE or tag.lower().startswith(SOURCE) else SOURCE)
