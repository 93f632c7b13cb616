"""`kiosk-server`, and `python -m kiosk.server`."""

import sys

from kiosk.server.cli import main

if __name__ == "__main__":
    sys.exit(main())
