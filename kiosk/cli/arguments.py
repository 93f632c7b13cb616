"""What can be asked on the command line, and the words of `--help`."""

import argparse
import difflib
import re
from collections.abc import Sequence

import kiosk
from kiosk.cli import (
    config,
    devices,
    doctor,
    enrol,
    export,
    hidden,
    inspect,
    pin,
    record,
    recover,
    rehearse,
    report,
    running,
    screen,
    self_test,
    sessions,
    sync,
    verify,
)
from kiosk.domain.usage import Parser

CODES = """exit codes:
  0  done
  1  failed
  2  wrong usage or bad input
  3  a device is missing, refused or lost
  4  no space on the disk"""

SPECS = """devices (SPEC):
  camera       a number, a device path, an identity ('kiosk devices' lists them), http://... (MJPEG),
               file:PATH (played in real time, looped), simulated or simulated:640x480,yuyv,15 (a test card)
  microphone   a name or number, 'default', file:PATH.wav (in real time, then silence), simulated
  loudspeaker  a name or number, 'default', null (nothing is heard), simulated"""

RECORD = """Ctrl-C, SIGTERM and 'kiosk stop' end it in order: what was recorded is whole, and the exit code is 0.
If that happens before anything was recorded, the exit code is 1.

--json prints: session, recording (the first segment), manifest, duration_s, frames, dropped, gaps, ended
(completed, interrupted, stopped, abandoned or failed). A path is null when there is no such file.

examples:
  kiosk record interview.toml --candidate 4711 --consent 'form 12'
  kiosk record interview.toml --candidate 4711 --consent 'form 12' --output /srv/recordings --json
  kiosk record interview.toml --resume SESSION      go on with one that was cut off, at the same question
  kiosk record interview.toml --candidate test --consent test --camera simulated --microphone simulated \\
      --speaker simulated"""

STATUS = """When nothing is being recorded the exit code is 0 too; it is 1 when the recorder does not answer within 5 s.

--json prints: recording (whether a session is being recorded), output, and while a recorder runs: state, rec
(whether REC is lit), reason (why it is not), session, interview, since, file, length_s, durable_s, frames,
dropped, gaps, chunks, bytes, fps, level_dbfs, pid, led (a kiosk leads it)."""

STOP = """It returns when the recording is whole. --json prints: session, recording, manifest, duration_s.
When nothing is being recorded the exit code is 1."""

CONFIG = """One TOML file in layers, each wins over those before it:
  defaults < machine file < user file, or --config F < environment (KIOSK_CAMERA=...) < options (--camera ...)
  < policy, which only the administrator can write and nothing overrides
'kiosk config show' tells where the files lie, 'kiosk config reference' what may stand in them.

example of a file:
  output = "/srv/recordings"
  camera = "0"
  kiosk_name = "Reception"
"""

CHECK = """example:
  kiosk check interviews/*.toml

--json prints: interviews, a list of file and problems (empty when the file is right)."""

INSPECT = """It reads the whole file and changes nothing. A file that was torn off is told as such, and what stands
before that is measured; the exit code is 0 for everything that can be opened.

--json prints: file, bytes, duration_s, video, audio, chapters, integrity (torn_bytes is 0 for a whole file),
quality (verdict, sentence, findings, minutes, sync, echo, encoder, preset). Frame rate, levels, loudness and sync
are measured in the file; lost pictures, drift, echo and the encoder are the manifest's, and null without it."""

REHEARSE = """It opens the devices, asks for a few sentences, records for ten seconds into memory, reports what
'kiosk inspect' reports of a recording, and forgets it: nothing is kept, and no consent is needed.

To measure this kiosk's sound offset (once, and after every change of devices): --markers FILE writes a short film
that flashes white and clicks at the same instant, and does nothing else. Play it on a phone or tablet while
'kiosk rehearse' listens, so near to the camera that it fills the lower half of the picture. The phone's own
offset is measured with it, so try two. Anything else that flashes and clicks will do too; simulated devices do.

--json prints: what 'kiosk inspect --json' prints, with file null, and verdict (good, usable or wrong), sentence,
speech_heard, gain_db (of the microphone, so that speech is as loud as the questions), sound_offset_ms (null
without flashes and clicks).

examples:
  kiosk rehearse
  kiosk rehearse --simulated --seconds 5 --json
  kiosk rehearse --markers markers.mp4"""

REHEARSE_CODES = """exit codes:
  0  good or usable
  1  something is wrong, and the sentence says what; or it could not be done
  2  wrong usage or bad input
  3  a device is missing, refused or lost
  4  no room for ten seconds"""

RECOVER = """It looks at every file of every session and compares what is sealed with its hash. A torn tail is kept as
NAME.tail before it is cut off, a file in which nothing was recorded yet as NAME.empty, a damaged session database
under another name. A second run changes nothing. The kiosk does the same, without the hashes, whenever it starts.
The exit code is 0 when all that could be read is in order, 1 otherwise.

--json prints: output, whole, ledger_set_aside, entered (ids), problems, sessions (session, outcome, duration_s,
lost_s, torn_bytes, kept, problems). An outcome is whole, recovered, nothing-recorded, damaged or running."""

VERIFY = """It reads and decodes everything and changes nothing. The exit code is 1 when anything is wrong.

examples:
  kiosk verify 0d0c8c29-9f6e-4ef2-8f0f-1e7a3b6ff001
  kiosk verify interview_0d0c8c29-9f6e-4ef2-8f0f-1e7a3b6ff001_20261122_130307_01.mp4

--json prints: whole, files (file, sha256, problems)."""

