"""Options that several commands share."""

import argparse
import os
from pathlib import Path

from kiosk import config

FLAGS = ("output", "camera", "microphone", "speaker")
"""Options that are configuration keys too, and win over every file."""


def some_path(words: str) -> Path:
    """A path from the command line. An empty one is a mistake, mostly of a script, and not the current folder."""
    if not words.strip():
        raise argparse.ArgumentTypeError("the name is empty")
    return Path(words)


def add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        type=some_path,
        metavar="DIR",
        help="where the recordings are (default: 'output' of the configuration)",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output, instead of words")


def add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", type=some_path, metavar="F", help="configuration file in place of the user's (default: the user's)"
    )


def add_devices(parser: argparse.ArgumentParser) -> None:
    for name, what in (("camera", "camera"), ("microphone", "microphone"), ("speaker", "loudspeaker")):
        parser.add_argument(
            f"--{name}", metavar="SPEC", help=f"which {what}; see below (default: '{name}' of the configuration)"
        )


def configuration(options: argparse.Namespace) -> config.Loaded:
    """The configuration in force, these options on top of it. Raises BadRequest."""
    flags = {key: getattr(options, key) for key in FLAGS if getattr(options, key, None) is not None}
    return config.load(flags, getattr(options, "config", None), os.environ)
