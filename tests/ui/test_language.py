"""The languages of the screens: complete, with every placeholder, with their own digits, and from their own side."""

import ast
import dataclasses
import functools
import importlib.util
import re
import shutil
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kiosk.domain.view import SessionState as State
from kiosk.interviews.consent import load_consent
from kiosk.interviews.load import load
from kiosk.system import places
from kiosk.ui import language, samples, words
from kiosk.ui.buttons import Button
from tests.ui.conftest import Kiosk

SCREENS = Path(language.__file__).parent
LANGUAGES = ["ar"]
FILLED = re.compile(r"\{\w+\}")
ARABIC = re.compile(r"[\u0600-\u06FF]")
FORMS_WITHOUT_NUMBER = 3
"""Of Arabic: nothing, one and two are words of their own."""

pytestmark = pytest.mark.usefixtures("qtbot")


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    language.speak(language.SOURCE)


@functools.cache
def load_tool(name: str) -> ModuleType:
    """One of the tools that stand beside the files of the languages."""
    spec = importlib.util.spec_from_file_location(f"translations_{name}", places.asset(f"translations/{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """The tool that brings the files up to date."""
    return load_tool("make")


@pytest.mark.parametrize("name", ["en", *LANGUAGES])
def test_every_text_of_the_screens_is_translated_and_compiled(make: ModuleType, tmp_path: Path, name: str) -> None:
    kept, fresh = places.asset(f"translations/{name}.ts"), tmp_path / f"{name}.ts"
    shutil.copy(kept, fresh)
    make.update(fresh, make.found())
    missing = [
        f"{context.findtext('name')}: {message.findtext('source')}"
        for context in ET.parse(fresh).getroot().findall("context")
        for message in context.findall("message")
        if (found := message.find("translation")) is None or found.get("type") == "unfinished"
    ]
    assert missing == [], "run assets/translations/make.py and translate these"
    assert fresh.read_text() == kept.read_text(), "run assets/translations/make.py"
    make.compile_to(fresh, tmp_path / "fresh.qm")
    assert (tmp_path / "fresh.qm").read_bytes() == kept.with_suffix(".qm").read_bytes()


@pytest.mark.parametrize("name", LANGUAGES)
def test_what_is_filled_in_survives_the_translation(name: str) -> None:
    for message in ET.parse(places.asset(f"translations/{name}.ts")).getroot().iter("message"):
        source, found = message.findtext("source") or "", message.find("translation")
        assert found is not None
        if message.get("numerus"):
            forms = ["".join(form.itertext()) for form in found.findall("numerusform")]
            assert all("%Ln" in form for form in forms[FORMS_WITHOUT_NUMBER:]), source
        else:
            forms = ["".join(found.itertext())]
        for form in forms:
            assert form, source
            assert set(FILLED.findall(form)) == set(FILLED.findall(source)), source


def test_texts_are_written_so_that_they_are_found_again() -> None:
    for path in sorted(SCREENS.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        in_classes = {inner for outer in ast.walk(tree) if isinstance(outer, ast.ClassDef) for inner in ast.walk(outer)}
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            where = f"{path.name}:{call.lineno}"
            if isinstance(call.func, ast.Attribute) and call.func.attr == "tr":
                own = isinstance(call.func.value, ast.Name) and call.func.value.id == "self"
                assert own, f"{where}: lupdate takes this for a text of no class; see words.py"
            elif isinstance(call.func, ast.Name) and call.func.id == "tr":
                assert call not in in_classes, f"{where}: lupdate takes this for a text of the class; use self.tr"
            else:
                continue
            assert isinstance(call.args[0], ast.Constant), f"{where}: the text itself must stand here"


def test_numbers_spans_and_sides_follow_the_language() -> None:
    assert words.span(3_840) == "1 hour 4 minutes"
    assert language.speak("ar") == "ar"
    assert words.span(3_840) == "ساعة واحدة و٤ دقائق"
    assert words.number(1234.5, 1) == "\u0661\u066c\u0662\u0663\u0664\u066b\u0665"
    assert language.direction("ar") is Qt.LayoutDirection.RightToLeft
    assert words.clock_time(751 * 10**9) == "0:12:31", "media times are codes"


@pytest.mark.parametrize(
    ("tag", "speaks"), [("ar-EG", "ar"), ("en-GB", "en"), ("de", "en"), ("../x", "en"), ("", "en")]
)
def test_a_language_that_is_not_there_is_english_altogether(tag: str, speaks: str) -> None:
    assert language.speak(tag) == speaks
    assert words.span(1) == ("ثانية واحدة" if speaks == "ar" else "1 second")
    right = language.direction(tag) is Qt.LayoutDirection.RightToLeft
    assert right == (speaks == "ar")
    assert words.number(3) == ("٣" if speaks == "ar" else "3")


def test_the_screens_speak_the_interviews_language_and_the_panel_the_kiosks(kiosk: Kiosk) -> None:
    arabic = dataclasses.replace(samples.INTERVIEW, language="ar")
    kiosk.show(samples.view(State.ANSWERING, 0, interview=arabic))
    assert ARABIC.search(_button(kiosk, "next"))
    assert kiosk.window.stage.layoutDirection() is Qt.LayoutDirection.RightToLeft
    title = kiosk.window.windowTitle()
    kiosk.window._turn_proctor()  # the chord has a test of its own
    assert _button(kiosk, "proctor-pause") == "Pause"
    assert kiosk.window.proctor.layoutDirection() is Qt.LayoutDirection.LeftToRight
    kiosk.window._turn_proctor()
    kiosk.show(samples.view(State.ASKING, 1, interview=arabic))
    assert kiosk.window.windowTitle() != title
    assert ARABIC.search(kiosk.window.windowTitle())
    kiosk.show(samples.view(State.IDLE))
    assert _button(kiosk, "begin") == "Begin"
    assert kiosk.window.stage.layoutDirection() is Qt.LayoutDirection.LeftToRight


def _button(kiosk: Kiosk, name: str) -> str:
    QApplication.processEvents()
    button = kiosk.find(name)
    assert isinstance(button, Button)
    return button.text()


@pytest.mark.parametrize("name", LANGUAGES)
def test_consent_and_a_sample_interview_are_there_in_the_language(name: str) -> None:
    consent = load_consent(name)
    assert consent.language == name
    assert consent.version == load_consent("en").version
    assert load(places.asset(f"interviews/general-{name}.toml")).language == name
