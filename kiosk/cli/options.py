"""Options that several commands share."""

import argparse
import os
from pathlib import Path

from kiosk import config

FLAGS = ("output", "camera", "microphone", "speaker")
"""Options that are configuration keys too, and win over every file."""


def add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", type=Path, metavar="DIR", help="where recordings lie (default: as configured)")


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object for machines, instead of words")


def add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="F", help="configuration file, in place of the user's")


def add_devices(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--camera", metavar="SPEC", help="which camera")
    parser.add_argument("--microphone", metavar="SPEC", help="which microphone")
    parser.add_argument("--speaker", metavar="SPEC", help="which loudspeaker")


def configuration(options: argparse.Namespace) -> config.Loaded:
    """The configuration in force, these options on top of it. Raises BadRequest."""
    flags = {key: getattr(options, key) for key in FLAGS if getattr(options, key, None) is not None}
    return config.load(flags, getattr(options, "config", None), os.environ)