EXPORT = """The MP4 has its index in front, chapters, and captions as a text track; segments are joined. Nothing is
encoded anew. The manifest lies beside it as NAME.json. It asks before it overwrites anything, and refuses where it
cannot ask.

example:
  kiosk export 0d0c8c29-9f6e-4ef2-8f0f-1e7a3b6ff001 /media/usb

--json prints: file, manifest, duration_s, bytes, segments, chapters, captions."""

ENROL = """It redeems a one-time code for a key of this kiosk's own, which stays in this account's state folder.
Where the configuration names the server ('url' in [server]), the code is enough, and no other server is taken.

examples:
  kiosk enrol 7K2M-QX4T
  kiosk enrol https://interviews.example.org 7K2M-QX4T

--json prints: url, server, kiosk, name."""

SYNC = """It sends what is recorded and what still waits, until it is told to end. A kiosk that is enrolled starts it by
itself; as a service it also sends when no kiosk is running. It may be killed at any time: nothing is lost or doubled.
With --once the exit code is 0 when nothing waits any more, and 1 when something does.

--json prints at the end: waiting (recordings, chunks, parked) and sessions, as 'kiosk sessions' does."""

SESSIONS = """It changes nothing, and needs no server.

--json prints: sessions, a list of session, state (recording, waiting, sending, complete, stored, parked, erased, or
how it ended when nothing was recorded), chunks_sent, chunks_total, receipt (null until the server has it), error,
candidate, interview, started_at, duration_s."""

DEVICES = """Cameras are opened for two seconds each to measure their real rate, so this fails while one is in use.

examples:
  kiosk devices
  kiosk devices --voices de      the German voices, for 'voice' in the configuration or in an interview

--json prints: cameras, microphones, loudspeakers, voices, troubles."""

PIN = """It asks for the PIN twice and prints a line for the configuration; IT writes it into the policy, or into the
machine's file. A PIN has 4 to 12 digits. Nothing is stored."""

DEMO = """It takes about a minute. Without --real every device is simulated; without a screen it runs unseen and saves a
picture of each screen in DIR/screenshots.

--json prints: recording, manifest, duration_s, frames, dropped, loudness_lufs, true_peak_dbtp, chapters,
screenshots (a folder)."""


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The options of one command line; `run` is the function that does it. Exits with 2 on wrong usage."""
    parser = Parser(
        prog="kiosk",
        description="Asks interview questions aloud, films and hears the answers, and never loses a recording.",
        epilog=f"Without a command: kiosk run. Each command has its own --help.\n\n{CODES}",
    )
    parser.add_argument("--version", action="version", version=f"kiosk {kiosk.__version__}")
    verbs = parser.add_subparsers(metavar="COMMAND", title="commands", parser_class=Parser)

    def verb(name: str, words: str, *epilogs: str, codes: str = CODES) -> argparse.ArgumentParser:
        text = "\n\n".join((*epilogs, codes))
        added = verbs.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".", epilog=text)
        added.set_defaults(parser=added)
        return added

    screen.add_run(verb("run", "the kiosk itself, full screen", SPECS))
    screen.add_demo(verb("demo", "a whole demonstration interview, on any machine", DEMO))
    record.add(verb("record", "one interview without a screen; answers end at their time limit", SPECS, RECORD))
    running.add_status(verb("status", "what is being recorded now", STATUS))
    running.add_stop(verb("stop", "end the recording that runs, in order", STOP))
    config.add(verb("config", "show or check the configuration", CONFIG))
    pin.add(verb("pin", "the hash of a PIN for the proctor's panel, to write into the configuration", PIN))
    devices.add(verb("devices", "the cameras, microphones, loudspeakers and voices of this machine", DEVICES))
    doctor.add(verb("doctor", "whether this installation is fit for interviews", doctor.WORDS, codes=doctor.EXIT_CODES))
    report.add(verb("report", "one archive of logs and findings for support", report.WORDS))
    self_test.add(verb("selftest", "try camera, microphone and loudspeaker with nobody near", SPECS, self_test.WORDS))
    config.add_interviews(verb("check", "whether interview files are right", CHECK))
    inspect.add(verb("inspect", "what a recording holds", INSPECT))
    told = "ten seconds through the real pipeline, and how good they are"
    rehearse.add(verb("rehearse", told, SPECS, REHEARSE, codes=REHEARSE_CODES))
    recover.add(verb("recover", "put the recordings in order after a crash", RECOVER))
    verify.add(verb("verify", "whether a recording is still what was recorded", VERIFY))
    export.add(verb("export", "a recording as one ordinary MP4 with chapters and captions", EXPORT))
    enrol.add(verb("enrol", "make this kiosk known to a server", ENROL))
    sync.add(verb("sync", "send recordings to the server", SYNC))
    sessions.add(verb("sessions", "every session, and how far it is on its way to the server", SESSIONS))
    known = tuple(verbs.choices)
    hidden.add(verbs)

    given = list(words)
    if not given or (given[0].startswith("-") and given[0] not in {"-h", "--help", "--version"}):
        given.insert(0, "run")
    if given[0] not in verbs.choices and not given[0].startswith("-"):
        parser.error(f"there is no command '{given[0]}'{_near(given[0], known)}")
    options, unknown = parser.parse_known_args(given)
    if unknown:
        asked: argparse.ArgumentParser = getattr(options, "parser", parser)
        wrong = unknown[0].partition("=")[0]
        what = "option" if wrong.startswith("-") else "place for"
        asked.error(f"there is no {what} '{wrong}'{_near(wrong, re.findall(r'--[a-z-]+', asked.format_usage()))}")
    return options


def _near(word: str, known: Sequence[str]) -> str:
    found = difflib.get_close_matches(word, known, 1)
    return f"; did you mean '{found[0]}'?" if found else ""
