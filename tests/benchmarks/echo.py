"""What becomes of a question's echo and of somebody who talks over it, in a simulated room, beside AEC3 alone.

STOI (short-time objective intelligibility, 0 to 1) of the person's words: as the microphone heard them, through AEC3
alone, and as they go into the track. Above 0.75 sentences are understood.
"""

import time

import numpy as np
from pystoi import stoi

from kiosk.domain.devices import RATE, Samples
from kiosk.mix.echo import Echo
from kiosk.mix.echo_remover import AEC3_DELAY, aec3
from tests.mix.echo_room import Scene, down_db, mixed_in, scene

ROOMS = ((20, -6, 100), (60, -12, -100), (100, -18, 0), (150, -6, 30), (60, -120, 0))
"""Delay (ms), echo against the question (dB; -120: headphones), how slow the loudspeaker is (ppm)."""


def run() -> str:
    lines = [
        "room                     echo down, first 2 s / later      second peak   STOI heard > AEC3 alone > ours  CPU"
    ]
    for delay_ms, echo_db, ppm in ROOMS:
        quiet = scene(delay_ms=delay_ms, echo_db=echo_db, ppm=ppm, questions=3)
        loud = scene(delay_ms=delay_ms, echo_db=echo_db, ppm=ppm, questions=3, talks=True)
        kept, quiet_figures = mixed_in(quiet, Echo(audible=True))
        began = time.process_time()
        talked, loud_figures = mixed_in(loud, Echo(audible=True))
        cost = (time.process_time() - began) / sum((end - first) / RATE for first, end in loud.spans())
        down = [
            f"{down_db(quiet.echo[a : a + 2 * RATE], kept[a : a + 2 * RATE]):.0f}/"
            f"{down_db(quiet.echo[a + 2 * RATE : b], kept[a + 2 * RATE : b]):.0f}"
            for a, b in quiet.spans()
        ]
        peaks = [f"{each.second_peak_db:.0f}" for each in (*quiet_figures, *loud_figures)]
        alone = _aec3_alone(loud)
        words = [
            " > ".join(f"{_stoi(loud, track, a, b):.2f}" for track in (loud.heard, alone, talked))
            for a, b in loud.spans()
        ]
        room = f"{delay_ms} ms, {echo_db} dB, {ppm} ppm"
        methods = {each.method for each in loud_figures}
        echo = "no echo" if echo_db < -100 else " ".join(down)
        lines.append(f"{room:<24} {echo:<24} {' '.join(peaks):<28} {'; '.join(words)}  {cost:.3f} {' '.join(methods)}")
    lines.append(
        "second peaks: three questions without and three with somebody who talks (there, accident reaches -30)"
    )
    lines.append(
        "CPU: seconds of it for each second of question; outside of questions the microphone is handed on as it is"
    )
    return "\n".join(lines)


def _stoi(seen: Scene, track: Samples, first: int, end: int) -> float:
    begin = first + int(0.8 * RATE)
    return float(stoi(seen.person[begin:end], track[begin:end], RATE))


def _aec3_alone(seen: Scene) -> Samples:
    played = np.zeros(len(seen.heard), np.float32)
    for at, clip in zip(seen.begins, seen.questions, strict=True):
        played[at : at + len(clip)] = clip
    out = aec3().process(seen.heard, played)
    return np.concatenate([out[AEC3_DELAY:], np.zeros(AEC3_DELAY, np.float32)])
