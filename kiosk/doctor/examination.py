"""The whole examination: every part in a thread of its own, so that one that hangs costs its own line and no more."""

import logging
import os
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Final

from kiosk.config import Loaded
from kiosk.doctor import devices, lockdown, machine, settings, storage
from kiosk.domain import events
from kiosk.domain.clock import NS, Clock, seconds
from kiosk.domain.errors import KioskError
from kiosk.domain.finding import Finding, Grade
from kiosk.recorder.client import RecorderClient

log = logging.getLogger(__name__)

LIMIT_S: Final = 60.0
Part = Callable[[], "Finding | Sequence[Finding]"]


def examine(loaded: Loaded, clock: Clock, limit_s: float = LIMIT_S) -> list[Finding]:
    """Everything that can be said of this installation, within `limit_s` seconds. Raises nothing for what is wrong.

    While something is recorded, nothing is opened and nothing is measured that would disturb it.
    """
    config = loaded.config
    deadline = clock.now_ns() + round(limit_s * NS)
    recording = _recording(loaded, clock)
    findings = [recording]
    busy = recording.number == 1
    parts: dict[str, Part] = {}
    if not busy:  # alone, since whatever else runs would be measured too
        findings += together({"encoder": lambda: machine.examine_encoder(config.preset, clock)}, clock, deadline)
        parts = {
            "devices": lambda: devices.examine_devices(config),
            "disk-speed": lambda: machine.examine_disk_speed(config.output, clock),
        }
    else:
        findings += devices.in_use()
    parts |= {
        "permissions": devices.examine_permissions,
        "disk-space": lambda: machine.examine_space(config),
        "clock": machine.examine_clock,
        "database": lambda: storage.examine_database(config.output, recording=busy),
        "sending": lambda: storage.examine_sending(config.output, clock),
        "server": lambda: settings.examine_server(config, clock),
        "configuration": lambda: settings.examine_configuration(loaded),
        "kiosk-mode": lambda: lockdown.examine_kiosk_mode(config, os.environ),
        "self-test": lambda: settings.examine_self_test(config, clock),
    }
    return findings + together(parts, clock, deadline)


def together(parts: "dict[str, Part]", clock: Clock, deadline_ns: int) -> list[Finding]:
    """What all of them find, in their order; one that is not done by then is told as such, and left to itself."""
    answers: queue.SimpleQueue[tuple[str, Sequence[Finding]]] = queue.SimpleQueue()
    for name, part in parts.items():
        threading.Thread(target=_ask, args=(name, part, answers), name=f"doctor-{name}", daemon=True).start()
    found: dict[str, Sequence[Finding]] = {}
    while len(found) < len(parts):
        try:
            name, findings = answers.get(timeout=max(0.0, seconds(deadline_ns - clock.now_ns())))
        except queue.Empty:
            break
        found[name] = findings
    silent = "Something hangs there: unplug and plug in again what belongs to it, or start the machine anew."
    return [
        finding
        for name in parts
        for finding in found.get(name, [Finding(name, Grade.BAD, f"There was no answer in time: {name}.", silent)])
    ]


def _ask(name: str, part: Part, answers: "queue.SimpleQueue[tuple[str, Sequence[Finding]]]") -> None:
    try:
        found = part()
    except KioskError as error:
        found = Finding(name, Grade.BAD, error.what, error.remedy)
    except Exception as error:  # the top of a thread: told and logged
        log.exception("the examination of %s failed", name)
        fact = f"This could not be examined: {name} ({type(error).__name__}: {error})."
        found = Finding(name, Grade.WARN, fact, "Please report it; the log has the details.")
    answers.put((name, [found] if isinstance(found, Finding) else found))


def _recording(loaded: Loaded, clock: Clock) -> Finding:
    """Whether a recorder of this output folder has the devices; `number` is 1 then."""
    visitor = RecorderClient(loaded.config.output, clock, _ignore, _ignore)
    try:
        running = visitor.look()
    except KioskError as error:
        return Finding("recording", Grade.WARN, error.what, error.remedy, 1, "recorders")
    finally:
        visitor.close()
    if running is not None:
        fact = "A recorder runs, so devices and speed are not examined."
        return Finding("recording", Grade.OK, fact, "", 1, "recorders")
    if storage.held(loaded.config.output):
        fact = f"Something that does not answer this account holds {loaded.config.output}: devices are not examined."
        remedy = "Run 'kiosk doctor' as the kiosk's own account. If it is that, end the process 'kiosk _recorder'."
        return Finding("recording", Grade.WARN, fact, remedy, 1, "recorders")
    return Finding("recording", Grade.OK, "Nothing is being recorded.", "", 0, "recorders")


def _ignore(_: events.Event | str) -> None:
    """For a visitor who only wants to know whether somebody is there."""
