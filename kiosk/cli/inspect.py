"""`kiosk inspect FILE`: what a recording holds."""

import argparse
import json

from kiosk.cli.options import add_json, some_path


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=some_path, metavar="FILE", help="an MP4, best beside its manifest")
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from kiosk.media.inspect import inspect
    from kiosk.media.inspection import describe

    inspection = inspect(options.file)
    print(json.dumps(inspection.to_json()) if options.json else describe(inspection))
    return 0
