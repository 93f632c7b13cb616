"""`kiosk sync`: sends what is in an output folder to the server, as a service or once."""

import argparse
import contextlib
import json
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.cli import complain, ending
from kiosk.cli.options import add_config, add_json, add_output, configuration, start_logs
from kiosk.contract import names
from kiosk.domain.clock import NS, SystemClock
from kiosk.domain.errors import BadRequest, WorldFailed

if TYPE_CHECKING:
    from kiosk.config import Config
    from kiosk.ledger.upload_rows import UploadRow
    from kiosk.outbox.service import Outbox

FOLLOW_S = 0.3
"""Between two looks at what another process sends; nobody tells."""
PATIENCE_S = 120.0
"""Without any progress for so long, `--once` and an outbox that lost its kiosk give up for this time."""


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="end when nothing waits, or when nothing more goes now")
    parser.add_argument("--retry", action="store_true", help="try at once what waits, and what was given up too")
    parser.add_argument("--beside", type=int, default=0, metavar="PID", help=argparse.SUPPRESS)
    add_output(parser)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Sends until it is told to end; with `--once` 0 when nothing waits any more, 1 when something does."""
    config = configuration(options).config

    from kiosk.outbox import enrolment
    from kiosk.outbox.service import lock

    if enrolment.load() is None:
        raise BadRequest("This kiosk is not enrolled with a server.", "Enrol it with 'kiosk enrol URL CODE'.")
    start_logs("sync", config)
    job = _Job(config, options)
    ending.on_ending(job.end)
    held = lock(config.output)
    if held is None:
        return job.follow()
    try:
        return job.send()
    finally:
        os.close(held)


class _Job:
    """One run of the command."""

    def __init__(self, config: "Config", options: argparse.Namespace) -> None:
        self._config = config
        self._output: Path = config.output
        self._once: bool = options.once
        self._retry: bool = options.retry
        self._beside: int = options.beside
        self._json: bool = options.json
        self._clock = SystemClock()
        self._ending = threading.Event()
        self._outbox: Outbox | None = None
        self._told: dict[str, str] = {}
        self._following: set[str] = set()
        self._problem = ""
        self._enrolment_mark = _mark()
        self._moved_ns = self._clock.now_ns()
        self._signature: object = None

    def end(self) -> None:
        """From a signal handler: in order, at once."""
        self._ending.set()
        if self._outbox is not None:
            self._outbox.stop()

    def send(self) -> int:
        """This process is the folder's outbox."""
        from kiosk.outbox import enrolment
        from kiosk.outbox.link import Route
        from kiosk.outbox.removal import Retention
        from kiosk.outbox.service import Outbox, Settings

        config = self._config
        kept = Retention(config.keep_days, config.keep_free_hours)
        settings = Settings(config.kiosk_name, kept, metrics_port=config.metrics_port)
        while not self._ending.is_set():
            self._enrolment_mark = _mark()
            who = enrolment.load()
            if who is None:
                raise BadRequest("This kiosk is not enrolled any more.", "Enrol it with 'kiosk enrol URL CODE'.")
            if config.server_url and who.url != config.server_url:
                raise BadRequest(
                    f"This kiosk is enrolled with {who.url}, and its configuration names {config.server_url}.",
                    "Nothing is sent. Enrol it with 'kiosk enrol --replace CODE'.",
                )
            route = Route(who.url, config.server_proxy, config.server_ca_file)
            self._outbox = Outbox(self._output, who, route, settings, self._clock, on_change=self._tell)
            if self._retry:
                self._retry = False
                self._outbox.uploads.retry()
            self._outbox.run(self._done)
            if _mark() == self._enrolment_mark:  # otherwise it was enrolled again meanwhile
                break
        ending.ended()
        return 0 if self._beside else self._report()

    def follow(self) -> int:
        """Another process is: tells what that one does, until nothing waits."""
        if self._beside:
            return 0
        if not self._once:
            raise WorldFailed(
                f"Recordings in {self._output} are being sent by another process already.",
                "'kiosk sessions' tells how far it is.",
            )
        from kiosk.outbox.service import lock

        while not self._ending.wait(FOLLOW_S):
            held = lock(self._output)
            if held is not None:  # it ended: what is left is ours
                try:
                    return self.send()
                finally:
                    os.close(held)
            rows = self._open_rows()
            if not rows or self._stands_still(rows) or all(row.error and row.attempts for row in rows):
                break
        return self._report()

    def _done(self) -> bool:
        """After a round of the outbox: whether that is all."""
        outbox = self._outbox
        assert outbox is not None
        if self._ending.is_set() or _mark() != self._enrolment_mark:
            return True
        over = self._once or (self._beside and not _alive(self._beside))
        if not over:
            return False
        rows = outbox.uploads.open_rows()
        if not outbox.heard():
            return False
        if not rows and not outbox.live_sessions:
            return True
        if self._once:
            return outbox.stuck() or self._stands_still(rows)
        return not outbox.live_sessions and self._stands_still(rows)

    def _stands_still(self, rows: "list[UploadRow]") -> bool:
        """Whether nothing has changed for a long time."""
        signature = [(row.session, row.state, row.chunks_sent) for row in rows]
        now = self._clock.now_ns()
        if signature != self._signature:
            self._signature, self._moved_ns = signature, now
        return now - self._moved_ns > PATIENCE_S * NS

    # ── Words ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _tell(self) -> None:
        """A line for each recording of which something changed."""
        from kiosk.cli.sessions import WORDS
        from kiosk.outbox.progress import of

        if self._json or self._outbox is None:
            return
        uploads = self._outbox.uploads
        rows = {row.session: row for row in uploads.open_rows()}
        for session in self._following - set(rows):  # those that came to an end
            row = uploads.row(session)
            if row is not None:
                rows[session] = row
        for session, row in rows.items():
            words = f"{row.chunks_sent} of {row.chunks_total} chunks, {WORDS[row.state]}"
            words += f". {row.error}" if row.error else ""
            if self._told.get(session) != words:
                self._say(f"{session}  {words}")
                self._told[session] = words
        self._following = {session for session, row in rows.items() if row.open_work}
        whole = of(self._outbox.uploads)
        if whole.problem != self._problem:
            self._problem = whole.problem
            if whole.problem:
                self._say(whole.problem)

    def _say(self, words: str) -> None:
        with contextlib.suppress(OSError):  # nobody looks any more; the sending goes on
            print(words, file=sys.stderr, flush=True)

    def _open_rows(self) -> "list[UploadRow]":
        from kiosk.ledger.uploads import Uploads

        if not (self._output / names.LEDGER).exists():
            return []
        uploads = Uploads.open(self._output / names.LEDGER)
        try:
            return uploads.open_rows()
        finally:
            uploads.close()

    def _report(self) -> int:
        """What is left, and the exit code."""
        from kiosk.cli.sessions import listed

        found = listed(self._output)
        left = [entry for entry in found if entry["state"] in {"recording", "waiting", "sending", "complete"}]
        parked = [entry for entry in found if entry["state"] == "parked"]
        chunks = sum(entry["chunks_total"] - entry["chunks_sent"] for entry in left)
        if self._json:
            waiting = {"recordings": len(left), "chunks": chunks, "parked": len(parked)}
            print(json.dumps({"waiting": waiting, "sessions": found}))
        elif not left and not parked:
            print("Nothing waits: the server has everything.")
        elif left:
            print(f"Still to send: {_count(len(left), 'recording')} with {_count(chunks, 'chunk')}.")
        for entry in parked:
            complain(f"{entry['session']} cannot be sent. {entry['error']} 'kiosk sync --retry' tries it again.")
        if not self._once:
            return 0
        return 1 if left or parked else 0


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _mark() -> tuple[int, int]:
    from kiosk.outbox import enrolment

    try:
        found = enrolment.place().stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino


def _alive(pid: int) -> bool:
    from kiosk.system import host

    return host.alive(pid)
