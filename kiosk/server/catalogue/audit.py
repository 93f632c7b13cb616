"""The audit log: who did what, when. Entries are written, never changed, and live as long as the server."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from kiosk.server.catalogue.models import AuditEntry


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, and from where."""

    name: str
    address: str = ""


SERVER: Final = By("server")
"""Somebody at the server's own command line."""


def record(who: str, what: str, subject: str = "", detail: str = "", address: str = "") -> None:
    """Writes one entry, in the transaction that is open, if one is.

    Args:
        who: an account's name, `kiosk NAME`, or `server`.
        what: what was done: sign-in, view, play, download, assign, erase, enrol, revoke, …
        subject: id of the session, candidate or kiosk that it was done to.
        detail: the rest in words; never a secret.
        address: where it came from.
    """
    AuditEntry.objects.create(
        who=who[:150], what=what[:60], subject=subject[:200], detail=detail[:500], address=address[:60]
    )


def address_of(request: HttpRequest) -> str:
    """Where a request came from; behind a proxy of ours, what that proxy saw."""
    if settings.TRUSTED_PROXY:
        forwarded = str(request.headers.get("X-Forwarded-For", "")).rpartition(",")[2].strip()
        if forwarded:
            return forwarded[:60]
    return str(request.META.get("REMOTE_ADDR", ""))[:60]
