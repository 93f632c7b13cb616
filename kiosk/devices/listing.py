"""What this machine has: cameras (measured), microphones, loudspeakers, voices.

Drivers hang and PortAudio's list is frozen in each process, so every question is asked in a child of its own that is
killed at a deadline: one hung camera costs its own line and nothing else. What is not known is left out, not guessed.
"""

import dataclasses
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kiosk.devices import opencv_camera, v4l2
from kiosk.devices.pyttsx3_voice import list_voices
from kiosk.devices.sound_system import SoundSystem
from kiosk.devices.sounddevice_streams import identity
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import DeviceIdentity, DeviceKind, VoiceInfo
from kiosk.domain.errors import BadRequest, KioskError
from kiosk.system import host

DEADLINE_S: Final = 20.0
MEASURED_S: Final = 2
_WARM_UP: Final = 5
"""Pictures that come in a burst after the start and are not counted."""
_MOST_FORMATS: Final = 6
_WINDOWS_CAMERAS: Final = 4


@dataclass(frozen=True, slots=True)
class Format:
    """A mode that the camera says it offers."""

    encoding: str
    width: int
    height: int
    fps: float


@dataclass(frozen=True, slots=True)
class CameraEntry:
    """A camera; `fps`, `encoding` and size are measured, and empty when `trouble` says why they could not be."""

    id: str
    name: str
    spec: str
    path: str
    formats: tuple[Format, ...] = ()
    encoding: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class SoundEntry:
    """A microphone or loudspeaker; `rate` is its own, `default` whether the system prefers it."""

    id: str
    name: str
    spec: str
    rate: int
    default: bool


@dataclass(frozen=True, slots=True)
class DeviceList:
    """Everything found; `troubles` says in plain words what could not be asked."""

    cameras: tuple[CameraEntry, ...] = ()
    microphones: tuple[SoundEntry, ...] = ()
    loudspeakers: tuple[SoundEntry, ...] = ()
    voices: tuple[VoiceInfo, ...] = ()
    troubles: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def list_devices(command: Sequence[str], deadline_s: float = DEADLINE_S) -> DeviceList:
    """Asks the system, through children that `command` and a verb start (`main_child`). Never raises for a device."""
    troubles: list[str] = []

    def ask(*arguments: str) -> dict[str, Any]:
        try:
            return _ask([*command, *arguments], deadline_s)
        except KioskError as error:
            troubles.append(str(error))
            return {}

    cameras = []
    for known in ask("cameras").get("cameras", []):
        entry = CameraEntry(**{**known, "formats": tuple(Format(**mode) for mode in known["formats"])})
        try:
            measured = _ask([*command, "measure", entry.path or entry.spec], deadline_s)
            cameras.append(dataclasses.replace(entry, **measured))
        except KioskError as error:
            cameras.append(dataclasses.replace(entry, trouble=str(error)))
    sound = ask("sound")
    voices = ask("voices").get("voices", [])
    return DeviceList(
        tuple(cameras),
        tuple(SoundEntry(**entry) for entry in sound.get("microphones", [])),
        tuple(SoundEntry(**entry) for entry in sound.get("loudspeakers", [])),
        tuple(VoiceInfo(voice["id"], voice["name"], tuple(voice["languages"])) for voice in voices),
        tuple(troubles),
    )


def _ask(command: list[str], deadline_s: float) -> dict[str, Any]:
    """The JSON of one child. Raises what the child reported, or that it hung."""
    what = " ".join(command[-2:] if command[-2] == "measure" else command[-1:])
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise KioskError(f"The devices cannot be listed ({error.strerror}).") from error
    with child:
        try:
            words, _ = child.communicate(timeout=deadline_s)
        except subprocess.TimeoutExpired as error:
            raise KioskError(f"No answer within {deadline_s:.0f} s to: {what}.", "Unplug the device.") from error
        finally:
            if child.returncode is None:
                host.kill_tree(child)
    try:
        answer = json.loads(words.decode("utf-8", "replace").splitlines()[-1])
    except (ValueError, IndexError) as error:
        raise KioskError(f"The child that was asked for {what} died (exit {child.returncode}).") from error
    if "error" in answer:
        raise KioskError(answer["error"])
    return dict(answer)


