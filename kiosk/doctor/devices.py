"""Cameras, microphones, loudspeakers, voices and the right to use them."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.config import Config
from kiosk.devices.listing import CameraEntry, SoundEntry, list_devices
from kiosk.domain.devices import VoiceInfo
from kiosk.domain.errors import KioskError
from kiosk.domain.finding import Finding, Grade
from kiosk.interviews.load import load_all
from kiosk.speech.voices import choose_voice
from kiosk.system import places

if sys.platform == "win32":
    import winreg

LIMIT_S: Final = 8.0
"""For each question to a driver."""
FEWEST_PICTURES: Final = 24.0
"""A second; below this a film looks uneven, and most often it is too dark for the camera."""
ELSEWHERE: Final = ("file:", "http://", "https://")
NAMES: Final = {"camera": "camera", "microphone": "microphone", "speaker": "loudspeaker"}
_PLUG_IN: Final = "Plug it in, or name another one: 'kiosk devices' lists what there is."


def examine_devices(config: Config) -> list[Finding]:
    """Lists and measures: cameras are opened for a moment."""
    found = list_devices(places.own_command("_list-devices"), LIMIT_S)
    findings = [
        examine_camera(config.camera, found.cameras),
        examine_sound("microphone", config.microphone, found.microphones),
        examine_sound("speaker", config.speaker, found.loudspeakers),
        *examine_voices(config, found.voices),
    ]
    findings += [
        Finding("drivers", Grade.WARN, trouble, "See that the sound and camera drivers are installed.")
        for trouble in found.troubles
    ]
    return findings


def in_use() -> list[Finding]:
    """The same while something is recorded: nobody touches them."""
    return [
        Finding(kind, Grade.OK, f"The {name} is in use by the recording that runs, and is not examined.")
        for kind, name in NAMES.items()
    ]


def examine_camera(spec: str, cameras: Sequence[CameraEntry]) -> Finding:
    elsewhere = _elsewhere("camera", spec)
    if elsewhere is not None:
        return elsewhere
    for number, entry in enumerate(cameras):
        names = {entry.id, entry.name, entry.spec, entry.path, entry.path.removeprefix("/dev/video")}
        if spec not in names and not (spec in {"", "default"} and number == 0):
            continue
        if entry.trouble:
            return Finding("camera", Grade.BAD, f"{entry.name}: {entry.trouble}", "See that it is plugged in and free.")
        fact = f"{entry.name} gives {entry.fps:.1f} pictures a second, {entry.width}x{entry.height} {entry.encoding}."
        if entry.fps < FEWEST_PICTURES:
            remedy = "Make the room lighter, or plug the camera into a port of its own."
            return Finding("camera", Grade.WARN, fact, remedy, entry.fps, "pictures/s")
        return Finding("camera", Grade.OK, fact, "", entry.fps, "pictures/s")
    return _missing("camera", spec, [entry.name for entry in cameras])


def examine_sound(kind: str, spec: str, entries: Sequence[SoundEntry]) -> Finding:
    elsewhere = _elsewhere(kind, spec)
    if elsewhere is not None:
        return elsewhere
    preferred = spec.lower() in {"", "default"}
    for entry in entries:
        if (preferred and (entry.default or len(entries) == 1)) or spec in {entry.id, entry.name, entry.spec}:
            fact = f"The {NAMES[kind]} is {entry.name} at {entry.rate} Hz."
            return Finding(kind, Grade.OK, fact, "", entry.rate, "Hz")
    if entries and (preferred or spec.isdecimal()):  # the system has its own idea of which one that is
        return Finding(kind, Grade.OK, f"There are {len(entries)} to choose the {NAMES[kind]} from.")
    return _missing(kind, spec, [entry.name for entry in entries])


def _elsewhere(kind: str, spec: str) -> Finding | None:
    """What is no device of this machine."""
    if spec in {"simulated", "null"}:
        fact = f"The {NAMES[kind]} is {'simulated' if spec == 'simulated' else 'left out'}, as it is configured."
        return Finding(kind, Grade.WARN, fact, f"Set '{kind}' in the configuration to a real one before interviews.")
    if not spec.startswith(ELSEWHERE):
        return None
    path = spec.removeprefix("file:")
    if path != spec and not Path(path).is_file():
        return Finding(kind, Grade.BAD, f"The {NAMES[kind]} is a file that is not there: {path}.", "Name another one.")
    return Finding(kind, Grade.OK, f"The {NAMES[kind]} is no device of this machine, and is not examined.")


def _missing(kind: str, spec: str, others: Sequence[str]) -> Finding:
    there = f"There is: {', '.join(others)}." if others else "The system lists none."
    which = "No" if spec in {"", "default"} else f"The configured ({spec})"
    state = "is plugged in" if which == "No" else "is not there"
    return Finding(kind, Grade.BAD, f"{which} {NAMES[kind]} {state}. {there}", _PLUG_IN)


# ── Voices ──────────────────────────────────────────────────────────────────────────────────────────────────────


def examine_voices(config: Config, voices: Sequence[VoiceInfo]) -> list[Finding]:
    """Whether what is asked here can be spoken, and is right."""
    captions = "Until then questions are shown as captions."
    if not voices:
        remedy = f"Install espeak-ng, or a voice in the system's settings. {captions}"
        return [Finding("voice", Grade.BAD, "There is no voice on this machine.", remedy)]
    findings = []
    asked = {(config.language, config.voice)}
    try:
        interviews = load_all(config.interview)
        asked = {(each.language, each.voice or config.voice) for each in interviews}
        count = f"{len(interviews)} interview file{'' if len(interviews) == 1 else 's'}"
        findings.append(Finding("interview", Grade.OK, f"{count} in {config.interview}, without a mistake."))
    except KioskError as error:
        fact = str(error).splitlines()[0]
        findings.append(Finding("interview", Grade.BAD, fact, "'kiosk check' names every mistake in a file."))
    try:
        chosen = sorted(choose_voice(voices, language, wanted) for language, wanted in asked)
    except KioskError as error:
        return [*findings, Finding("voice", Grade.BAD, error.what, error.remedy or captions)]
    fact = f"{len(voices)} voices; {', '.join(chosen)} asks."
    return [*findings, Finding("voice", Grade.OK, fact, "", len(voices), "voices")]


# ── Permissions ─────────────────────────────────────────────────────────────────────────────────────────────────


def examine_permissions(dev: Path = Path("/dev")) -> Finding:
    """Whether the system lets this account use cameras and sound."""
    if sys.platform == "win32":
        return _consented()
    if Path("/.flatpak-info").exists() or "SNAP" in os.environ:
        remedy = "Let it use camera and microphone in the system's settings, or install the system's own package."
        return Finding(
            "permissions", Grade.WARN, "The program runs in a sandbox that may keep devices from it.", remedy
        )
    refused = [
        (node, group)
        for pattern, group in (("video[0-9]*", "video"), ("snd/pcm*", "audio"))
        for node in sorted(dev.glob(pattern))
        if not os.access(node, os.R_OK | os.W_OK)
    ]
    if refused:
        groups = ",".join(dict.fromkeys(group for _, group in refused))
        fact = f"This account may not use {', '.join(str(node) for node, _ in refused[:3])}."
        return Finding("permissions", Grade.BAD, fact, f"Run: sudo usermod -aG {groups} ACCOUNT, then sign in again.")
    return Finding("permissions", Grade.OK, "This account may use the cameras and sound devices that there are.")


if sys.platform == "win32":
    _STORE: Final = r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore"

    def _consented() -> Finding:
        """Windows' privacy settings, for all programs of the desktop. Not run on a Windows machine yet."""
        refused = []
        for name, device in (("webcam", "camera"), ("microphone", "microphone")):
            for place in (name, rf"{name}\NonPackaged"):
                try:
                    with winreg.OpenKey(winreg.HKEY_CURRENT_USER, rf"{_STORE}\{place}") as key:
                        if winreg.QueryValueEx(key, "Value")[0] == "Deny":
                            refused.append(device)
                except OSError:
                    continue
        if refused:
            fact = f"Windows' privacy settings keep this from programs: {', '.join(dict.fromkeys(refused))}."
            remedy = "Allow desktop programs there, in Settings, Privacy, or by Group Policy."
            return Finding("permissions", Grade.BAD, fact, remedy)
        return Finding("permissions", Grade.OK, "Windows' privacy settings allow camera and microphone.")
