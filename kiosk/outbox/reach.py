"""Whether the server can be reached, takes this kiosk, and for how long its certificate holds. Changes nothing."""

import http.client
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from kiosk.domain.clock import Clock
from kiosk.outbox.answers import NotAllowed
from kiosk.outbox.api import Api
from kiosk.outbox.enrolment import PROGRAM, Enrolment
from kiosk.outbox.link import Link, Route

LIMIT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Reached:
    """What the server's answer tells beside its contents; None where it does not tell."""

    certificate_days: float | None = None
    """Until its certificate ends."""
    ahead_s: float | None = None
    """How far this machine's clock is ahead of the server's; a whole second may be the way of the answer."""


def reach(route: Route, enrolment: Enrolment | None, clock: Clock) -> Reached:
    """Asks the server what it has assigned, as this kiosk when it is enrolled.

    Raises Later when it does not answer, NotAllowed when it does not take this kiosk, BadRequest, Refused.
    """
    headers = enrolment.headers() if enrolment is not None else {"User-Agent": PROGRAM.replace(" ", "/")}
    link = Link(route, headers, clock=clock)
    try:
        Api(link, enrolment.public_key if enrolment is not None else b"").assignments("")
    except NotAllowed:  # whoever is not enrolled has reached it all the same
        if enrolment is not None:
            raise
    finally:
        link.close()
    return _looked_at(route, clock)


def _looked_at(route: Route, clock: Clock) -> Reached:
    """One more request, for what the contract's answers do not carry. A proxy with a password is not asked."""
    parts, proxy = urlsplit(route.url), urlsplit(route.proxy)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    if proxy.username or proxy.scheme == "https":
        return Reached()
    near, at = (proxy.hostname or host, proxy.port or 3128) if route.proxy else (host, port)
    if secure:
        context = ssl.create_default_context()
        if route.ca_file is not None:
            context.load_verify_locations(cafile=route.ca_file)
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(near, at, timeout=LIMIT_S, context=context)
    else:
        connection = http.client.HTTPConnection(near, at, timeout=LIMIT_S)
    try:
        if route.proxy and secure:
            connection.set_tunnel(host, port)
        connection.request("HEAD", parts.path or "/")
        days = None
        if isinstance(connection.sock, ssl.SSLSocket):
            ends = ssl.cert_time_to_seconds(str((connection.sock.getpeercert() or {})["notAfter"]))
            days = (ends - clock.wall().timestamp()) / 86_400
        return Reached(days, _ahead(connection.getresponse().getheader("Date"), clock.wall()))
    except (OSError, http.client.HTTPException, KeyError, ValueError):  # it was reached before: nothing is wrong
        return Reached()
    finally:
        connection.close()


def _ahead(date: str | None, now: datetime) -> float | None:
    try:
        return (now - parsedate_to_datetime(date)).total_seconds() if date else None
    except (ValueError, TypeError, OverflowError):
        return None
