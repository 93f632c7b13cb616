"""What other rooms tell the proctor is there in the language of the screens: every sentence that they can make."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.system import places
from kiosk.ui import language, samples, told
from kiosk.ui.proctor.judgement import judge, problems
from tests.ui.test_language import ARABIC, load_tool

PASSED_ON = {
    "'\\n'.join(problems)": "the mistakes of a configuration, told in a terminal before any screen is there",
    "answer['error']": "a driver's own words, from the process that lists devices",
    "facts.trouble": "a sentence of this room, made beside it",
    "failures[0]": "the same",
    "forms": "handed down; the callers' are found",
    "said": "handed over by a stream; the streams' are found",
    "self._said": "the same",
    "trouble": "of the process that lists devices; its own are found",
    "event": "of the recorder's client; its own are found",
    "words": "of the configuration; its own are found",
    "problem": "of the ledger, where the sending put it",
    "PORTAL": "a constant of another file, found there",
    "parked[0].error": "of the ledger",
    "row.session": "no sentence",
    "item": "no sentence",
    "why": "handed down; the callers' are found",
}
"""What a message may be given without a text of its own, and why."""
FILLED = re.compile(r"\{(\w+)\}")
WORDS = re.compile(r"[A-Za-z']{3,} +[a-z']{2,} +[a-z']{2,}")
"""Three words on end are English; commands and names of settings have fewer, or stand alone."""

pytestmark = pytest.mark.usefixtures("qtbot")


@pytest.fixture
def _arabic() -> Iterator[None]:
    language.speak("ar")
    yield
    language.speak(language.SOURCE)


def test_the_catalogue_holds_every_sentence_of_the_source() -> None:
    make = load_tool("make")
    kept = places.asset("translations/sentences.json").read_text(encoding="utf-8")
    assert kept == make.written(make.found()), "run assets/translations/make.py and translate what is new"


def test_every_message_is_made_of_a_text_that_is_found_or_passes_one_on() -> None:
    sentences = load_tool("sentences")
    known, unknown = set(load_tool("make").found()), []
    for path in sentences.sources():
        for line, source, forms in sentences.constructed(path):
            passes = source.rpartition(".")[2] in sentences.WORDS or source in {*PASSED_ON, "''"}
            where = f"{path.name}:{line}: {source}"
            spoken = [form.strip() for form in forms if re.search("[a-z]", FILLED.sub("", form))]
            unknown += [where] if not forms and not passes and ".format(" not in source else []
            unknown += [where for form in spoken if form not in known]
    assert unknown == []


def test_a_new_sentence_is_found_wherever_it_is_made(tmp_path: Path) -> None:
    sentences = load_tool("sentences")
    file = tmp_path / "room.py"
    file.write_text(
        "REMEDY = 'Look at it.'\n"
        "def look(name, path, error):\n"
        "    which = 'No' if path else f'The chosen ({name})'\n"
        "    log.error('This is logged only.')\n"
        "    what = f'{which} camera is lost.'\n"
        "    raise WorldFailed(what, REMEDY) from error\n"
    )
    made = {form for _, _, forms in sentences.constructed(file) for form in forms}
    assert made == {"No camera is lost.", "The chosen ({name}) camera is lost.", "Look at it."}


@pytest.mark.usefixtures("_arabic")
def test_every_sentence_is_told_in_arabic_with_what_was_filled_in() -> None:
    wrong = []
    for pattern in told._patterns():
        values = {name: f"Q{at}z" for at, name in enumerate(FILLED.findall(pattern.source))}
        said = FILLED.sub(lambda hole: values[hole[1]], pattern.source)  # noqa: B023  # used at once
        heard = told.told(said)
        if said == "ACCOUNT" or not re.search("[a-z]{2}", FILLED.sub("", pattern.source)):
            continue
        if not ARABIC.search(heard) or WORDS.search(re.sub("\u2066.*?\u2069", "", heard)):
            wrong.append(f"{said} → {heard}")
        wrong += [f"{said} → {heard}: {value}" for value in values.values() if value not in heard]
    assert wrong == []


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (
            "The camera gives only 5 pictures a second. Check the camera and its cable.",
            "عدد الصور التي تعطيها الكاميرا في الثانية لا يتجاوز \u0665. افحص الكاميرا وسلكها.",
        ),
        (
            "Usable, but the picture is missing for 3.2 s; also, nobody can be heard. Check the camera and its cable.",
            "صالح للاستخدام، لكن الصورة مفقودة لمدة \u0663\u066b\u0662 ث؛ كذلك لا يُسمع أحد. افحص الكاميرا وسلكها.",
        ),
        ("Nobody can be heard.", "لا يُسمع أحد."),
        (
            "Usable, but for a while it was said: The camera's picture is black. Check the camera and its cable.",
            "صالح للاستخدام، لكن قيل لبعض الوقت: صورة الكاميرا سوداء. افحص الكاميرا وسلكها.",
        ),
        (
            "Recording 2f1e cannot be sent. The server's disk is full. 3 more cannot be sent either.",
            (
                "لا يمكن إرسال التسجيل \u20682f1e\u2069. قرص الخادم ممتلئ. "
                "وهناك تسجيلات أخرى لا يمكن إرسالها (عددها: \u0663)."
            ),
        ),
        ("The server is not ready (status 503).", "الخادم غير جاهز (الحالة 503)."),
        (
            "The microphone USB Audio stopped. Plug it in again.",
            "توقف الجهاز (الميكروفون: \u2068USB Audio\u2069). أعد توصيل الجهاز.",
        ),
    ],
)
@pytest.mark.usefixtures("_arabic")
def test_sentences_that_follow_each_other_or_stand_in_each_other_are_told_whole(said: str, heard: str) -> None:
    assert told.told(said) == heard


@pytest.mark.usefixtures("_arabic")
def test_what_nobody_knows_comes_through_as_it_is() -> None:
    for said in ("ALSA lib pcm.c: -19", "", "x" * 3000, "Nobody wrote this. Not even this."):
        assert told.told(said) == said
    assert told.told("ALSA says no. Check the network.") == "\u2068ALSA says no.\u2069 افحص الشبكة."


def test_in_english_nothing_is_changed() -> None:
    said = "The camera gives only 5 pictures a second."
    assert told.told(said) is said


@pytest.mark.usefixtures("_arabic")
def test_no_problem_and_no_verdict_of_the_panel_is_told_in_english() -> None:
    for name, view in samples.all_views().items():
        for words in (judge(view)[0], *problems(view)):
            assert ARABIC.search(words), (name, words)
            assert not WORDS.search(words), (name, words)
