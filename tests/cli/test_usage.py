"""What the command line answers to whoever asks for help, or asks wrongly."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.saying import all_refused, refused
from tests.end_to_end.program import interview_file, run

VERBS = (
    "run",
    "demo",
    "record",
    "status",
    "stop",
    "config",
    "devices",
    "rehearse",
    "doctor",
    "selftest",
    "report",
    "check",
    "inspect",
    "recover",
    "verify",
    "export",
)
HEAVY = ("numpy", "av", "cv2", "PySide6", "sounddevice", "sqlite3")


def test_help_names_each_command_and_none_that_the_program_keeps_for_itself() -> None:
    words = run("--help").stdout
    assert [verb for verb in VERBS if f"\n    {verb} " not in words] == []
    assert "_recorder" not in words


def test_each_command_explains_itself_and_its_exit_codes() -> None:
    with ThreadPoolExecutor(3) as several:
        for done in several.map(lambda verb: run(verb, "--help"), VERBS):
            assert (done.returncode, done.stderr) == (0, "")
            assert "exit codes:" in done.stdout
            assert max(map(len, done.stdout.splitlines())) <= 115


WRONG = (
    (("statsu",), "There is no command 'statsu'; did you mean 'status'? See 'kiosk --help'."),
    (("_record",), "There is no command '_record'; did you mean 'record'? See 'kiosk --help'."),
    (("status", "--jsn"), "There is no option '--jsn'; did you mean '--json'? See 'kiosk status --help'."),
    (("status", "now"), "There is no place for 'now'. See 'kiosk status --help'."),
    (("config", "sho"), "There is no 'sho'; there is 'show', 'check', 'reference'. See 'kiosk config --help'."),
    (("--windowd",), "There is no option '--windowd'; did you mean '--windowed'? See 'kiosk run --help'."),
    (("status", "--output", ""), "--output: the name is empty. See 'kiosk status --help'."),
    (
        ("record", "x.toml", "--cand", "c"),
        "There is no option '--cand'; did you mean '--candidate'? See 'kiosk record --help'.",
    ),
    (("record", "x.toml", "--consent", "c"), "This is missing: --candidate. See 'kiosk record --help'."),
)


def test_wrong_usage_is_one_sentence_that_says_what_is_right() -> None:
    assert all_refused([words for words, _ in WRONG]) == [f"kiosk: {says}" for _, says in WRONG]


def test_whoever_has_heard_enough_is_not_told_of_it() -> None:
    """As `kiosk --help | head -1`: the pipe is closed while the program still writes."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    for words in (["--help"], ["config", "show"]):
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait() == 1


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is of Linux")
def test_words_that_cannot_be_written_are_an_error() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", "config", "show"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 4
    assert done.stderr.decode().startswith("kiosk: The system says: No space left on device")
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a shell closes the streams")
def test_the_program_works_with_its_streams_closed(tmp_path: Path) -> None:
    path = interview_file(tmp_path, 1, 1)
    command = f"'{sys.executable}' -m kiosk check '{path}' <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", command], check=False).returncode == 0


@pytest.mark.parametrize("words", [("--help",), ("status",), ("config", "show")])
def test_a_quick_answer_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "kiosk", *words], capture_output=True, text=True, check=True
    )
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert loaded.isdisjoint(HEAVY)


def test_ctrl_c_at_once_shows_no_traceback() -> None:
    """Whether it comes while the modules load or later."""
    code = "import os, signal, sys; sys.argv = ['kiosk', 'status'];"
    code += "from kiosk.system import places; places.default_output = lambda: os.kill(os.getpid(), signal.SIGINT);"
    code += "from kiosk.__main__ import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "kiosk: Interrupted.\n")


def test_status_and_stop_say_that_nothing_runs_and_make_no_folder(tmp_path: Path) -> None:
    output = tmp_path / "none"
    done = run("status", "--output", output)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Nothing is being recorded into {output}.\n"
    assert json.loads(run("status", "--output", output, "--json").stdout) == {
        "recording": False,
        "output": str(output),
    }
    assert "Nothing is being recorded" in refused("stop", "--output", output, "--json", code=1)
    assert not output.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="screens differ")
@pytest.mark.parametrize(
    "screen", [{}, {"DISPLAY": ":250"}, {"DISPLAY": "nowhere.invalid:0"}, {"WAYLAND_DISPLAY": "none"}]
)
def test_without_a_screen_the_kiosk_says_so_and_does_not_crash(screen: dict[str, str], tmp_path: Path) -> None:
    without = {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"}
    environment = {name: value for name, value in os.environ.items() if name not in without}
    words = refused("run", "--simulated", "--output", tmp_path / "out", code=1, env={**environment, **screen})
    assert "screen" in words
    assert len(words.splitlines()) == 1


def test_devices_are_listed_for_people_and_for_machines() -> None:
    done = run("devices", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found.keys() == {"cameras", "microphones", "loudspeakers", "voices", "troubles"}


def test_the_voices_of_a_language_are_named() -> None:
    found = json.loads(run("devices", "--voices", "en", "--json").stdout)["voices"]
    assert "gmw/en-us" in {voice["id"] for voice in found}
    every = json.loads(run("devices", "--voices", "--json").stdout)["voices"]
    assert {voice["id"] for voice in found} < {voice["id"] for voice in every}
    assert refused("devices", "--voices", "xx").startswith("kiosk: No voice speaks 'xx'. There are voices for: af,")
