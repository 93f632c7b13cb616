"""One recording that all tests of the command line look at."""

import pytest

from tests.cli.ended import Ended, by_ctrl_c


@pytest.fixture(scope="session")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return by_ctrl_c(tmp_path_factory.mktemp("ended"))
