"""The command line: arguments, exit codes, words. Everything else is elsewhere."""

import logging
import sys
from collections.abc import Sequence

from kiosk.cli.arguments import parse
from kiosk.domain.errors import KioskError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code (0 done, 1 failed, 2 wrong usage, 3 device, 4 no space)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = parse(words)
    try:
        code: int = options.run(options)
    except KioskError as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        print("kiosk: interrupted.", file=sys.stderr)
        return 1
    except OSError as error:
        logging.getLogger(__name__).debug("%s", error, exc_info=True)
        where = f" ({error.filename})" if error.filename else ""
        print(f"kiosk: the system says: {error.strerror or error}{where}.", file=sys.stderr)
        return 4 if error.errno == 28 else 1
    return code
