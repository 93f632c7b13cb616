"""`./dev bench`: what recording and sending cost, as ratios against a named peer in the same run.

Nothing here is asserted and nothing here runs in `./dev test`: times on a shared machine are for reading.
"""

import argparse
import sys
import tempfile
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="./dev bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=["recorder", "sync", "playback", "fleet", "echo", "real-sync"],
        default="recorder",
        help="(default recorder)",
    )
    parser.add_argument("--seconds", type=int, default=60, help="length of the simulated recording (default 60)")
    parser.add_argument("--megabytes", type=int, default=1000, help="size of the backlog to send (default 1000)")
    parser.add_argument("--minutes", type=int, default=60, help="length of the recording to play (default 60)")
    parser.add_argument("--kiosks", type=int, default=100, help="how many send at once, for 'fleet' (default 100)")
    parser.add_argument("--held-out", type=int, default=0, metavar="CELLS", help="for 'echo': so many drawn rooms")
    parser.add_argument("--seed", type=int, default=1, help="what '--held-out' draws by (default 1)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        if options.what == "sync":
            from tests.benchmarks import sync

            print(sync.run(Path(folder), options.megabytes))
        elif options.what == "playback":
            from tests.benchmarks import playback

            print(playback.run(Path(folder), options.minutes))
        elif options.what == "fleet":
            from tests.benchmarks import fleet

            print(fleet.run(Path(folder), options.kiosks, options.seconds))
        elif options.what == "echo" and options.held_out:
            from tests.benchmarks import echo_held_out

            print(echo_held_out.run(Path(folder), options.held_out, options.seed))
        elif options.what == "echo":
            from tests.benchmarks import echo

            print(echo.run())
        elif options.what == "real-sync":
            from tests.benchmarks import real_sync

            print(real_sync.run(Path(folder), options.seconds))
        else:
            from tests.benchmarks import recorder

            print(recorder.run(Path(folder), options.seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
