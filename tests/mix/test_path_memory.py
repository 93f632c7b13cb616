"""What was learned of the way is found again at its new place, and not where it is not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.domain.devices import RATE, Samples
from kiosk.mix.path_memory import FAR, PathMemory, Power, Spectra, Way

BLOCK = 960
PARTS = 5


def room(seed: int) -> Samples:
    """80 ms: a direct sound after 5 ms, walls, a tail."""
    random = np.random.default_rng(seed)
    t = np.arange(PARTS * BLOCK - 2 * FAR) / RATE
    way = 0.05 * random.standard_normal(t.size) * 10 ** (-t / 0.03)
    way[240] = 0.6
    padded: Samples = np.concatenate([np.zeros(FAR), way, np.zeros(FAR)]).astype(np.float32)
    return padded


def known(way: Samples) -> Way:
    path: Spectra = np.fft.rfft(way.reshape(PARTS, BLOCK), 2 * BLOCK, axis=1).astype(np.complex64)
    doubt: Power = np.full(path.shape, 1e-4, np.float32)
    return Way(path, doubt)


def shifted(way: Samples, later: float) -> Samples:
    spectrum = np.fft.rfft(way, 2 * len(way))
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(2 * len(way)) * later)
    moved: Samples = np.fft.irfft(spectrum * turn)[: len(way)].astype(np.float32)
    return moved


def found(memory: PathMemory, way: Samples, somebody: float, blocks: int = 150) -> "tuple[Way, int] | None":
    """Plays noise like speech (louder and softer, falling with frequency) through the way, with somebody else's over
    it: what the memory makes of it, and after how many blocks. What the own way leaves is all that is heard.
    """
    random = np.random.default_rng(11)
    total = blocks * BLOCK
    tilt = 1 / (1 + np.fft.rfftfreq(total, 1 / RATE) / 500)
    syllables = 0.2 + np.abs(np.sin(2 * np.pi * 3 * np.arange(total) / RATE))

    def voice() -> NDArray[np.float64]:
        made: NDArray[np.float64] = np.fft.irfft(np.fft.rfft(random.standard_normal(total)) * tilt) * syllables
        return made

    played, other = voice(), somebody * voice()
    heard = np.convolve(played, way)[:total] + other + 1e-4 * random.standard_normal(total)
    far = np.zeros((PARTS, BLOCK + 1), np.complex64)
    before = np.zeros(BLOCK, np.float32)
    for number in range(blocks):
        block = slice(number * BLOCK, (number + 1) * BLOCK)
        far = np.concatenate([np.fft.rfft(np.concatenate([before, played[block]]))[None], far[:-1]])
        before = played[block].astype(np.float32)
        near = heard[block].astype(np.float32)
        placed = memory.placed(far.astype(np.complex64), near, near)
        if placed is not None:
            return placed, number
    return None


def wrong_db(result: Way, way: Samples) -> float:
    """Power of the error against the way's own, from 100 Hz to 4 kHz: one sample beside would be -10."""
    low = slice(4, 160)
    right = known(way).path[:, low]
    return float(10 * np.log10(np.square(np.abs(result.path[:, low] - right)).sum() / np.square(np.abs(right)).sum()))


@pytest.mark.parametrize("later", [0.0, -19.25, 31.5])
@pytest.mark.parametrize("somebody", [0.0, 0.6])
def test_the_way_is_found_within_a_fraction_of_a_sample_also_under_somebody_who_talks(
    later: float, somebody: float
) -> None:
    way = room(1)
    result = found(PathMemory(known(way)), shifted(way, later), somebody)
    assert result is not None
    assert result[1] < 60
    assert wrong_db(result[0], shifted(way, later)) < -10


@pytest.mark.parametrize("louder", [0.4, 2.0])
def test_a_volume_that_was_turned_is_found_too(louder: float) -> None:
    way = room(1)
    result = found(PathMemory(known(way)), (louder * way).astype(np.float32), 0.3)
    assert result is not None
    loudness = np.sqrt(np.square(np.abs(result[0].path)).sum() / np.square(np.abs(known(way).path)).sum())
    assert loudness == pytest.approx(louder, rel=0.15)


@pytest.mark.parametrize("later", [-400.0, 222.5])
def test_devices_that_were_opened_anew_may_be_milliseconds_apart(later: float) -> None:
    way = room(1)
    assert found(PathMemory(known(way)), shifted(way, later), 0.3) is None
    result = found(PathMemory(known(way), FAR), shifted(way, later), 0.3)
    assert result is not None
    assert wrong_db(result[0], shifted(way, later)) < -10


@pytest.mark.parametrize("somebody", [0.0, 1.0])
def test_another_room_is_not_taken_for_the_old_one(somebody: float) -> None:
    random = np.random.default_rng(5)
    other = (0.05 * random.standard_normal(len(room(1)))).astype(np.float32)
    memory = PathMemory(known(room(1)), FAR)
    assert found(memory, other, somebody, blocks=310) is None
    assert memory.exhausted
