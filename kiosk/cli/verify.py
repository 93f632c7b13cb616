"""`kiosk verify SESSION|FILE`: whether a recording is still what was recorded, byte by byte, and all of it decodes."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.cli import complain
from kiosk.cli.options import add_config, add_json, add_output, configuration
from kiosk.cli.progress import Bar
from kiosk.contract import names

if TYPE_CHECKING:
    from kiosk.files.verification import Verified


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="SESSION|FILE", help="a session's id, or one of its MP4 files")
    add_output(parser)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0 when it is whole, 1 when not."""
    from kiosk.files.verification import manifest_beside, verify_file

    verified: list[Verified] = []
    with Bar(quiet=options.json) as bar:
        if names.SESSION.fullmatch(options.what) and not Path(options.what).is_file():
            from kiosk.cli.stored import stored

            found = stored(configuration(options).config.output, options.what)
            verified += (verify_file(path, found.manifest, bar.bytes_done) for path in found.segments)
        else:
            path = Path(options.what)
            verified.append(verify_file(path, manifest_beside(path), bar.bytes_done))
    whole = all(each.whole for each in verified)
    if options.json:
        files = [{"file": str(each.path), "sha256": each.sha256, "problems": list(each.problems)} for each in verified]
        print(json.dumps({"whole": whole, "files": files}))
        return 0 if whole else 1
    for each in verified:
        print(f"{each.path}: {'whole, as recorded' if each.listed and each.whole else _verdict(each)}")
        for problem in each.problems:
            complain(f"{each.path.name}: {problem}")
    return 0 if whole else 1


def _verdict(each: "Verified") -> str:
    return "whole; no manifest beside it lists it" if each.whole else "not whole"
