"""`kiosk config show`, `kiosk config check [FILE]`, `kiosk config reference` and `kiosk check INTERVIEW...`."""

import argparse
import json
import os

from kiosk import config
from kiosk.cli import complain
from kiosk.cli.options import add_config, add_devices, add_json, add_output, configuration, some_path
from kiosk.domain.errors import BadRequest

SHOW = """--json prints: values and sources by key, fixed (the keys that the policy sets), passed_over (what is said in
vain, since the policy says otherwise), files (path, found)."""
CHECK = (
    """Names file, line and key of everything that is wrong, and exits with 2 then. --json prints: files, problems."""
)


def add(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="show|check|reference", required=True)
    what = "every value and where it came from; which files were looked for"
    show = verbs.add_parser("show", help=what, description=f"Shows {what}.", epilog=SHOW)
    add_config(show)
    add_output(show)
    add_devices(show)
    add_json(show)
    show.set_defaults(run=show_config, parser=show)
    what = "whether a configuration file is right"
    check = verbs.add_parser("check", help=what, description=f"Tells {what}; changes nothing.", epilog=CHECK)
    check.add_argument(
        "file", nargs="?", type=some_path, metavar="FILE", help="default: the files in force, and the environment"
    )
    add_json(check)
    check.set_defaults(run=check_config, parser=check)
    what = "every key, with what it may be, its default and where the files lie, as Markdown"
    reference = verbs.add_parser("reference", help=what, description=f"Prints {what}.")
    reference.set_defaults(run=print_reference, parser=reference)


def add_interviews(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("interviews", nargs="+", type=some_path, metavar="INTERVIEW", help="interview file (TOML)")
    add_json(parser)
    parser.set_defaults(run=check_interviews)


def show_config(options: argparse.Namespace) -> int:
    """Prints the configuration in force."""
    loaded = configuration(options)
    files = [config.machine_place(), options.config or config.user_place(), config.policy_place()]
    if options.json:
        found = [{"path": str(file), "found": file.exists()} for file in files]
        print(json.dumps({**config.as_json(loaded), "files": found}))
        return 0
    print(config.show(loaded))
    print()
    for layer, file in zip(("machine file", "user file", "policy"), files, strict=True):
        print(f"{layer:<12}  {file}{'' if file.exists() else '  (there is none)'}")
    if loaded.passed_over:
        print("", "Passed over:", *(f"  {words}" for words in loaded.passed_over), sep="\n")
    return 0


def check_config(options: argparse.Namespace) -> int:
    """Prints what is wrong with one file, or with all that holds here; 2 when anything is."""
    if options.file:
        files, problems = [options.file], config.check(options.file)
    else:
        files = [
            place for place in (config.machine_place(), config.user_place(), config.policy_place()) if place.exists()
        ]
        problems = []
        try:
            config.load({}, None, os.environ)
        except BadRequest as error:
            problems = str(error).split("\n")
    if options.json:
        print(json.dumps({"files": [str(file) for file in files], "problems": problems}))
    elif not problems:
        print(f"{', '.join(map(str, files))}: right" if files else "There is no configuration file; defaults hold.")
    for problem in problems:
        complain(problem)
    return 2 if problems else 0


def print_reference(options: argparse.Namespace) -> int:
    """Prints the page of all keys."""
    del options
    from kiosk.config.reference import reference

    print(reference(), end="")
    return 0


def check_interviews(options: argparse.Namespace) -> int:
    from kiosk.interviews.load import check

    bad = 0
    results = {str(path): check(path) for path in options.interviews}
    for path, problems in results.items():
        bad += bool(problems)
        if not options.json:
            print(f"{path}: {'right' if not problems else f'{len(problems)} problem' + 's' * (len(problems) > 1)}")
        for problem in problems:
            complain(problem)
    if options.json:
        print(json.dumps({"interviews": [{"file": path, "problems": list(found)} for path, found in results.items()]}))
    return 2 if bad else 0
