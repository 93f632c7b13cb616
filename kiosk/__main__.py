"""`python -m kiosk`, and the console script."""

import sys


def main() -> int:
    """The command line; Ctrl-C in the first tenth of a second, while its modules load, is no fault either."""
    try:
        from kiosk.cli import main as command_line
    except KeyboardInterrupt:
        sys.stderr.write("kiosk: Interrupted. Nothing was done.\n")
        return 1
    return command_line()


if __name__ == "__main__":
    sys.exit(main())
