"""Flash and click through the real program: where each of them stands in the finished file, nothing left out.

The lab is a network camera that flashes every second and a person who clicks at the same instant, heard by a 44.1 kHz
microphone behind a real sound server; questions sound through a 48 kHz loudspeaker of the same room. First
`kiosk rehearse` measures this kiosk's own fixed offset, as it does at any desk; then that is set, and it is recorded.
"""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import av
import numpy as np

from kiosk.media.sync import sync_offsets
from tests.conformance.sound_server import sound_server
from tests.end_to_end import program
from tests.end_to_end.lab import Lab, interview_file

FPS = 30
NEAR_MS = 10.0
CUT = 0.6
REHEARSED_S = 8
DEVICES = ("--microphone", "pulse", "--speaker", "default")
NOTE = f"""
Sound later than picture, flash by flash, as it stands in the file: no flash is left out, and nothing is taken out of
the figures. `counted` places sound by counting decoded samples, `times` by its presentation times; `cut` is the file
cut off at {CUT:.0%} of its bytes. Goal: within {NEAR_MS:.0f} ms. Holes are between packets of sound, by their times."""


def run(folder: Path, seconds: int) -> str:
    """The report. Raises SystemExit when the program does not do it."""
    interview = interview_file(folder, seconds)
    with sound_server(rate=44_100), contextlib.ExitStack() as ending:
        lab = Lab(every=FPS)
        ending.callback(lab.close)
        camera = ("--camera", lab.camera.url)
        offset_ms = _rehearsed(folder / "rehearsal", camera)
        environment = {**os.environ, "KIOSK_SOUND_OFFSET_MS": str(offset_ms)}
        recording = program.Recording(interview, folder / "out", extra=(*camera, *DEVICES), environment=environment)
        ending.callback(recording.end)
        code, result, errors = recording.finish(seconds + program.PATIENCE_S)
    if code:
        raise SystemExit(errors)
    manifest_path = Path(result["manifest"])
    manifest: dict[str, Any] = json.loads(manifest_path.read_text())
    dry = sum(each["what"] == "loudspeaker-ran-dry" for each in manifest["events"])
    lines = [
        f"{seconds} s, flash and click every second; offset of this kiosk by `kiosk rehearse`: {offset_ms} ms, set",
        f"encoder preset {manifest['devices']['preset']}; the loudspeaker ran dry {dry} times",
    ]
    for segment in manifest["segments"]:
        lines += _told(manifest_path.parent / segment["file"], folder)
    return "\n".join([*lines, NOTE])


def _rehearsed(output: Path, camera: tuple[str, ...]) -> int:
    """This kiosk's offset in milliseconds, as its own rehearsal tells it."""
    done = program.run("rehearse", "--json", "--seconds", str(REHEARSED_S), "--output", output, *camera, *DEVICES)
    told = json.loads(done.stdout) if done.stdout else {}
    if told.get("sound_offset_ms") is None:
        raise SystemExit(f"The rehearsal found no flash with a click. {done.stderr}")
    return int(told["sound_offset_ms"])


def _told(file: Path, folder: Path) -> list[str]:
    """One segment, flash by flash, by both measures, whole and cut off."""
    cut = folder / f"cut-{file.name}"
    cut.write_bytes(file.read_bytes()[: round(file.stat().st_size * CUT)])
    names = ("times", "counted", "cut, times", "cut, counted")
    columns = [
        {mark.at_s: mark.sound_later_s * 1000 for mark in sync_offsets(path, counted=counted)}
        for path in (file, cut)
        for counted in (False, True)
    ]
    lines = ["", file.name, f"{'flash at s':>12}" + "".join(f"{name + ' ms':>18}" for name in names)]
    for at_s in columns[0]:
        told = [f"{column[at_s]:+.2f}" if at_s in column else "" for column in columns]
        lines.append(f"{at_s:>12.3f}" + "".join(f"{each:>18}" for each in told))
    most = [max(map(abs, column.values()), default=float("nan")) for column in columns]
    lines.append(f"{'furthest off':>12}" + "".join(f"{each:>18.2f}" for each in most))
    lines.append(f"{'flashes':>12}" + "".join(f"{len(column):>18}" for column in columns))
    lines.append(f"longest hole in the sound: {_longest_hole_ms(file):.3f} ms")
    return lines


def _longest_hole_ms(file: Path) -> float:
    with av.open(str(file)) as container:
        packets = [packet for packet in container.demux(container.streams.audio[0]) if packet.pts is not None]
    begins = np.array([float((packet.pts or 0) * (packet.time_base or 0)) for packet in packets])
    lengths = np.array([float((packet.duration or 0) * (packet.time_base or 0)) for packet in packets])
    return max(0.0, float((begins[1:] - begins[:-1] - lengths[:-1]).max()) * 1000)
