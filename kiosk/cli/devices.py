"""`kiosk devices`: what this machine has, measured."""

import argparse
import json
import sys

from kiosk.cli.options import add_json


def add(parser: argparse.ArgumentParser) -> None:
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from kiosk.devices.listing import describe, list_devices
    from kiosk.system import places

    if not options.json:
        print("Opening the cameras for a moment to measure them ...", file=sys.stderr)
    found = list_devices(places.own_command("_list-devices"))
    print(json.dumps(found.to_json()) if options.json else describe(found))
    return 0
