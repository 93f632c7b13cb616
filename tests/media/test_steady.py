import itertools
import random

from kiosk.media.steady import Steady

TICKS = 90_000
MOST = 180


def changes(ticks: list[int]) -> int:
    """Entries that an index needs for them."""
    steps = [after - before for before, after in itertools.pairwise(ticks)]
    return sum(one != other for one, other in itertools.pairwise(steps)) + 1


def test_pictures_that_come_a_little_early_or_late_get_one_distance() -> None:
    chance = random.Random(1)
    true = [number * 3000 + chance.randrange(-90, 90) for number in range(9000)]
    steady = Steady(MOST)
    placed = [steady.place(tick) for tick in true]
    assert max(abs(a - b) for a, b in zip(placed, true, strict=True)) <= MOST
    assert changes(true) > 8000
    assert changes(placed) < 300


def test_whatever_comes_no_picture_is_moved_too_far_or_overtaken() -> None:
    chance = random.Random(2)
    true, tick = [], 0
    for _ in range(5000):
        tick += chance.choice([1, 2, 2990, 3000, 3003, 6000, 90_000])
        true.append(tick)
    steady = Steady(MOST)
    placed = [steady.place(tick) for tick in true]
    assert all(after > before for before, after in itertools.pairwise(placed))
    assert max(abs(a - b) for a, b in zip(placed, true, strict=True)) <= MOST


def test_without_leave_to_move_every_time_stays_as_it_is() -> None:
    true = [0, 3001, 5999, 9000, 12_007]
    steady = Steady(0)
    assert [steady.place(tick) for tick in true] == true