def describe(found: DeviceList) -> str:
    """The list as people read it."""
    lines = ["Cameras"]
    for camera in found.cameras:
        state = f"measured {camera.width}x{camera.height} {camera.encoding} at {camera.fps:.1f} a second"
        lines += [f"  {camera.name}  ({camera.spec})", f"      {camera.trouble or state}"]
        offers = [f"{m.encoding} {m.width}x{m.height}@{m.fps:g}" for m in camera.formats[:_MOST_FORMATS]]
        if offers:
            more = ", ..." if len(camera.formats) > len(offers) else ""
            lines.append(f"      offers {', '.join(offers)}{more}")
    for title, entries in (("Microphones", found.microphones), ("Loudspeakers", found.loudspeakers)):
        lines.append(title)
        lines += [f"  {e.spec}  {e.rate} Hz{'  (default)' if e.default else ''}" for e in entries]
    lines.append("Voices")
    if found.voices:
        languages = sorted({tag.split("-", maxsplit=1)[0] for voice in found.voices for tag in voice.languages})
        named = f"{len(found.voices)}, in these languages: {', '.join(languages)}"
        lines += textwrap.wrap(named, 100, initial_indent="  ", subsequent_indent="    ")
    for at in range(len(lines) - 1, -1, -1):
        heading = not lines[at].startswith(" ")
        if heading and (at + 1 == len(lines) or not lines[at + 1].startswith(" ")):
            lines.insert(at + 1, "  none")
    lines += [f"Not known: {trouble}" for trouble in found.troubles]
    return "\n".join(lines)


# ── the child ───────────────────────────────────────────────────────────────────────────────────────


def main_child(argv: Sequence[str]) -> int:
    """What a child does: `cameras`, `measure SPEC`, `sound` or `voices`; the last line it prints is JSON."""
    words = sys.stdout
    sys.stdout = sys.stderr
    try:
        answer = _do(list(argv))
    except KioskError as error:
        answer = {"error": str(error)}
    words.write(json.dumps(answer) + "\n")
    words.flush()
    os._exit(0)  # a driver that hangs must not keep the answer back


def _do(argv: list[str]) -> dict[str, Any]:
    match argv:
        case ["cameras"]:
            return {"cameras": [dataclasses.asdict(camera) for camera in _cameras()]}
        case ["measure", spec]:
            return _measure(spec)
        case ["sound"]:
            return _sound()
        case ["voices"]:
            return list_voices()
        case _:
            raise BadRequest("The listing process was started wrongly.", "It knows: cameras, measure, sound, voices.")


def _cameras() -> list[CameraEntry]:
    if sys.platform == "win32":
        return [CameraEntry(f"index:{n}", f"Camera {n}", str(n), "") for n in range(_WINDOWS_CAMERAS)]
    return [
        CameraEntry(
            node.identity.id,
            node.identity.name,
            node.identity.spec,
            str(node.path),
            tuple(Format(m.encoding, m.width, m.height, m.fps) for m in v4l2.formats(node.path)),
        )
        for node in v4l2.nodes()
    ]


def _measure(spec: str) -> dict[str, Any]:
    """Opens a camera for a moment."""
    clock = SystemClock()
    if spec.isdecimal():
        camera = opencv_camera.open_index(int(spec), clock)
    else:
        camera = opencv_camera.open_v4l2(v4l2.node_of(Path(spec)), clock)
    for _ in range(_WARM_UP):
        camera.read()
    first = last = camera.read()
    count = 0
    while last.t_ns - first.t_ns < MEASURED_S * NS:
        last = camera.read()
        count += 1
    fps = count * NS / (last.t_ns - first.t_ns)
    return {"encoding": last.encoding, "width": last.width, "height": last.height, "fps": round(fps, 2)}


def _sound() -> dict[str, Any]:
    library = SoundSystem().library()
    found: dict[str, list[dict[str, Any]]] = {"microphones": [], "loudspeakers": []}
    preferred = library.default.device
    for device in library.query_devices():
        for place, (key, kind, side) in enumerate(
            (
                ("microphones", DeviceKind.MICROPHONE, "max_input_channels"),
                ("loudspeakers", DeviceKind.LOUDSPEAKER, "max_output_channels"),
            )
        ):
            if device[side] > 0:
                who: DeviceIdentity = identity(library, kind, device)
                rate, default = round(device["default_samplerate"]), device["index"] == preferred[place]
                found[key].append(dataclasses.asdict(SoundEntry(who.id, who.name, who.spec, rate, default)))
    return found
