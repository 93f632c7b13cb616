"""`kiosk selftest`: tries camera, microphone and loudspeaker with nobody near."""

import argparse
import json
import sys
import threading

from kiosk.cli import ending
from kiosk.cli.options import add_config, add_devices, add_json, add_output, configuration, start_logs
from kiosk.domain.clock import SystemClock
from kiosk.domain.errors import KioskError
from kiosk.domain.wire import plain

WORDS = """It plays a tone, films and listens for some ten seconds, and keeps nothing but what it found: 'kiosk doctor',
the server and monitoring tell of it. A kiosk that runs does it by itself at 'self_test_at'; elsewhere a timer runs
'kiosk selftest --if-due' every few minutes. While an interview is recorded nothing is tried.
The exit code is 1 when something does not work.

--json prints: at, good, sentence, remedy, devices, figures."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--if-due", action="store_true", help="only when 'self_test_at' has passed and today's is not made yet"
    )
    add_config(parser)
    add_output(parser)
    add_devices(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints what was found; 0 when all works, or nothing is due."""
    config = configuration(options).config

    from kiosk.doctor import self_test
    from kiosk.outbox import self_tests

    clock = SystemClock()
    if options.if_due and not self_test.due(config.self_test_at, self_tests.last(), clock.wall()):
        return 0
    start_logs("self-test", config)
    stopping = threading.Event()
    ending.on_ending(stopping.set)
    if sys.stderr.isatty():
        print("Trying the devices for ten seconds; there will be a tone ...", file=sys.stderr)
    try:
        found = self_test.run(config, clock, stopping)
    except KioskError:
        if options.if_due:  # an interview is being recorded: that is the better test, and the timer comes again
            return 0
        raise
    ending.ended()
    if options.json:
        print(json.dumps(plain(found)))
    else:
        print(f"{found.sentence} {found.remedy}".rstrip())
        for kind, name in found.devices.items():
            print(f"  {kind:<12} {name}")
        for name, value in found.figures.items():
            print(f"  {name:<12} {value:g}")
    return 0 if found.good else 1
