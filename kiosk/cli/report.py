"""`kiosk report`: one archive for support, shown before it is written."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.cli.doctor import findings
from kiosk.cli.options import add_config, add_json, add_output, configuration, some_path
from kiosk.domain.clock import SystemClock
from kiosk.domain.errors import BadRequest

if TYPE_CHECKING:
    from kiosk.doctor.report import Entry

WORDS = """It lists what would go into the archive and asks before it writes it; nothing is sent anywhere. No name of a
candidate, no question, answer or picture is in it, and no secret. Look at any part of it before it is written:
'kiosk report --show doctor.json'.

examples:
  kiosk report
  kiosk report --to /media/usb/report.zip --yes

--json prints: file (null with --list), entries (name, words, bytes)."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=some_path, metavar="FILE", help="the archive to make (default: in this folder)")
    parser.add_argument("--yes", action="store_true", help="write it without asking")
    parser.add_argument("--list", action="store_true", help="only list what would go into it")
    parser.add_argument("--show", metavar="NAME", help="print one part of it, and write nothing")
    add_config(parser)
    add_output(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Collects, shows, asks, writes."""
    loaded = configuration(options)

    from kiosk.doctor import report

    clock = SystemClock()
    found = findings(options) if options.show in {None, "doctor.json"} else []
    entries = report.collect(loaded, found, clock)
    if options.show is not None:
        print(_named(options.show, entries).text, end="")
        return 0
    path: Path = options.to or Path(report.default_name(clock))
    if path.is_dir():
        path /= report.default_name(clock)
    if not options.json:
        for entry in entries:
            print(f"  {entry.name:<28} {len(entry.text.encode()):>9} bytes  {entry.words}")
    if not options.list:
        _ask(path, yes=options.yes)
        report.write(entries, path)
    if options.json:
        told = [{"name": entry.name, "words": entry.words, "bytes": len(entry.text.encode())} for entry in entries]
        print(json.dumps({"file": None if options.list else str(path), "entries": told}))
    elif not options.list:
        print(f"Written: {path}. Send it to whoever helps you; nothing was sent by itself.")
    return 0


def _named(name: str, entries: "Sequence[Entry]") -> "Entry":
    for entry in entries:
        if entry.name == name:
            return entry
    raise BadRequest(f"There is no part '{name}'.", f"There is: {', '.join(entry.name for entry in entries)}.")


def _ask(path: Path, *, yes: bool) -> None:
    there = path.exists()
    if yes and not there:
        return
    if not sys.stdin.isatty():
        if there:
            raise BadRequest(f"There is {path} already.", "Choose another name.")
        raise BadRequest("Nobody is here to be asked.", "Use --yes to write it, or --list to see what is in it.")
    what = f"Overwrite {path}?" if there else f"Write {path}?"
    print(f"{what} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise BadRequest("Nothing was written.")
