"""Options that several commands share."""

import argparse
import os
from pathlib import Path

from kiosk import config
from kiosk.domain.errors import BadRequest

FLAGS = ("output", "camera", "microphone", "speaker", "windowed")
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
    flags = {key: value for key in FLAGS if (value := getattr(options, key, None)) not in {None, False}}
    return config.load(flags, getattr(options, "config", None), os.environ)


def start_logs(process: str, settings: config.Config | None = None) -> None:
    """Log files of that name, as the configuration says; a child that was told none reads it for itself."""
    from kiosk import logs
    from kiosk.system import places

    if settings is None:
        try:
            settings = config.load({}, None, os.environ).config
        except BadRequest:  # whoever started us tells it; what is logged until then is worth more
            settings = None
    style = logs.Style()
    if settings is not None:
        style = logs.Style(settings.log_format == "json", settings.log_megabytes * 1024 * 1024, settings.log_files)
    logs.configure(process, folder=places.log_folder(), verbose=False, console=False, style=style)
