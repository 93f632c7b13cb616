"""`kiosk pin`: the hash of a PIN, for the configuration. Stores nothing and shows no PIN."""

import argparse
import getpass
import sys

from kiosk.domain.errors import BadRequest


def add(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Asks for a PIN twice, or reads it from a pipe, and prints its hash."""
    del options
    from kiosk.session.pin import hash_pin

    if sys.stdin.isatty():
        pin, again = getpass.getpass("PIN: "), getpass.getpass("The same PIN again: ")
    else:
        pin = again = sys.stdin.readline().rstrip("\r\n")
    if pin != again:
        raise BadRequest("These were two different PINs.", "Try again.")
    print(f'proctor_pin_hash = "{hash_pin(pin)}"')
    return 0
