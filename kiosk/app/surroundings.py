"""What a director finds around it: interviews, consent texts, devices, the PIN, a voice beside the recorder."""

import contextlib
import logging
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from kiosk.devices.listing import DeviceList, list_devices
from kiosk.domain.clock import Clock
from kiosk.domain.devices import DeviceIdentity, DeviceKind
from kiosk.domain.errors import KioskError
from kiosk.domain.interview import ConsentText, Interview
from kiosk.domain.view import Assigned
from kiosk.interviews.consent import load_consent
from kiosk.ledger.attempts import Attempts, Outcome
from kiosk.session import pin
from kiosk.session.ports import Attempt, DevicesFound
from kiosk.system import host, places

log = logging.getLogger(__name__)

JOIN_S: Final = 1.0

Offered = Callable[[], tuple[tuple[Interview, ...], tuple[Assigned, ...]]]
"""Which interviews can be held here now, and which of them the server assigned to whom. Raises KioskError."""


class Hall:
    """Interviews, consent texts, devices.

    Args:
        post: takes the devices, from a thread of their own.
    """

    def __init__(
        self, offered: Offered | None, interviews: Sequence[Interview], post: Callable[[DevicesFound], None]
    ) -> None:
        self._offered = offered
        self._interviews = tuple(interviews)
        self._assigned: tuple[Assigned, ...] = ()
        self._post = post
        self._thread: threading.Thread | None = None

    def interviews(self) -> tuple[Interview, ...]:
        """Looks anew; what cannot be read stays as it was."""
        if self._offered is not None:
            try:
                self._interviews, self._assigned = self._offered()
            except KioskError as error:
                log.warning("the interviews cannot be read anew: %s", error)
        return self._interviews

    def assigned(self) -> tuple[Assigned, ...]:
        """As of the last look."""
        return self._assigned

    def consent(self, language: str) -> ConsentText | None:
        try:
            return load_consent(language)
        except KioskError as error:
            log.error("there is no consent text: %s", error)  # noqa: TRY400  # told in words
            return None

    def find_devices(self) -> None:
        """One look at a time."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._find, name="find-devices", daemon=True)
            self._thread.start()

    def _find(self) -> None:
        found = list_devices(places.own_command("_list-devices"))
        self._post(DevicesFound(_identities(found), " ".join(found.troubles)))


def _identities(found: DeviceList) -> tuple[DeviceIdentity, ...]:
    kinds = (
        (DeviceKind.CAMERA, found.cameras),
        (DeviceKind.MICROPHONE, found.microphones),
        (DeviceKind.LOUDSPEAKER, found.loudspeakers),
    )
    return tuple(DeviceIdentity(kind, entry.id, entry.name, entry.spec) for kind, some in kinds for entry in some)


class PinGuard:
    """The proctor's PIN, and the ledger's memory of attempts at it."""

    def __init__(self, pin_hash: str, attempts: Attempts, clock: Clock) -> None:
        self._hash = pin_hash
        self._attempts = attempts
        self._clock = clock

    def required(self) -> bool:
        return bool(self._hash)

    def matches(self, entered: str) -> bool:
        return pin.matches(self._hash, entered)

    def since_start(self) -> tuple[str, int]:
        """Where the system does not tell its own start, this program's clock counts, and each start is a new one."""
        since_ns = host.since_start_ns()
        return (host.boot_id(), since_ns) if since_ns else ("", self._clock.now_ns())

    def attempts(self) -> list[Attempt]:
        return [
            Attempt(row.boot, row.boot_ns, row.outcome is Outcome.RIGHT, row.outcome is Outcome.CARRIED)
            for row in self._attempts.since_right()
        ]

    def remember(self, attempt: Attempt) -> None:
        outcome = Outcome.CARRIED if attempt.carried else Outcome.RIGHT if attempt.right else Outcome.WRONG
        self._attempts.add(attempt.boot, attempt.boot_ns, outcome)

    def remember_leaving(self, how: str, times: int) -> None:
        self._attempts.add_leaving(how, times)

    def unseen_leaving(self) -> int:
        return self._attempts.unseen_leaving()

    def see_leaving(self) -> None:
        self._attempts.see_leaving()


class SideVoice:
    """Plays a file while no recorder runs: in a process of its own, so that this one touches no device.

    Args:
        speaker: the loudspeaker's SPEC.
    """

    def __init__(self, speaker: str) -> None:
        self._speaker = speaker
        self._process: subprocess.Popen[bytes] | None = None

    def say(self, wav: Path) -> None:
        self.hush()
        command = places.own_command("_play", "--speaker", self._speaker, str(wav))
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        except OSError as error:
            log.warning("nothing can be read aloud: %s", error.strerror)

    def hush(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(JOIN_S)
