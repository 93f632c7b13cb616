"""What a player hears, after AAC: measured by the ffmpeg program, which shares nothing with us."""

import io
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from kiosk.domain.clock import NS
from kiosk.domain.devices import RATE, Samples
from kiosk.media.loudness import true_peak_dbtp
from kiosk.mix.limiter import Limiter
from kiosk.mix.mixer import Mixer
from tests.mix.echo_room import voices
from tests.mix.virtual import T0, VirtualMicrophone, joined, run


def after_aac(samples: Samples) -> Samples:
    """Coded as the recording is, 128 kbit/s, and decoded again."""
    file = io.BytesIO()
    with av.open(file, mode="w", format="mp4") as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono", bit_rate=128_000)
        stream.codec_context.options = {"aac_coder": "fast"}
        for at in range(0, len(samples) - 1023, 1024):
            frame = av.AudioFrame.from_ndarray(samples[None, at : at + 1024], format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, mode="r") as coded:
        decoded = [frame.to_ndarray()[0] for frame in coded.decode(audio=0)]
    return np.concatenate(decoded).astype(np.float32)


def measured_by_ffmpeg(samples: Samples, folder: Path) -> tuple[float, float]:
    """(LUFS, dBTP) by the program's own meter."""
    program = shutil.which("ffmpeg")
    if program is None:
        pytest.skip("ffmpeg is not installed")
    raw = folder / "sound.f32"
    raw.write_bytes(samples.astype("<f4").tobytes())
    command = [program, "-hide_banner", "-nostats", "-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", str(raw)]
    command += ["-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    summary = said[said.rindex("Summary:") :]
    loudness, peak = re.search(r"I:\s+(\S+) LUFS", summary), re.search(r"Peak:\s+(\S+) dBFS", summary)
    assert loudness
    assert peak
    return float(loudness[1]), float(peak[1])


@pytest.mark.parametrize("louder_db", [0, 6, 12])
def test_question_and_answer_together_stay_below_1_dbtp_in_what_a_player_decodes(
    louder_db: float, tmp_path: Path
) -> None:
    (asked, *_), said = voices()
    person = said * np.float32(10 ** (louder_db / 20))
    mixer = Mixer(T0, audible=False)
    mixer.voice("q1", asked, T0 + NS // 2)

    def speaks(t: "np.ndarray") -> "np.ndarray":
        heard: np.ndarray = np.clip(np.interp(t - 0.5, np.arange(len(person)) / RATE, person, 0, 0), -1, 1)
        return heard

    mixed = joined(run(mixer, VirtualMicrophone(speaks, block=4800), 5) + mixer.finish(T0 + 5 * NS))
    heard = after_aac(mixed)
    assert np.abs(mixed).max() > 0.5, "it must be loud enough to be limited"
    assert true_peak_dbtp(heard, RATE) <= -1.0
    assert measured_by_ffmpeg(heard, tmp_path)[1] <= -1.0


def test_clipped_noise_stays_below_it_too(tmp_path: Path) -> None:
    noise = np.clip(np.random.default_rng(4).normal(size=3 * RATE) * 2, -1, 1).astype(np.float32)
    limiter = Limiter()
    limited = np.concatenate([limiter.push(noise), limiter.flush()])
    assert measured_by_ffmpeg(limited, tmp_path)[1] <= -1.0


def test_every_rendered_voice_is_at_20_lufs_by_another_meter(tmp_path: Path) -> None:
    asked, said = voices()
    for voice in (*asked, said):
        loudness, peak = measured_by_ffmpeg(voice, tmp_path)
        assert loudness == pytest.approx(-20, abs=1)
        assert peak <= -1.0
