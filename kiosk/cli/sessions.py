"""`kiosk sessions`: every session of an output folder, and how far it is on its way to the server."""

import argparse
import json
from pathlib import Path
from typing import Any

from kiosk.cli.options import add_config, add_json, add_output, configuration
from kiosk.contract import names
from kiosk.domain.clock import SystemClock, seconds
from kiosk.domain.errors import WorldFailed

WORDS = {
    "recording": "is being recorded",
    "waiting": "waits to be sent",
    "sending": "is being sent",
    "complete": "is sent, the receipt is awaited",
    "stored": "is stored on the server",
    "parked": "cannot be sent",
    "erased": "is erased",
}


def add(parser: argparse.ArgumentParser) -> None:
    add_output(parser)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints them, the newest first. Works without a server, and changes nothing."""
    output = configuration(options).config.output
    found = listed(output)
    if options.json:
        print(json.dumps({"sessions": found}))
        return 0
    if not found:
        print(f"There is no session in {output}.")
    for entry in found:
        when = f"{entry['started_at'] or '-':<32}"
        length = f"{entry['duration_s']:8.1f} s" if entry["duration_s"] else f"{'-':>8}  "
        chunks = f"{entry['chunks_sent']:>4} of {entry['chunks_total']:<4} chunks"
        print(f"{entry['session']}  {when}  {length}  {chunks}  {WORDS.get(entry['state'], entry['state'])}")
        if entry["error"]:
            print(f"    {entry['error']}")
    return 0


def listed(output: Path) -> list[dict[str, Any]]:
    """One object for each session, as `--json` shows it. Raises WorldFailed."""
    from kiosk.ledger.database import Database
    from kiosk.ledger.ledger import Ledger
    from kiosk.ledger.uploads import Uploads
    from kiosk.outbox.recordings import Recordings

    clock = SystemClock()
    facts = {}
    if output.is_dir():
        try:
            facts = {found.session: found for found in Recordings(output, clock).look()}
        except OSError as error:
            raise WorldFailed(f"The output folder {output} cannot be read: {error.strerror}.") from error
    sessions, uploads = {}, {}
    if (output / names.LEDGER).exists():
        database = Database(output / names.LEDGER)
        try:
            sessions = {row.session: row for row in Ledger(database, clock).sessions()}
            uploads = {row.session: row for row in Uploads(database, clock).rows()}
        finally:
            database.close()
    entries = []
    for session in {*facts, *sessions, *uploads}:
        fact, row, upload = facts.get(session), sessions.get(session), uploads.get(session)
        state = str(upload.state) if upload else ("waiting" if fact else str(row.state) if row else "")
        if fact and fact.live:
            state = "recording"
        opening = fact.opening if fact else None
        entries.append({
            "session": session,
            "state": state,
            "chunks_sent": upload.chunks_sent if upload else 0,
            "chunks_total": max(upload.chunks_total if upload else 0, len(fact.chunks) if fact else 0),
            "receipt": upload.receipt if upload else None,
            "error": (upload.error if upload else "") or None,
            "candidate": opening.candidate if opening else row.candidate if row else "",
            "interview": opening.interview if opening else row.interview if row else "",
            "started_at": fact.started_at if fact else row.started_at if row else "",
            "duration_s": fact.duration_s if fact else seconds(row.duration_ns) if row else 0.0,
        })  # fmt: skip
    return sorted(entries, key=lambda entry: str(entry["started_at"]), reverse=True)
