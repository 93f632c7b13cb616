"""What this kiosk got when it enrolled: server, token, key. One file of this account in the state folder.

The token is never logged or shown. A copy of the file on another machine does not make that machine this kiosk:
the instance is made anew from the machine each time.
"""

import base64
import contextlib
import hashlib
import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import kiosk
from kiosk.contract import wire
from kiosk.contract.receipt import key_id
from kiosk.contract.wire import Enrolled, EnrolRequest
from kiosk.domain.errors import BadRequest, WorldFailed
from kiosk.domain.wire import build, plain
from kiosk.outbox.answers import Later, NotAllowed, Refused
from kiosk.outbox.link import Link, Route, check_url
from kiosk.outbox.process import ENROLMENT
from kiosk.system import host, places

PROGRAM: Final = f"kiosk {kiosk.__version__}"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """`url` without a slash at the end; `key` in base64; `kiosk` is the server's id for this one."""

    url: str
    kiosk: str
    token: str
    server: str
    key: str
    key_id: str
    name: str

    @property
    def public_key(self) -> bytes:
        return base64.b64decode(self.key)

    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {
            "Authorization": f"Bearer {self.token}",
            wire.INSTANCE_HEADER: instance(),
            "User-Agent": PROGRAM.replace(" ", "/"),
        }


def place() -> Path:
    return places.state_folder() / ENROLMENT


def instance() -> str:
    """What tells this installation from a copy of it: machine and state folder, as 32 hexadecimal digits."""
    machine = ""
    with contextlib.suppress(OSError):
        machine = Path("/etc/machine-id").read_text(encoding="ascii", errors="replace").strip()
    machine = machine or f"{uuid.getnode():012x}"
    return hashlib.sha256(f"{machine}\n{places.state_folder().absolute()}".encode()).hexdigest()[:32]


def load() -> Enrolment | None:
    """None when this kiosk is not enrolled. Raises WorldFailed when the file cannot be used."""
    path = place()
    try:
        body = json.loads(path.read_bytes())
        found: Enrolment = build(Enrolment, body if isinstance(body, dict) else {})
        valid = key_id(found.public_key) == found.key_id
        check_url(found.url)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WorldFailed(f"The enrolment {path} cannot be read: {error.strerror}.") from error
    except (ValueError, BadRequest) as error:
        raise WorldFailed(f"The enrolment {path} is damaged.", "Enrol again with 'kiosk enrol --replace'.") from error
    if not valid:
        raise WorldFailed(f"The enrolment {path} is damaged.", "Enrol again with 'kiosk enrol --replace'.")
    return found


def enrol(route: Route, code: str, name: str) -> Enrolment:
    """Redeems a one-time code and keeps what the server gives for it.

    Raises BadRequest when the server does not take the code, WorldFailed when it cannot be asked.
    """
    if not code.strip() or len(code) > 200 or not code.isprintable():
        raise BadRequest("This is not an enrolment code.", "'kiosk-server enrol-code' prints one.")
    request = EnrolRequest(code.strip(), name, instance(), PROGRAM)
    link = Link(route, {"User-Agent": PROGRAM.replace(" ", "/")})
    try:
        answer = link.call("POST", wire.ENROL, accept=frozenset({200, 201}), message=plain(request))
        told: Enrolled = build(Enrolled, answer.body)
        key = base64.b64decode(told.key, validate=True)
    except (NotAllowed, Refused) as error:
        raise BadRequest(error.what, "Ask for a new code: 'kiosk-server enrol-code' prints one.") from error
    except Later:
        raise
    except (BadRequest, ValueError) as error:
        raise WorldFailed("The server's answer is not what it should be.", "Check its address.") from error
    finally:
        link.close()
    if len(key) != 32 or key_id(key) != told.key_id or not told.token.isprintable() or not told.token:
        raise WorldFailed("The server's answer is not what it should be.", "Check its address.")
    found = Enrolment(route.url, told.kiosk, told.token, told.server, told.key, told.key_id, name)
    _save(found)
    return found


def _save(enrolment: Enrolment) -> None:
    path = place()
    try:
        host.private_folder(path.parent)
        write_private(path, (json.dumps(plain(enrolment), indent=2) + "\n").encode())
    except OSError as error:
        raise WorldFailed(f"The enrolment cannot be kept in {path}: {error.strerror}.") from error


def write_private(path: Path, data: bytes) -> None:
    """Replaces a file at once and durably, mode 0600. Raises OSError."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(host.open_private(part, exclusive=True), "wb") as file:
        file.write(data)
        file.flush()
        host.sync_data(file.fileno())
    part.replace(path)
    host.sync_folder(path.parent)
