"""WAV files as samples. Reads what Python's `wave` reads: uncompressed PCM of 8, 16, 24 or 32 bits."""

import wave
from pathlib import Path

import numpy as np
import samplerate

from kiosk.domain.devices import Samples
from kiosk.domain.errors import BadRequest, DeviceFailed


def read(path: Path) -> tuple[Samples, int]:
    """Samples (the first channel) and rate. Raises BadRequest for what is no WAV, DeviceFailed when it is not there."""
    try:
        with wave.open(str(path), "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise BadRequest(f"{path} is no WAV file that can be read.", "Give an uncompressed WAV file.") from error
    except OSError as error:
        raise DeviceFailed(f"The file {path} cannot be opened ({error.strerror}).") from error
    raw = raw[: len(raw) // (width * channels) * width * channels]
    if width == 1:
        samples = np.frombuffer(raw, np.uint8).astype(np.float32) / 128 - 1
    elif width == 2:
        samples = np.frombuffer(raw, "<i2").astype(np.float32) / 32_768
    elif width == 3:
        parts = np.frombuffer(raw, np.uint8).reshape(-1, 3).astype(np.int32)
        joined = (parts[:, 0] | parts[:, 1] << 8 | parts[:, 2] << 16) << 8
        samples = joined.astype(np.float32) / 2_147_483_648
    else:
        samples = np.frombuffer(raw, "<i4").astype(np.float32) / 2_147_483_648
    return np.ascontiguousarray(samples[::channels], np.float32), rate


def read_at(path: Path, rate: int) -> Samples:
    """The same, resampled to `rate`."""
    samples, found = read(path)
    if found == rate or samples.size == 0:
        return samples
    return np.asarray(samplerate.resample(samples, rate / found, "sinc_medium"), np.float32)
