"""`kiosk doctor`: whether this installation is fit for interviews."""

import argparse
import json
import sys
import textwrap

from kiosk.cli.options import add_config, add_devices, add_json, add_output, configuration
from kiosk.domain.clock import SystemClock
from kiosk.domain.errors import BadRequest
from kiosk.domain.finding import Finding, Grade, worst
from kiosk.domain.wire import plain

WORDS = """It looks at configuration and policy, devices, voices, permissions, encoder, disk, clock, server, database,
what waits to be sent, and the last self-test; each with what to do about it. It takes a minute at most, changes
nothing, and opens no device while something is recorded.

--json prints: grade (the worst: ok, warn or bad), findings (check, grade, fact, remedy, number, unit)."""
EXIT_CODES = """exit codes: (as Nagios, Icinga and their kin read them)
  0  all is well
  1  something should be looked at
  2  something is bad: interviews cannot be recorded or kept; or wrong usage"""
MARKS = {Grade.OK: "ok  ", Grade.WARN: "look", Grade.BAD: "BAD "}
CODES = {Grade.OK: 0, Grade.WARN: 1, Grade.BAD: 2}
WIDTH = 110


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="only what is not well")
    add_config(parser)
    add_output(parser)
    add_devices(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints the findings; the exit code is their worst grade."""
    found = findings(options)
    grade = worst(found)
    if options.json:
        print(json.dumps({"grade": grade.value, "findings": plain(found)}))
        return CODES[grade]
    for finding in found:
        if not options.quiet or finding.grade is not Grade.OK:
            print(described(finding))
    if not options.quiet:
        count = sum(finding.grade is not Grade.OK for finding in found)
        print("\nAll is well." if not count else f"\n{count} of {len(found)} findings want to be looked at.")
    return CODES[grade]


def findings(options: argparse.Namespace) -> list[Finding]:
    """Everything that can be said; a configuration that is wrong stands alone, since all else depends on it."""
    from kiosk.doctor.examination import examine

    try:
        loaded = configuration(options)
    except BadRequest as error:
        remedy = "Put that right first: the rest depends on it."
        return [Finding("configuration", Grade.BAD, line, remedy) for line in str(error).splitlines()]
    if sys.stderr.isatty():
        print("Looking at devices, disk, server and settings ...", file=sys.stderr)
    return examine(loaded, SystemClock())


def described(finding: Finding) -> str:
    """One finding for people, with what to do below it."""
    head = f"{MARKS[finding.grade]}  {finding.check:<14} "
    lines = textwrap.wrap(finding.fact, WIDTH, initial_indent=head, subsequent_indent=" " * len(head))
    if finding.remedy:
        lines += textwrap.wrap(finding.remedy, WIDTH, initial_indent=f"{'':<21}> ", subsequent_indent=" " * 23)
    return "\n".join(lines)
