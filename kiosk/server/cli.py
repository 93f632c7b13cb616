"""The server's command line: verbs, words, exit codes. What is asked for goes to standard output, the rest beside it.

Django is set up only when a verb needs it, after `--data` is known. No traceback is shown for what the world did.
"""

import argparse
import errno
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import kiosk
from kiosk.domain import usage
from kiosk.domain.errors import BadRequest, KioskError, NoSpace, WorldFailed
from kiosk.domain.usage import Parser
from kiosk.server import demonstration

CODES = """exit codes:
  0  done
  1  failed
  2  wrong usage or bad input
  4  no space on the disk"""

RUN = """It keeps everything in DIR: database, recordings, keys. It brings the database up to date, makes the first
administrator ('admin'; the password is printed once, or taken from KIOSK_SERVER_ADMIN_PASSWORD), serves, and runs
the worker that verifies recordings. SIGTERM and Ctrl-C end it in order. It prints 'Listening on URL'; port 0 takes
one that is free.

Without more it listens on this machine only. For others, set KIOSK_SERVER_ORIGIN=https://NAME and either put a
reverse proxy with TLS in front (KIOSK_SERVER_BEHIND_PROXY=1) or give --certificate and --key.
All settings from the environment stand in kiosk/server/settings.py."""

ENROL = """Type it at the kiosk: kiosk enrol URL CODE. It is good for one kiosk and for one hour, and is the last word
printed. The server may run or not."""

ACCOUNT = """Roles: 'reviewer' watches; 'privacy officer' also downloads, deletes and reads the audit log;
'administrator' sees to kiosks, interviews, assignments and accounts. A new
account gets a password, which is printed once, as the last word, and is good for the first sign-in only."""

