"""`kiosk check`, `kiosk config` and `kiosk inspect` with whatever people hand them."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.cli.ended import Ended
from tests.cli.saying import all_refused, refused
from tests.end_to_end.program import interview_file, run

GOOD = 'schema = 1\nid = "a"\ntitle = "A"\nlanguage = "en"\n[[question]]\nid = "q"\nkind = "spoken"\ntext = "Why?"\n'
BAD = {
    "empty": (b"", ["schema: is missing.", "question: an interview has one question at least"]),
    "binary": (bytes(range(256)) * 10, ["line 2: this is not UTF-8 text."]),
    "huge": (b"#" * 300_000, ["an interview file has 256 KiB at most; this one is larger."]),
    "keys": (
        f'{GOOD}anser_seconds = "9"\n'.encode(),
        ['did you mean "answer_seconds"?', "answer_seconds: is missing."],
    ),
    "duplicate": (b'schema = 1\nid = "a"\nid = "b"\n', ["line 3, column 9: this key or table stands there already."]),
    "control": (
        b'schema = 1\nid = "a"\ntitle = "\\u001b[31m"\n',
        ["title: has a character that may not be in it (U+001B)"],
    ),
    "escape": (b'schema = 1\ntitle = "\x1b[31m"\n', ["line 2, column 10: illegal character '\\x1b'."]),
    "outside": (GOOD.replace('"q"', '"../q"').encode(), ['id: must be 1 to 64 of a-z, 0-9 and -, not "../q".']),
}


def test_several_interviews_are_checked_and_each_is_told(tmp_path: Path) -> None:
    good = interview_file(tmp_path, 1, 1)
    paths = {name: tmp_path / f"{name}.toml" for name in BAD}
    for name, path in paths.items():
        path.write_bytes(BAD[name][0])
    done = run("check", good, *paths.values(), tmp_path / "missing.toml", tmp_path)
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert lines[0] == f"{good}: right"
    assert len(lines) == len(BAD) + 3
    for name, (_, says) in BAD.items():
        told = [line for line in done.stderr.splitlines() if line.startswith(f"kiosk: {paths[name]}: ")]
        for words in says:
            assert any(words in line for line in told), (name, told)
    assert f"kiosk: {tmp_path / 'missing.toml'}: there is no such file." in done.stderr
    assert f"kiosk: {tmp_path}: this is a folder." in done.stderr
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_check_for_machines_is_one_object_and_the_same_exit_code(tmp_path: Path) -> None:
    good, bad = interview_file(tmp_path, 1, 1), tmp_path / "bad.toml"
    bad.write_bytes(BAD["duplicate"][0])
    done = run("check", good, bad, "--json")
    first, second = json.loads(done.stdout)["interviews"]
    assert done.returncode == 2
    assert first == {"file": str(good), "problems": []}
    assert len(second["problems"]) == 1
    assert run("check", good).returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="names of files are text there")
def test_a_name_that_is_no_text_or_colours_the_terminal_is_shown_harmlessly(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.toml")
    odd.write_text(interview_file(tmp_path, 1, 1).read_text())
    for coding in ("utf-8", "ascii"):
        done = run("check", odd, env={**os.environ, "PYTHONIOENCODING": coding})
        assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in refused("inspect", f"{tmp_path}/\x1b[31m.mp4")


def test_a_configuration_names_file_line_and_key_of_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text('camra = "0"\nwords_per_minute = "fast"\n\n[theme]\ndark = true\n')
    says = [
        f'kiosk: {path}, line 1: camra: there is no such key; did you mean "camera"?',
        f"kiosk: {path}, line 2: words_per_minute: must be a whole number, not a text.",
        f"kiosk: {path}, line 4: theme: must be a text, not a table.",
    ]
    done = run("config", "check", path)
    assert (done.returncode, done.stdout, done.stderr.splitlines()) == (2, "", says)
    for verb in (("config", "show"), ("status",)):
        assert refused(*verb, "--config", path).splitlines() == says
    missing = tmp_path / "missing.toml"
    assert refused("config", "show", "--config", missing) == f"kiosk: {missing}: there is no such file."


def test_the_configuration_is_shown_with_where_each_value_came_from(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text('kiosk_name = "Reception"\ncamera = 2\n')
    more = {"env": {**os.environ, "KIOSK_THEME": "dark"}}
    words = ("config", "show", "--config", path, "--output", tmp_path / "out", "--speaker", "null")
    found = json.loads(run(*words, "--json", **more).stdout)
    assert found["values"]["kiosk_name"] == "Reception"
    sources = {key: source for key, source in found["sources"].items() if source != "default"}
    assert sources == {
        "kiosk_name": str(path),
        "camera": str(path),
        "theme": "KIOSK_THEME",
        "output": "--output",
        "speaker": "--speaker",
    }
    assert {"path": str(path), "found": True} in found["files"]
    shown = run(*words, **more).stdout
    assert "KIOSK_THEME" in shown
    assert "machine file" in shown


def test_without_a_file_the_defaults_hold_and_the_environment_is_checked() -> None:
    done = run("config", "check")
    assert (done.returncode, done.stdout) == (0, "There is no configuration file; defaults hold.\n")
    done = run("config", "check", "--json", env={**os.environ, "KIOSK_PRESET": "fastest"})
    assert done.returncode == 2
    assert json.loads(done.stdout)["problems"][0].startswith("KIOSK_PRESET: must be one of ")


def test_inspect_tells_what_a_file_is_not(tmp_path: Path) -> None:
    empty, text = tmp_path / "empty.mp4", tmp_path / "text.mp4"
    empty.touch()
    text.write_text("This is no film.")
    says = {
        empty: f"kiosk: {empty} is empty.",
        text: f"kiosk: {text} is not an MP4 file.",
        tmp_path: f"kiosk: {tmp_path} is a folder; name an MP4 file in it.",
        tmp_path / "x": f"kiosk: There is no file {tmp_path / 'x'}.",
    }
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe")
        says[tmp_path / "pipe"] = f"kiosk: {tmp_path / 'pipe'} is not a file."
    assert all_refused([("inspect", path, "--json") for path in says]) == list(says.values())


def test_a_torn_recording_is_measured_as_far_as_it_goes_or_refused(ended: Ended, tmp_path: Path) -> None:
    whole = ended.file.read_bytes()
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(whole[:2000])
    assert "holds no recording" in refused("inspect", torn)
    torn.write_bytes(whole[:-1])
    found = json.loads(run("inspect", torn, "--json").stdout)
    assert found["integrity"]["torn_bytes"] > 0
    assert found["integrity"]["manifest"] == "none"


def test_a_whole_recording_is_inspected_beside_its_manifest(ended: Ended) -> None:
    found = json.loads(run("inspect", ended.file, "--json").stdout)
    assert found.keys() == {"file", "bytes", "duration_s", "video", "audio", "chapters", "integrity", "quality"}
    assert found["integrity"]["torn_bytes"] == 0
    assert found["integrity"]["manifest"] == "matches"
    assert found["chapters"][0]["question"] == "one"
