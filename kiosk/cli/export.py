"""`kiosk export SESSION DEST`: a recording as one ordinary MP4 with chapters and captions, and its manifest beside."""

import argparse
import json
import sys
from pathlib import Path

from kiosk.cli.options import add_config, add_json, add_output, configuration, some_path
from kiosk.cli.progress import Bar
from kiosk.cli.stored import stored
from kiosk.domain.errors import BadRequest


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", metavar="SESSION", help="its id; 'kiosk sessions' lists them")
    parser.add_argument("destination", type=some_path, metavar="DEST", help="an MP4 file to make, or a folder for it")
    add_output(parser)
    add_config(parser)
    parser.add_argument("--force", action="store_true", help="overwrite files that are there, without asking")
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Copies, encodes nothing anew; what it makes is whole or not there."""
    found = stored(configuration(options).config.output, options.session)

    from kiosk.files.manifest import write_manifest
    from kiosk.media.rendition import make_rendition

    target: Path = options.destination
    if target.is_dir():
        target /= f"interview_{options.session}.mp4"
    if not target.parent.is_dir():
        raise BadRequest(f"There is no folder {target.parent}.")
    beside = target.with_suffix(".json")
    if target == beside:
        raise BadRequest(f"{target} cannot be an MP4: its name ends in .json.")
    if target.resolve() in {path.resolve() for path in found.segments}:
        raise BadRequest(f"{target} is the recording itself.", "Choose another name.")
    _may_overwrite([path for path in (target, beside) if path.exists()], force=options.force)
    with Bar(quiet=options.json) as bar:
        facts = make_rendition(
            found.segments, found.manifest, target, progress=lambda share: bar.share_done(target.name, share)
        )
    write_manifest(beside, found.manifest)
    if options.json:
        print(json.dumps({
            "file": str(target), "manifest": str(beside), "duration_s": facts.duration_s, "bytes": facts.bytes,
            "segments": len(found.segments), "chapters": facts.chapters, "captions": facts.captions,
        }))  # fmt: skip
    else:
        print(f"{facts.duration_s:.1f} s, {facts.bytes / 1e6:.1f} MB: {target}")
        print(f"manifest: {beside}")
    return 0


def _may_overwrite(there: list[Path], *, force: bool) -> None:
    if force or not there:
        return
    named = " and ".join(path.name for path in there)
    if not sys.stdin.isatty():
        raise BadRequest(f"There is {named} already.", "Use --force to overwrite, or choose another name.")
    print(f"There is {named} already. Overwrite? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise BadRequest("Nothing was changed.")
