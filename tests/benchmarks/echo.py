"""What becomes of a question's echo and of somebody who talks over it, in simulated rooms, beside AEC3 alone.

While somebody talks, the track holds both, so the echo in it cannot be weighed; it is taken apart instead
(`tests/mix/echo_parts.py`): what the remover takes away and its gains are written down and applied to the echo, the
person and the noise alone. They add up to the track, and the measure's own test plants rests of -20, -30 and -40 dB.

STOI (short-time objective intelligibility, 0 to 1) of the person's words: as the microphone heard them, through AEC3
alone, and as they go into the track. Above 0.75 sentences are understood.
"""

import time
from itertools import product

import numpy as np
from pystoi import stoi

from kiosk.domain.devices import RATE, Samples
from kiosk.mix.echo import Echo, Method
from kiosk.mix.echo_remover import AEC3_DELAY, aec3
from tests.mix.echo_parts import Parts, dissected
from tests.mix.echo_room import TALK, Scene, down_db, mixed_in, scene

ROOMS = ((20, -6, 100), (60, -12, -100), (100, -18, 0), (150, -6, 30), (60, -120, 0))
"""Delay (ms), echo against the question (dB; -120: headphones), how slow the loudspeaker is (ppm)."""

DELAYS_MS = (20, 80, 150)
REVERBERATIONS_S = (0.2, 0.5)
TALKS_DB = (-6, 0, 6)
"""How loud the person is against the echo while both sound."""
DRIFTS_PPM = (0, 60, -60)


def run() -> str:
    return f"{_talked_over()}\n\n{_rooms()}"


def _talked_over() -> str:
    lines = [
        "Somebody talks over each of three questions, from 0.8 s on. Worst of the three; STOI: mean of them.",
        "delay   reverb.  person  echo down, 2 s/later  2nd peak  STOI heard > AEC3 alone > ours  person weaker  parts",
    ]
    worst = (99.0, 99.0, -99.0)
    lost = 1.0
    for number, (delay_ms, seconds, talk_db) in enumerate(product(DELAYS_MS, REVERBERATIONS_S, TALKS_DB)):
        seen = scene(
            delay_ms=delay_ms,
            reverberation_s=seconds,
            talks=True,
            talk_db=talk_db,
            questions=3,
            ppm=DRIFTS_PPM[number % len(DRIFTS_PPM)],
        )
        parts, figures = dissected(seen)
        soon, later = (min(each) for each in zip(*(part.down_db for part in parts), strict=True))
        peak = max(part.second_peak_db for part in parts)
        worst = (min(worst[0], soon), min(worst[1], later), max(worst[2], peak))
        alone = _aec3_alone(seen)
        heard = float(np.mean([_words(part, part.heard) for part in parts]))
        strict = float(np.mean([_stoi(seen, alone, a, b) for a, b in seen.spans()]))
        ours = [_words(part, part.track) for part in parts]
        lost = min(lost, *ours)
        weaker = max(down_db(part.person_before[TALK:], part.person[TALK:]) for part in parts)
        methods = {each.method for each in figures} - {Method.AEC3}
        lines.append(
            f"{delay_ms:>3} ms  {seconds} s    {talk_db:>+3} dB   {soon:>8.1f} / {later:.1f} dB {peak:>14.0f} dB"
            f"       {heard:.2f} > {strict:.2f} > {np.mean(ours):.2f} {weaker:>17.1f} dB"
            f" {max(part.unexplained_db for part in parts):>6.0f} dB {' '.join(methods)}"
        )
    alone_parts, _ = dissected(scene(delay_ms=80, echo_db=-120, talks=True, questions=3))
    floor = min(down_db(part.person_before, part.echo) for part in alone_parts)
    lines += [
        f"worst: {worst[0]:.1f} dB first, {worst[1]:.1f} dB later, second peak {worst[2]:.0f} dB, STOI {lost:.2f}",
        "parts: what they do not add up to, against the track",
        f"where there is no echo at all, what is taken for one is {floor:.0f} dB below the person",
    ]
    return "\n".join(lines)


def _words(part: Parts, track: Samples) -> float:
    return float(stoi(part.person_before[TALK:], track[TALK:], RATE))


def _rooms() -> str:
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
