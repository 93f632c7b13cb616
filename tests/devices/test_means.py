"""Means of neighbouring points: right to the point, into planes whose lines are padded."""

import numpy as np

from kiosk.devices import means
from kiosk.domain.devices import Pixels


def noise(height: int, width: int) -> Pixels:
    return np.random.default_rng(5).integers(0, 256, (height, width), np.uint8)


def padded(height: int, width: int) -> Pixels:
    """A plane in the middle of a larger room, as a frame's are."""
    return np.full((height, width + 64), 7, np.uint8)[:, :width]


def test_every_two_rows_become_their_mean_rounded_up() -> None:
    plane, target = noise(720, 640), padded(360, 640)
    means.halve_rows(plane, target)
    assert np.array_equal(target, (plane[0::2].astype(int) + plane[1::2] + 1) // 2)
    assert (np.asarray(target.base)[:, 640:] == 7).all(), "nothing beside the plane is touched"


def test_every_square_of_four_points_becomes_its_mean() -> None:
    plane, target = noise(720, 1280), padded(360, 640)
    means.quarter(plane, target)
    true = plane.reshape(360, 2, 640, 2).mean(axis=(1, 3))
    assert np.abs(target - true).max() <= 0.5
    assert (np.asarray(target.base)[:, 640:] == 7).all(), "nothing beside the plane is touched"
