"""Verbs that the program calls itself with: each process is a subcommand, so that one frozen program has all."""

import argparse
from pathlib import Path
from typing import Any

from kiosk.cli.options import start_logs


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Adds them without a line in `--help`."""
    recorder = verbs.add_parser("_recorder")
    recorder.add_argument("--output", type=Path, required=True)
    recorder.set_defaults(run=_recorder)
    for name, run in (("_voice", _voice), ("_list-devices", _list_devices), ("_play", _play)):
        parser = verbs.add_parser(name, prefix_chars="\0")  # everything that follows is the child's
        parser.add_argument("arguments", nargs="*")
        parser.set_defaults(run=run)


def _recorder(options: argparse.Namespace) -> int:
    from kiosk.recorder import process

    start_logs("recorder")
    return process.main(options.output)


def _voice(options: argparse.Namespace) -> int:
    from kiosk.devices.pyttsx3_voice import main_child

    return main_child(options.arguments)


def _list_devices(options: argparse.Namespace) -> int:
    from kiosk.devices.listing import main_child

    return main_child(options.arguments)


def _play(options: argparse.Namespace) -> int:
    from kiosk.devices.play import main_child

    return main_child(options.arguments)
