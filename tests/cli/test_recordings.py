"""`kiosk recover`, `kiosk verify` and `kiosk export`, as people call them."""

import io
import json
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.contract import names
from kiosk.files.recovery import nobody_records
from kiosk.media.inspect import inspect
from tests.files.sessions import SESSION, Left, left_by_a_recorder


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Left:
    return left_by_a_recorder(tmp_path_factory.mktemp("short"))


@pytest.fixture
def left(short: Left, tmp_path: Path) -> Left:
    found = short.copy(tmp_path / "out")
    found.video.write_bytes(found.data[:-50])
    return found


def said(capsys: pytest.CaptureFixture[str], *words: "str | Path") -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def test_recovery_says_what_it_found_and_a_second_time_that_all_is_well(
    left: Left, capsys: pytest.CaptureFixture[str]
) -> None:
    output = left.folder.parent
    code, out, err = said(capsys, "recover", "--output", output)
    assert (code, err) == (0, "")
    first, kept, last = out.splitlines()
    assert first.startswith(f"{SESSION}  recovered, 3.0 s are there, 0.")
    assert kept == f"  kept: {left.video}.tail"
    assert last == "1 session looked at. All that was recorded is in order."
    assert said(capsys, "recover", "--output", output)[1].startswith(f"{SESSION}  whole, 3.0 s\n")
    code, out, _ = said(capsys, "recover", "--all", "--json", "--output", output)
    told = json.loads(out)
    assert (code, told["whole"], told["sessions"][0]["outcome"]) == (0, True, "whole")


def test_recovery_of_what_cannot_be_read_fails(left: Left, capsys: pytest.CaptureFixture[str]) -> None:
    output = left.folder.parent
    said(capsys, "recover", "--output", output)
    data = left.video.read_bytes()
    left.video.write_bytes(data[:5000] + b"\0" + data[5001:])
    code, out, err = said(capsys, "recover", "--output", output)
    assert code == 1
    assert "Not everything can be read." in out
    assert err == f"kiosk: {SESSION}: Bytes of {left.video.name} are no longer those recorded.\n"
    assert said(capsys, "recover", "--output", output, "--json")[0] == 1


def test_recovery_of_an_empty_folder_is_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "recover", "--output", tmp_path) == (0, f"There are no sessions in {tmp_path}.\n", "")


def test_a_recording_is_verified_by_its_session_or_by_its_file(left: Left, capsys: pytest.CaptureFixture[str]) -> None:
    output = left.folder.parent
    code, _, err = said(capsys, "verify", left.video)
    assert (code, "are torn off" in err) == (1, True)
    code, _, err = said(capsys, "verify", SESSION, "--output", output)
    assert (code, "kiosk recover" in err) == (2, True)
    said(capsys, "recover", "--output", output)
    assert said(capsys, "verify", SESSION, "--output", output) == (0, f"{left.video}: whole, as recorded\n", "")
    code, out, _ = said(capsys, "verify", left.video, "--json")
    assert (code, json.loads(out)["whole"]) == (0, True)

    data = left.video.read_bytes()
    left.video.write_bytes(data[:5000] + b"\0" + data[5001:])
    code, out, err = said(capsys, "verify", SESSION, "--output", output)
    assert (code, out) == (1, f"{left.video}: not whole\n")
    assert "Chunk 0 (byte 0 on) has changed." in err
    left.video.unlink()
    assert "It is missing." in said(capsys, "verify", SESSION, "--output", output)[2]


def test_what_cannot_be_verified_or_exported_is_named(left: Left, capsys: pytest.CaptureFixture[str]) -> None:
    output = left.folder.parent
    none = SESSION[:-1] + "9"
    for words, says in (
        (("verify", none, "--output", output), "There is no session"),
        (("verify", "nothing.mp4"), "There is no file nothing.mp4."),
        (("verify", left.journal), "is not a recording of this program"),
        (("export", none, output, "--output", output), "There is no session"),
        (("export", "17", output, "--output", output), "'17' is not the id of a session."),
        (("export", SESSION, output, "--output", output), "was cut off. Run 'kiosk recover'"),
    ):
        code, out, err = said(capsys, *words)
        assert (code, out) == (2, "")
        assert says in err
    with nobody_records(output):
        assert "it is being recorded" in said(capsys, "export", SESSION, output, "--output", output)[2]


def test_an_export_is_an_ordinary_mp4_with_its_manifest_and_overwrites_nothing_unasked(
    left: Left, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output, stick = left.folder.parent, tmp_path / "stick"
    stick.mkdir()
    said(capsys, "recover", "--output", output)
    code, out, err = said(capsys, "export", SESSION, stick, "--output", output, "--json")
    assert (code, err) == (0, "")
    file = Path(json.loads(out)["file"])
    assert file == stick / f"interview_{SESSION}.mp4"
    found = inspect(file)
    assert found.integrity.undecodable == 0
    assert found.duration_s == pytest.approx(inspect(left.video).duration_s, abs=0.05)
    beside = file.with_suffix(".json")
    assert beside.read_bytes() == left.manifest.read_bytes()
    assert {path.name for path in stick.iterdir()} == {file.name, beside.name}

    file.write_bytes(b"mine")
    code, _, err = said(capsys, "export", SESSION, file, "--output", output)
    assert (code, "Use --force" in err) == (2, True)
    assert file.read_bytes() == b"mine"
    assert said(capsys, "export", SESSION, file, "--output", output, "--force")[0] == 0
    assert file.stat().st_size > 10_000
    assert "There is no folder" in said(capsys, "export", SESSION, stick / "x" / "y.mp4", "--output", output)[2]
    assert "recording itself" in said(capsys, "export", SESSION, left.video, "--output", output, "--force")[2]
    assert names.MANIFEST in {path.name for path in left.folder.iterdir()}


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


def test_whoever_sits_there_is_asked_before_anything_is_overwritten_and_sees_how_far_it_is(
    left: Left, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    output, file = left.folder.parent, tmp_path / "one.mp4"
    said(capsys, "recover", "--output", output)
    file.write_bytes(b"mine")
    monkeypatch.setattr("sys.stdin", Terminal("\n"))
    code, _, err = said(capsys, "export", SESSION, file, "--output", output)
    assert (code, "Overwrite? [y/N]" in err, file.read_bytes()) == (2, True, b"mine")
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    monkeypatch.setattr("sys.stderr", screen := Terminal())
    assert main(["export", SESSION, str(file), "--output", str(output)]) == 0
    assert file.stat().st_size > 10_000
    assert f"{'#' * 30} 100%  one.mp4" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K"), "the bar is gone when the work is done"
