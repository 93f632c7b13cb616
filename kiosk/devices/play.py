"""A child that plays one sound file and ends: what a kiosk reads aloud while no recorder runs.

The kiosk's own process touches no device, and ends this one to end the sound.
"""

import argparse
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.devices import wav
from kiosk.devices.opener import Devices
from kiosk.devices.sound_system import LOUDSPEAKER_LATENCIES_S
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import Samples
from kiosk.domain.errors import KioskError
from kiosk.system import places

PATIENCE_S: Final = 5.0
"""How much longer than its length a sound may take."""
HOLDS_S: Final = LOUDSPEAKER_LATENCIES_S[-1:]
"""It is opened once, so it holds much from the start."""


def play(devices: Devices, speaker: str, path: Path) -> None:
    """Plays it to the end. Raises BadRequest, DeviceFailed."""
    loudspeaker = devices.loudspeaker(speaker)
    samples = wav.read_at(path, loudspeaker.rate)
    clock, over = SystemClock(), threading.Event()
    ends_ns = 0
    at = 0

    def fill(out: Samples, first: int, t_ns: int) -> None:
        nonlocal at, ends_ns
        del first
        piece = samples[at : at + len(out)]
        out[: len(piece)] = piece
        at += len(piece)
        if at >= len(samples) and not ends_ns:
            ends_ns = t_ns + len(piece) * NS // loudspeaker.rate
            over.set()

    loudspeaker.start(fill, lambda _why: over.set())
    try:
        over.wait(len(samples) / loudspeaker.rate + PATIENCE_S)
        threading.Event().wait(max(0.0, (ends_ns - clock.now_ns()) / NS))  # until the last sample has sounded
    finally:
        loudspeaker.stop()


def main_child(arguments: Sequence[str]) -> int:
    """`--speaker SPEC FILE`; 1 when nothing could be played."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--speaker", required=True)
    parser.add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    try:
        play(Devices(SystemClock(), places.asset(""), latencies_s=HOLDS_S), options.speaker, options.file)
    except KioskError as error:
        print(error, file=sys.stderr)  # noqa: T201  # its parent keeps what it says
        return 1
    return 0