DEMO = """The candidate and, without --real, the devices are simulated; everything else is what is used in earnest. It
prints the receipt, what was checked, and where to look. In a terminal the server then stays until Ctrl-C."""

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb; returns its exit code."""
    try:
        options = _parse(list(sys.argv[1:] if arguments is None else arguments))
    except SystemExit as end:  # --help, --version, wrong usage: everything is said
        return end.code if isinstance(end.code, int) else 0
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except KioskError as error:
        return _complain(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _complain("Interrupted.", 1)
    except BrokenPipeError:  # whoever read our words has heard enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        full = error.errno == errno.ENOSPC
        return _complain(f"The system says: {error.strerror or error}{where}.", NoSpace.exit_code if full else 1)
    except Exception as error:  # the top of the program: told and logged
        log.critical("A fault of our own", exc_info=error)
        return _complain(f"A fault in the program itself stopped this ({type(error).__name__}: {error}).", 1)
    return code


def _parse(words: list[str]) -> argparse.Namespace:
    parser = Parser(
        prog="kiosk-server",
        description="Receives, verifies, keeps and shows the recordings of interview kiosks.",
        epilog=f"Each command has its own --help.\n\n{CODES}",
    )
    parser.add_argument("--version", action="version", version=f"kiosk-server {kiosk.__version__}")
    verbs = parser.add_subparsers(metavar="COMMAND", title="commands", parser_class=Parser, required=True)

    def verb(name: str, help_: str, run: object, epilog: str = "") -> argparse.ArgumentParser:
        text = f"{epilog}\n\n{CODES}" if epilog else CODES
        added = verbs.add_parser(name, help=help_, description=f"{help_[0].upper()}{help_[1:]}.", epilog=text)
        added.add_argument(
            "--data", metavar="DIR", help="the server's folder (default: KIOSK_SERVER_DATA, or the system's)"
        )
        added.set_defaults(run=run)
        return added

    run = verb("run", "receive and show recordings until it is told to end", _run, RUN)
    run.add_argument("--host", default="127.0.0.1", metavar="H", help="address to listen on (default: %(default)s)")
    run.add_argument("--port", type=_port, default=8000, metavar="P", help="port (default: %(default)s)")
    run.add_argument("--certificate", metavar="FILE", help="serve TLS with this certificate (PEM)")
    run.add_argument("--key", metavar="FILE", help="its key (PEM, PKCS#8)")
    run.add_argument("--no-worker", action="store_true", help="leave verifying to a 'kiosk-server worker' elsewhere")

    worker = verb("worker", "verify and store what has arrived, until it is told to end", _worker)
    worker.add_argument("--once", action="store_true", help="end when nothing waits")
    worker.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)

    verb("enrol-code", "a one-time code that enrols one kiosk", _enrol_code, ENROL)

    revoke = verb("revoke", "end a kiosk's enrolment; what it sent stays", _revoke)
    revoke.add_argument("kiosk", metavar="KIOSK", help="its id, or its name when no other has it")

    interview = verb("interview", "give kiosks an interview to ask", _interview)
    interview.add_argument("what", choices=["add"], help="add, or replace the one with the same id")
    interview.add_argument("file", metavar="FILE", help="interview file (TOML)")

    assign = verb("assign", "say which candidate is to be asked which interview", _assign)
    assign.add_argument("candidate", metavar="CANDIDATE", help="the candidate's id")
    assign.add_argument("interview", metavar="INTERVIEW", help="the interview's id")
    assign.add_argument("--kiosk", metavar="NAME", help="at this kiosk only; at any by default")
    assign.add_argument("--note", default="", metavar="TEXT", help="what the proctor should know")

    account = verb("account", "make an account for somebody, or change it", _account, ACCOUNT)
    account.add_argument("name", metavar="NAME", help="what the person signs in with")
    account.add_argument("--role", action="append", metavar="ROLE", help="may be given several times")
    account.add_argument("--new-password", action="store_true", help="of an account that is there already")
    account.add_argument("--close", action="store_true", help="nobody can sign in with it any more")

    demo = verb("demo", "a server, an enrolled kiosk and one interview, up to the candidate's page", _demo, DEMO)
    demonstration.add_options(demo)
    return parser.parse_args(words)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port")
    return int(text)


def _complain(words: str, code: int) -> int:
    usage.complain("kiosk-server", words)
    return code


# ── Verbs ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _run(options: argparse.Namespace) -> int:
    _set_up(options)
    from kiosk.server import serving

    return serving.run(
        options.host,
        options.port,
        certificate=Path(options.certificate) if options.certificate else None,
        key=Path(options.key) if options.key else None,
        worker=not options.no_worker,
    )


def _worker(options: argparse.Namespace) -> int:
    _set_up(options)
    from kiosk.server import lifeline
    from kiosk.server.finalise import worker

    if options.with_parent:
        lifeline.end_with_parent()
    return worker.main(["--once"] if options.once else [])


def _enrol_code(options: argparse.Namespace) -> int:
    _set_up(options)
    from kiosk.server.receive import tokens

    print(f"For one kiosk, within an hour: {tokens.make_code()}")
    return 0


def _revoke(options: argparse.Namespace) -> int:
    _set_up(options)
    from kiosk.server.catalogue import entries
    from kiosk.server.receive import tokens

    found = entries.kiosk_named(options.kiosk)
    tokens.revoke(found, "server")
    print(f"The kiosk '{found.name}' is not enrolled any more.")
    return 0


def _interview(options: argparse.Namespace) -> int:
    _set_up(options)
    from kiosk.server.catalogue import definitions

    added = definitions.add_definition(Path(options.file))
    print(f"Kiosks can fetch '{added.title}' ({added.id}) once it is assigned.")
    return 0


def _assign(options: argparse.Namespace) -> int:
    _set_up(options)
    from kiosk.server.catalogue import entries

    at = entries.kiosk_named(options.kiosk) if options.kiosk else None
    entries.assign(options.candidate, options.interview, kiosk=at, note=options.note)
    print(f"{options.candidate} is to be asked '{options.interview}'{f' at {at.name}' if at else ''}.")
    return 0


def _account(options: argparse.Namespace) -> int:
    _set_up(options)
    from kiosk.server.catalogue import accounts

    if options.close:
        accounts.close_account(options.name)
        print(f"The account '{options.name}' is closed.")
        return 0
    password = accounts.set_account(options.name, options.role, new_password=options.new_password)
    if password:
        print(f"'{options.name}' can sign in. The password is not shown again: {password}")
    else:
        print(f"The account '{options.name}' is changed.")
    return 0


def _demo(options: argparse.Namespace) -> int:
    return demonstration.run(options)


def _set_up(options: argparse.Namespace) -> None:
    """Django, with the tables up to date. Raises BadRequest for wrong settings, WorldFailed for the rest."""
    if options.data:
        os.environ["KIOSK_SERVER_DATA"] = str(Path(options.data).absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiosk.server.settings")
    os.umask(0o077)  # the database is for this account only, like all the rest
    try:
        import django
    except ModuleNotFoundError as error:
        raise WorldFailed(
            "The server's libraries are not installed.", "Install interview-kiosk-recorder[server]."
        ) from error
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    from kiosk.server import tables

    try:
        django.setup()
        tables.bring_up_to_date()
    except (ImproperlyConfigured, ValueError) as error:
        raise BadRequest(f"The server's settings are wrong: {error}") from error
    except DatabaseError as error:
        raise WorldFailed(f"The server's database does not work: {error}.") from error
