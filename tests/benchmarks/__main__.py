"""`./dev bench`: what recording costs, as ratios against a named peer in the same run.

Nothing here is asserted and nothing here runs in `./dev test`: times on a shared machine are for reading.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import recorder


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="./dev bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=60, help="length of the simulated recording (default 60)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        print(recorder.run(Path(folder), options.seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
