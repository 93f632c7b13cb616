"""What can be asked on the command line, and the words of `--help`."""

import argparse
from collections.abc import Sequence

import kiosk
from kiosk.cli import config, devices, hidden, inspect, record, running, screen

CODES = """exit codes:
  0  done
  1  failed
  2  wrong usage or bad input
  3  a device is missing, refused or lost
  4  no space on the disk"""

SPECS = """devices:
  camera       a number, a device path, an identity ('kiosk devices' lists them), http://... (MJPEG),
               file:PATH (played in real time, looped), simulated
  microphone   a name or number, 'default', file:PATH.wav (in real time, then silence), simulated
  loudspeaker  a name or number, 'default', null (nothing is heard), simulated"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, then where help is."""

    def error(self, message: str) -> None:  # type: ignore[override]  # exits, as argparse's own does
        self.exit(2, f"kiosk: {message}. See '{self.prog} --help'.\n")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The options of one command line; `run` is the function that does it. Exits with 2 on wrong usage."""
    parser = _Parser(
        prog="kiosk",
        description="Asks interview questions aloud, films and hears the answers, and never loses a recording.",
        epilog=f"Without a command: kiosk run.\n\n{CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"kiosk {kiosk.__version__}")
    verbs = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)

    def verb(name: str, words: str, epilog: str = "") -> argparse.ArgumentParser:
        text = f"{epilog}\n\n{CODES}" if epilog else CODES
        raw = argparse.RawDescriptionHelpFormatter
        return verbs.add_parser(
            name, help=words, description=words[0].upper() + words[1:] + ".", epilog=text, formatter_class=raw
        )

    screen.add_run(verb("run", "the kiosk itself, full screen", SPECS))
    screen.add_demo(verb("demo", "a whole demonstration interview, also without camera, sound card or screen"))
    record.add(verb("record", "one interview without a screen; answers end at their time limit", SPECS))
    running.add_status(verb("status", "what is being recorded now"))
    running.add_stop(verb("stop", "end the recording that runs, in order"))
    config.add(verb("config", "show or check the configuration"))
    devices.add(verb("devices", "the cameras, microphones, loudspeakers and voices of this machine"))
    config.add_interviews(verb("check", "whether interview files are right"))
    inspect.add(verb("inspect", "what a recording holds"))
    hidden.add(verbs)

    known = ("-h", "--help", "--version")
    given = list(words)
    if not given or (given[0].startswith("-") and given[0] not in known):
        given.insert(0, "run")
    return parser.parse_args(given)
