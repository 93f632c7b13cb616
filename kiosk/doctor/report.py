"""What support needs to help from afar, in one archive: logs, settings, findings, versions and counts.

Holds no name of a candidate, no question, no answer, no picture and no secret: what is collected has none, and what
would give this account away is taken out of the texts once more.
"""

import importlib.metadata
import json
import os
import platform
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import kiosk
from kiosk.config import Loaded, as_json
from kiosk.contract import names
from kiosk.domain.clock import Clock
from kiosk.domain.errors import KioskError, WorldFailed
from kiosk.domain.finding import Finding, worst
from kiosk.domain.wire import plain
from kiosk.ledger.health import health
from kiosk.outbox import enrolment, self_tests
from kiosk.system import host, places

LONGEST_LOG: Final = 2 * 1024 * 1024
"""Bytes of each log file that go along: the newest ones."""
MOST_LOGS: Final = 60
PARTS: Final = (
    "av", "numpy", "opencv-python-headless", "pyside6-essentials", "pyttsx3", "sounddevice", "urllib3", "cryptography",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the archive."""

    name: str
    words: str
    """What it is, for whoever decides to send it."""
    text: str


def collect(loaded: Loaded, findings: Sequence[Finding], clock: Clock) -> list[Entry]:
    """Everything that goes into the archive, ready to be looked at."""
    entries = [
        Entry("versions.json", "this program, its parts and this system", _json(_versions(clock))),
        Entry("configuration.json", "every setting and where it came from; no secrets", _json(as_json(loaded))),
        Entry(
            "doctor.json",
            "what 'kiosk doctor' found",
            _json({"grade": worst(findings).value, "findings": plain(list(findings))}),
        ),
        Entry("ledger.json", "how many sessions and uploads there are, without names", _json(_counts(loaded))),
        Entry("self-test.json", "what the last self-test found", _json(plain(self_tests.last()))),
        *_logs(),
    ]
    return [Entry(entry.name, entry.words, _without(entry.text, _secrets())) for entry in entries]


def write(entries: Sequence[Entry], path: Path) -> None:
    """Makes the archive, for this account alone; it is whole or not there. Raises WorldFailed."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(host.open_private(part, exclusive=True), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for entry in entries:
                    archive.writestr(entry.name, entry.text)
            file.flush()
            host.sync_data(file.fileno())
        part.replace(path)
    except OSError as error:
        raise WorldFailed(f"The report cannot be written to {path}: {error.strerror}.", "Name another file.") from error
    finally:
        part.unlink(missing_ok=True)


def _versions(clock: Clock) -> dict[str, Any]:
    parts: dict[str, str | None] = {}
    for name in PARTS:
        try:
            parts[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # a frozen program has no such notes
            parts[name] = None
    return {
        "program": kiosk.__version__,
        "frozen": places.frozen(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "at": clock.wall().isoformat(timespec="seconds"),
        "parts": parts,
    }


def _counts(loaded: Loaded) -> dict[str, Any] | None:
    try:
        found = health(loaded.config.output / names.LEDGER)
    except KioskError as error:
        return {"problem": str(error)}
    return None if found is None else dict(plain(found))


def _logs() -> list[Entry]:
    found = []
    try:
        files = sorted(places.log_folder().iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    except OSError:
        return []
    for path in [path for path in files if path.is_file() and not path.is_symlink()][:MOST_LOGS]:
        try:
            with path.open("rb") as file:
                file.seek(max(0, path.stat().st_size - LONGEST_LOG))
                text = file.read(LONGEST_LOG).decode("utf-8", "replace")
        except OSError as error:
            text = f"This file could not be read: {error.strerror}.\n"
        found.append(Entry(f"logs/{path.name}", "log of a process", text))
    return found


def _secrets() -> dict[str, str]:
    """What no text may hold → what stands in its place."""
    found = {}
    try:
        who = enrolment.load()
    except KioskError:
        who = None
    if who is not None:
        found[who.token] = "***"
    home = str(Path.home())
    if len(home) > len("/root"):
        found[home] = "~"
    return found


def _without(text: str, secrets: dict[str, str]) -> str:
    for secret, instead in secrets.items():
        for form in {secret, json.dumps(secret)[1:-1]}:
            text = text.replace(form, instead)
    return text


def _json(body: Any) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def default_name(clock: Clock) -> str:
    """Of the file, when nobody names one."""
    return f"kiosk-report-{clock.wall():%Y%m%d-%H%M%S}-{sys.platform}.zip"
