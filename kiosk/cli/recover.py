"""`kiosk recover`: puts the output folder in order after a crash, and says what was found."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from kiosk.cli import complain
from kiosk.cli.options import add_config, add_json, add_output, configuration, start_logs
from kiosk.cli.progress import Bar
from kiosk.domain.clock import SystemClock, seconds
from kiosk.domain.wire import plain

if TYPE_CHECKING:
    from kiosk.files.recovery import SessionReport
    from kiosk.recovery import Report


def add(parser: argparse.ArgumentParser) -> None:
    add_output(parser)
    add_config(parser)
    parser.add_argument("--all", action="store_true", help="decode everything, not only the last moments")
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0 when all that could be read is in order now, 1 otherwise."""
    config = configuration(options).config
    output = config.output

    from kiosk.files.verification import Depth
    from kiosk.recovery import recover_output

    start_logs("recover", config)
    depth = Depth.EVERYTHING if options.all else Depth.HASHES
    with Bar(quiet=options.json) as bar:
        report = recover_output(output, SystemClock(), depth, bar.bytes_done)
    if options.json:
        print(json.dumps(_as_json(report)))
        return 0 if report.whole else 1
    for session in report.sessions:
        print(f"{session.session}  {_words(session)}")
        for name in session.kept:
            print(f"  kept: {output / session.session / name}")
        for problem in session.problems:
            complain(f"{session.session}: {problem}")
    if report.ledger_aside:
        print(f"The session database was damaged. It is kept as {output / report.ledger_aside}; a new one was made.")
    for problem in report.problems:
        complain(problem)
    print(_sum(report))
    return 0 if report.whole else 1


def _words(session: "SessionReport") -> str:
    from kiosk.files.recovery import Outcome

    length = f"{session.manifest.duration_s:.1f} s" if session.manifest else ""
    match session.outcome:
        case Outcome.WHOLE:
            return f"whole, {length}"
        case Outcome.RECOVERED:
            lost = f"{seconds(session.lost_ns):.2f} s lost" if session.lost_ns else "nothing known to be lost"
            return f"recovered, {length} are there, {lost}"
        case Outcome.NOTHING:
            return "nothing was recorded"
        case Outcome.RUNNING:
            return "left alone: something is being recorded now"
        case _:
            return "damaged" + (f", {length} are there" if session.recorded else "")


def _sum(report: "Report") -> str:
    count = len(report.sessions)
    if not count and report.whole:
        return f"There are no sessions in {report.output}."
    looked = f"{count} session{'' if count == 1 else 's'} looked at."
    return f"{looked} {'All that was recorded is in order.' if report.whole else 'Not everything can be read.'}"


def _as_json(report: "Report") -> dict[str, Any]:
    return {
        "output": str(report.output),
        "whole": report.whole,
        "ledger_set_aside": report.ledger_aside or None,
        "entered": list(report.entered),
        "problems": list(report.problems),
        "sessions": [
            {
                "session": session.session,
                "outcome": session.outcome.value,
                "duration_s": session.manifest.duration_s if session.manifest else None,
                "lost_s": seconds(session.lost_ns),
                "torn_bytes": session.torn_bytes,
                "kept": plain(session.kept),
                "problems": plain(session.problems),
            }
            for session in report.sessions
        ],
    }
