"""Random faults against the outbox; a longer run is `python -m tests.outbox.soak`."""

from pathlib import Path

import pytest

from tests.outbox.soak import soak


@pytest.mark.parametrize("seed", [1, 2])
def test_after_a_hundred_random_faults_nothing_is_lost_or_doubled_and_each_has_a_receipt(
    tmp_path: Path, seed: int
) -> None:
    result = soak(tmp_path / "out", seed, 100)
    assert result.problems == ()
    assert result.faults.total() == 100
