"""Whether the proctor is called: a note in the state folder, by the screens for the heartbeat that tells the server."""

from typing import Final

from kiosk.domain.errors import WorldFailed
from kiosk.domain.view import Call
from kiosk.system import notes

NOTE: Final = "proctor-called.json"
WHY: Final = "why"


def keep(called: Call | None) -> None:
    """In place of what stood; None: nobody is called. Raises WorldFailed."""
    try:
        notes.write(NOTE, {WHY: called.value if called is not None else ""})
    except OSError as error:
        raise WorldFailed(
            f"The call of the proctor cannot be kept: {error.strerror}.", "Check the state folder."
        ) from error


def standing() -> str:
    """Why the proctor is called, a value of `domain.view.Call`; empty when nobody is, or it cannot be read."""
    why = (notes.read(NOTE) or {}).get(WHY)
    return why if isinstance(why, str) and why in set(Call) else ""
