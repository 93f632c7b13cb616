"""`kiosk config show`, `kiosk config check [FILE]` and `kiosk check INTERVIEW...`."""

import argparse
import json
import os
import sys
from pathlib import Path

from kiosk import config
from kiosk.cli.options import add_config, add_json, add_output, configuration


def add(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="show|check", required=True)
    show = verbs.add_parser("show", help="every value and where it came from")
    add_config(show)
    add_output(show)
    add_json(show)
    show.set_defaults(run=show_config)
    check = verbs.add_parser("check", help="whether a configuration file is right")
    check.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: the files that are in force")
    check.set_defaults(run=check_config)


def add_interviews(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("interviews", nargs="+", type=Path, metavar="INTERVIEW", help="interview file (TOML)")
    add_json(parser)
    parser.set_defaults(run=check_interviews)


def show_config(options: argparse.Namespace) -> int:
    loaded = configuration(options)
    print(json.dumps(config.as_json(loaded)) if options.json else config.show(loaded))
    return 0


def check_config(options: argparse.Namespace) -> int:
    files = [options.file] if options.file else _files_in_force()
    problems = [problem for file in files for problem in config.check(file)]
    for problem in problems:
        print(f"kiosk: {problem}", file=sys.stderr)
    if not problems:
        print(f"{', '.join(map(str, files))}: right." if files else "There is no configuration file; defaults hold.")
    return 2 if problems else 0


def _files_in_force() -> list[Path]:
    return [path for path in (config.machine_place(os.environ), config.user_place()) if path.exists()]


def check_interviews(options: argparse.Namespace) -> int:
    from kiosk.interviews.load import check

    bad = 0
    results = {str(path): check(path) for path in options.interviews}
    for path, problems in results.items():
        bad += bool(problems)
        if not options.json:
            print(f"{path}: {'right' if not problems else f'{len(problems)} problem' + 's' * (len(problems) > 1)}")
            for problem in problems:
                print(f"kiosk: {problem}", file=sys.stderr)
    if options.json:
        print(json.dumps({"interviews": [{"file": path, "problems": list(found)} for path, found in results.items()]}))
    return 2 if bad else 0
