"""The audit log: who did what, when. Entries are written, never changed, and live as long as the server."""

from kiosk.server.catalogue.models import AuditEntry


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
