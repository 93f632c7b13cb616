"""The screens as a person has them: a real window, a keyboard and nothing else, simulated devices."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.interviews.consent import load_consent
from kiosk.session.pin import hash_pin
from kiosk.system import host, places
from tests.end_to_end import listening, program
from tests.end_to_end.desk import HEIGHT, WIDTH, Desk, Screens

INTERVIEW = """
schema = 1
id = "short"
title = "Short"
language = "en"

[[question]]
id = "one"
kind = "spoken"
text = "What is one?"
think_seconds = 60
answer_seconds = 3
repeats = 0

[[question]]
id = "sum"
kind = "coding"
text = "And what is two?"
think_seconds = 0
answer_seconds = 300
code_language = "python"
statement = "Write add(a, b)."
starter = "def add(a, b):\\n"
"""
CODE = "def add(a, b):\n    return a + b"


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def _screens(desk: Desk, folder: Path, *, windowed: bool = True, tries: bool = False, more: str = "") -> Screens:
    interview = folder / "short.toml"
    interview.write_text(INTERVIEW)
    return Screens(desk, interview, folder / "out", windowed=windowed, tries=tries, more=more)


@dataclass(frozen=True)
class Made:
    """What one interview by keyboard left, and what was seen on the way."""

    file: Path
    manifest: dict[str, Any]
    before: dict[str, Any]
    during: dict[str, Any]
    after: dict[str, Any]
    code: int
    errors: str
    decoded: listening.Decoded


@pytest.fixture(scope="module")
def made(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Made:
    screens = _screens(desk, tmp_path_factory.mktemp("screens"), tries=True)
    try:
        screens.wait_for("Welcome")
        before = screens.status()
        screens.begin("C-1042")
        screens.wait_for("Question 1 of 2: think")
        screens.press_until("Return", "1 of 2: answer$")
        during = screens.wait_for_status(lambda status: bool(status.get("rec")))
        screens.wait_for("Question 2 of 2: answer")  # the first answer ended at its limit
        screens.write("    return a +")
        screens.write(" b")
        screens.press_until("ctrl+Return", "Storing|Thank you$")
        screens.wait_for("Thank you")
        after = screens.status()
        screens.press_until("Return", "Welcome$")
        code, errors = screens.close()
    finally:
        screens.end()
    file = screens.file()
    return Made(file, screens.manifest(), before, during, after, code, errors, listening.decode(file))


def test_an_interview_by_keyboard_alone_leaves_a_whole_recording(made: Made) -> None:
    streams = {stream["codec_type"]: stream for stream in listening.probe(made.file)["streams"]}
    video, audio = streams["video"], streams["audio"]
    assert (video["codec_name"], video["width"], video["height"]) == ("h264", 1280, 720)
    assert video["pix_fmt"] in {"yuv420p", "yuvj420p"}
    top, bottom = map(int, video["avg_frame_rate"].split("/"))
    assert 29.5 <= top / bottom <= 30.5
    assert (audio["codec_name"], audio["sample_rate"], audio["channels"]) == ("aac", "48000", 1)
    assert (made.manifest["candidate"], made.manifest["ended"]) == ("C-1042", "completed")
    assert (made.code, made.errors) == (0, "")


def test_rec_was_lit_while_it_was_recorded_and_only_then(made: Made) -> None:
    assert made.before["recording"] is False
    assert (made.during["recording"], made.during["rec"]) == (True, True)
    assert made.after["recording"] is False


def test_what_was_agreed_to_is_the_text_that_was_shown(made: Made) -> None:
    consent = load_consent("en")
    assert made.manifest["consent"]["reference"] == consent.version
    assert made.manifest["consent"]["text_sha256"] == consent.sha256


def test_the_code_is_kept_with_its_history(made: Made) -> None:
    (code,) = made.manifest["code"]
    assert (code["question"], code["final"]) == ("sum", CODE)
    answer = made.manifest["answers"][1]
    times = [entry["at_s"] for entry in code["history"]]
    assert times == sorted(times)
    assert answer["start_s"] < times[0] <= times[-1] <= answer["end_s"]
    assert code["history"][-1]["text"] == CODE


def test_chapters_answers_and_sound_belong_together(made: Made) -> None:
    chapters, answers = made.manifest["chapters"], made.manifest["answers"]
    assert [chapter["question"] for chapter in chapters] == ["one", "sum"]
    for chapter, voice, answer in zip(chapters, made.manifest["voice"], answers, strict=True):
        assert chapter["start_s"] <= voice["start_s"] < voice["end_s"] <= answer["start_s"] < answer["end_s"]
        assert listening.level_dbfs(made.decoded.between(voice["start_s"], voice["end_s"])) > -35
    assert answers[0]["end_s"] - answers[0]["start_s"] == pytest.approx(3, abs=0.5)
    heard = made.decoded.between(answers[0]["start_s"] + 0.5, answers[0]["end_s"] - 0.2)
    assert listening.level_dbfs(heard) > -45, "the simulated candidate answers"


def test_no_log_tells_who_was_interviewed_and_what_was_asked_or_answered(made: Made) -> None:
    lines = "".join(path.read_text() for path in places.log_folder().iterdir())
    assert made.manifest["session"] in lines, "these are the logs of that interview"
    consent = load_consent("en")
    private = ["C-1042", "What is one", "what is two", "Write add", "return a", consent.sha256]
    assert [words for words in private if words in lines] == []


def test_closing_the_window_in_mid_interview_ends_the_recording_in_order(desk: Desk, tmp_path: Path) -> None:
    screens = _screens(desk, tmp_path)
    try:
        screens.begin("C-2")
        during = screens.wait_for_status(lambda status: float(status.get("durable_s", 0)) > 1)
        other = program.run("run", "--windowed", "--simulated", "--output", tmp_path / "other", env=desk.environment)
        code, _ = screens.close()
    finally:
        screens.end()
    manifest = screens.manifest()
    assert code == 0
    assert manifest["ended"] == "interrupted"
    assert manifest["segments"][0]["bytes"] == screens.file().stat().st_size
    assert listening.opens(screens.file()) >= during["durable_s"] - 0.1
    assert not host.alive(during["pid"]), "no recorder is left alone"
    preview = host.runtime_folder() / f"preview-{places.name_of_output(screens.output)}"
    assert not preview.exists(), "no picture of a person is left"
    assert not list(screens.output.rglob("*.part"))
    assert (other.returncode, other.stderr.count("\n")) == (1, 1), "one kiosk runs at a time"
    assert "already" in other.stderr


def test_without_a_window_it_fills_the_screen_and_is_left_only_from_outside(desk: Desk, tmp_path: Path) -> None:
    screens = _screens(desk, tmp_path, windowed=False)
    try:
        screens.wait_for("Welcome")
        place = screens.geometry()
        screens.press("alt+F4")
        screens.write("C-4")
        screens.press_until("Return", "Is this right\\?$")
        screens.process.terminate()
        _, errors = screens.process.communicate(timeout=program.PATIENCE_S)
    finally:
        screens.end()
    assert place == {"X": 0, "Y": 0, "WIDTH": WIDTH, "HEIGHT": HEIGHT}
    assert (screens.process.returncode, errors) == (0, "")
    assert not list(screens.output.glob("*/*.mp4")), "nothing is recorded before somebody agrees"


def test_only_the_pin_leads_out_of_kiosk_mode_and_every_attempt_is_on_record(desk: Desk, tmp_path: Path) -> None:
    pin = f'proctor_pin_hash = "{hash_pin("2468")}"\n'
    screens = _screens(desk, tmp_path, windowed=False, more=pin)
    try:
        screens.wait_for("Welcome")
        screens.press("alt+F4", "ctrl+q", "super", "Escape")
        screens.press("ctrl+shift+p")
        screens.enter_pin("1357", "wrong")
        screens.enter_pin("2468", "right")
        screens.press(*["Tab"] * 4, "Return", "Return")  # from "Start" to "Leave the kiosk", which is asked for twice
        _, errors = screens.process.communicate(timeout=program.PATIENCE_S)
    finally:
        screens.end()
    assert (screens.process.returncode, errors) == (0, "")
    for how in ("Ctrl+Q", "Super"):  # Alt+F4 may be the window manager's until the keyboard is grabbed
        assert f"somebody tried to leave the kiosk: {how}" in screens.log()


def test_a_killed_kiosk_rejoins_its_recorder_and_after_a_power_cut_the_proctor_goes_on(
    desk: Desk, tmp_path: Path
) -> None:
    first = _screens(desk, tmp_path)
    kiosks = [first]
    try:
        first.begin("C-3")
        before = first.wait_for_status(lambda status: float(status.get("durable_s", 0)) > 0)
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait(program.PATIENCE_S)
        alone = first.wait_for_status(lambda now: not now["led"] and now["durable_s"] > before["durable_s"] + 0.5)

        kiosks.append(_screens(desk, tmp_path))
        kiosks[1].wait_for_any("listen", "think", "answer")
        joined = kiosks[1].wait_for_status(lambda now: bool(now["led"]))

        for process in (kiosks[1].process.pid, before["pid"]):
            os.kill(process, signal.SIGKILL)
        kiosks[1].process.wait(program.PATIENCE_S)
        kiosks.append(_screens(desk, tmp_path))
        kiosks[2].wait_for("Welcome")
        kiosks[2].press("ctrl+shift+p", "Tab", "space")
        kiosks[2].wait_for("listen")
        kiosks[2].wait_for_status(lambda now: bool(now.get("rec")))
        code, errors = kiosks[2].close()
    finally:
        for kiosk in kiosks:
            kiosk.end()
    assert (alone["rec"], alone["pid"]) == (True, before["pid"]), "the recorder goes on alone"
    assert (joined["pid"], joined["session"]) == (before["pid"], before["session"])
    assert code == 0, errors
    manifest = first.manifest()
    assert (manifest["session"], manifest["ended"], manifest["candidate"]) == (before["session"], "interrupted", "C-3")
    one, two = manifest["segments"]
    assert two["start_s"] == one["duration_s"] >= joined["durable_s"] - 0.1
    assert [chapter["question"] for chapter in manifest["chapters"]] == [manifest["chapters"][0]["question"]] * 2
    assert "the kiosk was started again" in [happening["detail"] for happening in manifest["events"]]
