"""What is said of devices and voices, from lists as the drivers give them."""

import os
from pathlib import Path

import pytest

from kiosk.config import load
from kiosk.devices.listing import CameraEntry, SoundEntry
from kiosk.doctor.devices import examine_camera, examine_permissions, examine_sound, examine_voices
from kiosk.domain.devices import VoiceInfo
from kiosk.domain.finding import Finding, Grade

GOOD = CameraEntry("usb-1", "Webcam", "usb-1", "/dev/video0", (), "jpeg", 1280, 720, 29.97)
SLOW = CameraEntry("usb-2", "Dark webcam", "usb-2", "/dev/video2", (), "jpeg", 1280, 720, 14.9)
LOST = CameraEntry("usb-3", "Refused webcam", "usb-3", "/dev/video4", trouble="The system refuses it.")
ALL = (GOOD, SLOW, LOST)
MICROPHONES = (
    SoundEntry("alsa-1", "Boundary microphone", "Boundary microphone", 48_000, default=False),
    SoundEntry("alsa-2", "Headset", "Headset", 16_000, default=True),
)
VOICES = (VoiceInfo("gmw/en-us", "English", ("en-us",)), VoiceInfo("gmw/de", "German", ("de",)))


@pytest.mark.parametrize("spec", ["0", "/dev/video0", "usb-1", "Webcam", "default", ""])
def test_a_camera_is_found_by_whatever_names_it(spec: str) -> None:
    found = examine_camera(spec, ALL)
    assert (found.grade, found.number, found.unit) == (Grade.OK, 29.97, "pictures/s")
    assert found.fact == "Webcam gives 30.0 pictures a second, 1280x720 jpeg."


def test_a_camera_that_is_slow_refused_or_missing_is_told_with_a_remedy() -> None:
    slow, lost, missing = (examine_camera(spec, ALL) for spec in ("usb-2", "4", "usb-9"))
    assert [found.grade for found in (slow, lost, missing)] == [Grade.WARN, Grade.BAD, Grade.BAD]
    assert "lighter" in slow.remedy
    assert lost.fact == "Refused webcam: The system refuses it."
    assert missing.fact == (
        "The configured (usb-9) camera is not there. There is: Webcam, Dark webcam, Refused webcam."
    )
    assert all(found.remedy for found in (slow, lost, missing))
    assert examine_camera("default", ()).fact == "No camera is plugged in. The system lists none."


def test_a_device_that_is_not_real_is_no_way_to_hold_interviews(tmp_path: Path) -> None:
    assert examine_camera("simulated", ALL).grade is Grade.WARN
    assert examine_sound("speaker", "null", ()).grade is Grade.WARN
    assert examine_camera(f"file:{tmp_path}/none.mp4", ALL).grade is Grade.BAD
    (tmp_path / "loop.mp4").touch()
    assert examine_camera(f"file:{tmp_path}/loop.mp4", ALL).grade is Grade.OK
    assert examine_camera("http://127.0.0.1:8080/x", ()).grade is Grade.OK


def test_a_microphone_is_the_systems_choice_or_the_one_that_is_named() -> None:
    assert examine_sound("microphone", "default", MICROPHONES).fact == "The microphone is Headset at 16000 Hz."
    assert examine_sound("microphone", "alsa-1", MICROPHONES).fact.startswith("The microphone is Boundary microphone")
    assert examine_sound("microphone", "7", MICROPHONES).grade is Grade.OK
    assert examine_sound("microphone", "gone", MICROPHONES).grade is Grade.BAD
    assert examine_sound("speaker", "default", ()).fact == "No loudspeaker is plugged in. The system lists none."


def voices(tmp_path: Path, *known: VoiceInfo, **keys: object) -> list[Finding]:
    config = load(keys, None, {}, machine_file=tmp_path / "m", user_file=tmp_path / "u").config
    return examine_voices(config, known)


def test_the_voice_that_will_ask_is_named(tmp_path: Path) -> None:
    interview, voice = voices(tmp_path, *VOICES)
    assert (interview.grade, voice.grade) == (Grade.OK, Grade.OK)
    assert voice.fact == "2 voices; gmw/en-us asks."


def test_without_a_voice_for_the_interview_it_is_told(tmp_path: Path) -> None:
    assert voices(tmp_path)[0].fact == "There is no voice on this machine."
    wrong = voices(tmp_path, VOICES[1])[-1]
    assert (wrong.check, wrong.grade) == ("voice", Grade.BAD)
    assert wrong.remedy == "There are voices for: de."
    (tmp_path / "bad.toml").write_text("schema = 1")
    interview, voice = voices(tmp_path, *VOICES, interview=tmp_path / "bad.toml")
    assert (interview.check, interview.grade, voice.grade) == ("interview", Grade.BAD, Grade.OK)
    assert str(tmp_path / "bad.toml") in interview.fact


@pytest.mark.skipif(os.name == "nt", reason="devices are files on Linux")
def test_the_right_to_use_devices_is_told_by_group(tmp_path: Path) -> None:
    assert examine_permissions(tmp_path).grade is Grade.OK
    (tmp_path / "snd").mkdir()
    for name in ("video0", "snd/pcmC0D0c"):
        (tmp_path / name).symlink_to(tmp_path / "gone")  # what the system lets nobody open, root neither
    found = examine_permissions(tmp_path)
    assert found.grade is Grade.BAD
    assert found.remedy.startswith("Run: sudo usermod -aG video,audio ")
