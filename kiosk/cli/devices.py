"""`kiosk devices`: what this machine has, measured; and which voices speak a language."""

import argparse
import json
import sys
from collections.abc import Sequence

from kiosk.cli.options import add_json
from kiosk.domain.devices import VoiceInfo
from kiosk.domain.errors import BadRequest

WITHOUT = (
    "Without a camera or a microphone, 'kiosk demo' and 'kiosk run --simulated' show how the kiosk works. "
    "A device that is plugged in and not listed is refused to this account or in use by the system."
)


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--voices",
        nargs="?",
        const="",
        metavar="LANGUAGE",
        help="only the voices, each with its id; of that language, or all of them",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints what there is; 0 also when that is nothing."""
    from kiosk.devices.listing import describe, list_devices
    from kiosk.system import places

    if options.voices is not None:
        return _voices(options.voices, as_json=options.json)
    if not options.json:
        print("Opening the cameras for a moment to measure them ...", file=sys.stderr)
    found = list_devices(places.own_command("_list-devices"))
    if options.json:
        print(json.dumps(found.to_json()))
        return 0
    print(describe(found))
    if found.voices:
        print("  'kiosk devices --voices [LANGUAGE]' names them; each can be an interview's voice by its id or name.")
    if not found.cameras or not found.microphones:
        print(WITHOUT, file=sys.stderr)
    return 0


def _voices(language: str, *, as_json: bool) -> int:
    from kiosk.devices.pyttsx3_voice import Pyttsx3Engine
    from kiosk.system import places

    voices = Pyttsx3Engine(places.own_command("_voice")).voices()
    found = [voice for voice in voices if not language or any(_speaks(tag, language) for tag in voice.languages)]
    if not found:
        raise BadRequest(f"No voice speaks '{language}'.", f"There are voices for: {', '.join(_languages(voices))}.")
    if as_json:
        each = [{"id": voice.id, "name": voice.name, "languages": list(voice.languages)} for voice in found]
        print(json.dumps({"voices": each}))
        return 0
    width = max(len(voice.id) for voice in found)
    for voice in found:
        print(f"{voice.id:<{width}}  {voice.name}  ({', '.join(voice.languages)})")
    return 0


def _speaks(tag: str, language: str) -> bool:
    """`de` also finds `de-AT`."""
    have, asked = tag.casefold(), language.replace("_", "-").casefold()
    return have == asked or have.startswith(f"{asked}-")


def _languages(voices: Sequence[VoiceInfo]) -> list[str]:
    return sorted({tag.partition("-")[0] for voice in voices for tag in voice.languages})
