"""The echo falls as far as promised while somebody talks over the question, and the measure sees what it must."""

import numpy as np
import pytest
from numpy.typing import NDArray
from pystoi import stoi

from kiosk.domain.devices import RATE, Samples
from kiosk.mix.echo import Method
from kiosk.mix.echo_path import BLOCK, Rest
from tests.mix.echo_parts import LEAD, Parts, WritingPath, dissected
from tests.mix.echo_room import TALK, Scene, down_db, scene


def words(part: Parts, track: Samples) -> float:
    """STOI of the person's words in the track."""
    return float(stoi(part.person_before[TALK:], track[TALK:], RATE))


@pytest.mark.parametrize(("listens", "understood"), [(0, 0.8), (1, 0.9)])
@pytest.mark.parametrize(
    ("delay_ms", "reverberation_s", "talk_db", "ppm"), [(20, 0.5, 6, 60), (80, 0.2, 0, -60), (150, 0.5, -6, 0)]
)
def test_the_echo_falls_by_20_db_at_once_and_by_30_db_later_while_somebody_talks(
    delay_ms: float, reverberation_s: float, talk_db: float, ppm: float, listens: int, understood: float
) -> None:
    seen = scene(
        delay_ms=delay_ms,
        reverberation_s=reverberation_s,
        talks=True,
        talk_db=talk_db,
        ppm=ppm,
        questions=3,
        listens=listens,
    )
    parts, figures = dissected(seen)
    for part, figure in list(zip(parts, figures, strict=True))[listens:]:
        soon, later = part.down_db
        assert part.unexplained_db < -80
        assert soon >= 20
        assert later >= 30
        assert part.second_peak_db <= -30
        assert figure.second_peak_db is not None
        assert figure.second_peak_db <= -30
        assert figure.method is Method.AEC3
        assert words(part, part.track) > understood
        assert words(part, part.track) > words(part, part.heard)


class Planted(WritingPath):
    """Knows the echo, and leaves a part of it."""

    def __init__(self, seen: Scene, leaves_db: float) -> None:
        super().__init__()
        self._seen, self._takes = seen, 1 - 10 ** (leaves_db / 20)
        self._at = 0

    def begin(self) -> None:
        super().begin()
        self._at = self._seen.begins[len(self.written) - 1] - LEAD

    def take(self, near: Samples, far: Samples) -> Rest:
        taken = (self._seen.echo[self._at : self._at + len(near)] * self._takes).astype(np.float32)
        self._at += len(near)
        self.written[-1].taken_away.append(taken)
        nothing = np.zeros(BLOCK + 1, np.float32)
        return Rest(near - taken, nothing, nothing, nothing)

    def gain(self, gain: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.ones_like(gain)


@pytest.mark.parametrize("leaves_db", [-20.0, -30.0, -40.0])
def test_the_measure_sees_a_rest_that_was_left_on_purpose_under_somebody_who_talks(leaves_db: float) -> None:
    seen = scene(delay_ms=80, talks=True, talk_db=6, questions=1)
    (part,), _ = dissected(seen, lambda: Planted(seen, leaves_db))
    assert part.down_db == pytest.approx((-leaves_db, -leaves_db), abs=0.1)
    assert part.unexplained_db < -80


def test_of_somebody_who_talks_where_there_is_no_echo_next_to_nothing_is_taken_for_one() -> None:
    seen = scene(delay_ms=80, echo_db=-120, talks=True, questions=2)
    parts, _ = dissected(seen)
    for part, understood in zip(parts, (0.92, 0.94), strict=True):
        assert down_db(part.person_before, part.echo) > 25
        assert words(part, part.track) > understood
