"""What a player hears, after AAC: measured by the ffmpeg program, which shares nothing with us."""

import io
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from kiosk.devices.pyttsx3_voice import Pyttsx3Engine
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.devices import RATE, Samples
from kiosk.media.loudness import true_peak_dbtp
from kiosk.mix.limiter import Limiter
from kiosk.mix.mixer import Mixer
from kiosk.speech.voice_cache import SpeechCache, read_wav
from tests.mix.echo_room import CHILD, voices
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


@pytest.mark.parametrize("louder_db", [0, 6, 12, 18, 24, 30])
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


def material(what: str) -> Samples:
    """Three seconds that no limiter likes."""
    random = np.random.default_rng(4)
    t = np.arange(3 * RATE) / RATE
    _, said = voices()
    after_silence = (t >= 1).astype(np.float64)
    sound: np.ndarray
    match what:
        case "clipped noise":
            sound = np.clip(random.normal(size=t.size) * 2, -1, 1)
        case "clipped noise in syllables":
            sound = np.clip(random.normal(size=t.size) * np.clip(np.sin(2 * np.pi * 3 * t), 0, 1) * 4, -1, 1)
        case "dull clipped noise in syllables":
            spectrum = np.fft.rfft(random.normal(size=t.size))
            spectrum[np.fft.rfftfreq(t.size, 1 / RATE) > 8000] = 0
            sound = np.clip(np.fft.irfft(spectrum) * np.clip(np.sin(2 * np.pi * 3 * t), 0, 1) * 7, -1, 1)
        case "square, 100 Hz":
            sound = np.sign(np.sin(2 * np.pi * 100 * t))
        case "square, 997 Hz, after silence":
            sound = np.sign(np.sin(2 * np.pi * 997 * t)) * after_silence
        case "drums":
            beat = t % 0.34
            drum = np.exp(-12 * beat) * np.sin(2 * np.pi * (60 + 80 * np.exp(-30 * beat)) * beat)
            sound = 1.5 * drum + np.exp(-80 * beat) * random.normal(size=t.size)
        case "clicks":
            sound = np.zeros(t.size)
            sound[RATE // 2 :: RATE // 3] = 8
        case "a shout after silence":
            sound = 16 * said[: t.size] * after_silence
        case _:  # a shout after silence, at a microphone that clips
            sound = np.clip(16 * said[: t.size], -1, 1) * after_silence
    return sound.astype(np.float32)


@pytest.mark.parametrize(
    "what",
    [
        "clipped noise",
        "clipped noise in syllables",
        "dull clipped noise in syllables",
        "square, 100 Hz",
        "square, 997 Hz, after silence",
        "drums",
        "clicks",
        "a shout after silence",
        "a clipped shout after silence",
    ],
)
def test_what_a_player_decodes_of_the_worst_sounds_stays_below_1_dbtp(what: str, tmp_path: Path) -> None:
    limiter = Limiter()
    heard = after_aac(np.concatenate([limiter.push(material(what)), limiter.flush()]))
    assert true_peak_dbtp(heard, RATE) <= -1.0
    assert measured_by_ffmpeg(heard, tmp_path)[1] <= -1.0


@pytest.mark.parametrize("words_per_minute", [80, 150, 220])
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Please tell us about a project that you are proud of."),
        ("en", "Why?"),
        ("ar", "حدثنا من فضلك عن مشروع تفتخر به، وعن دورك فيه."),
    ],
)
def test_a_voice_of_each_language_slow_or_fast_is_at_20_lufs(
    language: str, text: str, words_per_minute: int, tmp_path: Path
) -> None:
    speech = SpeechCache(Pyttsx3Engine([sys.executable, "-c", CHILD]), tmp_path, SystemClock())
    voice = read_wav(speech.render(text, language=language, words_per_minute=words_per_minute))
    loudness, peak = measured_by_ffmpeg(voice, tmp_path)
    assert loudness == pytest.approx(-20, abs=1)
    assert peak <= -1.0


def test_every_rendered_voice_is_at_20_lufs_by_another_meter(tmp_path: Path) -> None:
    asked, said = voices()
    for voice in (*asked, said):
        loudness, peak = measured_by_ffmpeg(voice, tmp_path)
        assert loudness == pytest.approx(-20, abs=1)
        assert peak <= -1.0
