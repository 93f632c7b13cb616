"""Where an interview is, and what may happen there: one table, nothing else.

    idle ─ chosen ▶ consent ─ agreed ▶ preparing ─ prepared ▶ starting ─ rolling ▶ asking
                       └ declined ▶ refused                                        │ spoken
                                                                                   ▼
          finishing ◀ answered the last ─ answering ◀────── thought ────────── thinking
              │ stopped                      └ answered ▶ asking (the next question)
              ▼
          finished ─ dismissed ▶ idle

Nothing is recorded before `starting`, and the recording runs without a break from there to `finishing`.
A repeat, and going on after a pause, lead back to `asking`; whoever was answering before goes on answering
afterwards with the time that was left. From every state in which devices run, `broken` leads to `failed` and
`ending` to `finishing`; consent that cannot be written down is `broken` too. An event that the table does not
know raises and changes nothing.

A recorder that dies leads to `resuming` and, once another one is prepared, through `starting` back to `asking`; a
paused interview waits with that until somebody goes on. So does one that a crash cut off (`continued`, from idle).
"""

from enum import StrEnum
from typing import Final

from kiosk.domain.view import SessionState as State


class Happening(StrEnum):
    """What moves an interview on."""

    CHOSEN = "chosen"
    AGREED = "agreed"
    DECLINED = "declined"
    PREPARED = "prepared"
    ROLLING = "rolling"
    """The first fragment is durable."""
    SPOKEN = "spoken"
    """The question was spoken, or shown long enough to be read."""
    SPOKEN_AGAIN = "spoken-again"
    """The same, while the answer had begun already."""
    THOUGHT = "thought"
    ANSWERED = "answered"
    ANSWERED_LAST = "answered-last"
    REPEATED = "repeated"
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDING = "ending"
    STOPPED = "stopped"
    """The recording is sealed."""
    BROKEN = "broken"
    DISMISSED = "dismissed"
    RECORDER_LOST = "recorder-lost"
    CONTINUED = "continued"
    """An interview that was cut off goes on, with a new recorder."""
    REJOINED = "rejoined"
    """This kiosk is new, and the recorder of the interview never stopped."""


class IllegalMoveError(Exception):
    """A happening that the state does not know: a bug of ours, or a button pressed too late."""

    def __init__(self, state: State, happening: Happening) -> None:
        super().__init__(f"'{happening}' cannot happen while '{state}'")
        self.state = state
        self.happening = happening


_RUNNING: Final = (State.ASKING, State.THINKING, State.ANSWERING, State.PAUSED)
_IN_WORK: Final = (State.PREPARING, State.RESUMING, State.STARTING, *_RUNNING)

TABLE: Final[dict[tuple[State, Happening], State]] = {
    (State.IDLE, Happening.CHOSEN): State.CONSENT,
    (State.CONSENT, Happening.AGREED): State.PREPARING,
    (State.CONSENT, Happening.DECLINED): State.REFUSED,
    (State.CONSENT, Happening.ENDING): State.IDLE,
    (State.CONSENT, Happening.BROKEN): State.FAILED,
    (State.PREPARING, Happening.PREPARED): State.STARTING,
    (State.RESUMING, Happening.PREPARED): State.STARTING,
    (State.IDLE, Happening.CONTINUED): State.RESUMING,
    (State.IDLE, Happening.REJOINED): State.ASKING,
    **{(state, Happening.RECORDER_LOST): State.RESUMING for state in _IN_WORK},
    (State.STARTING, Happening.ROLLING): State.ASKING,
    (State.ASKING, Happening.SPOKEN): State.THINKING,
    (State.ASKING, Happening.SPOKEN_AGAIN): State.ANSWERING,
    (State.THINKING, Happening.THOUGHT): State.ANSWERING,
    (State.THINKING, Happening.REPEATED): State.ASKING,
    (State.ANSWERING, Happening.ANSWERED): State.ASKING,
    (State.ANSWERING, Happening.ANSWERED_LAST): State.FINISHING,
    (State.ANSWERING, Happening.REPEATED): State.ASKING,
    (State.ASKING, Happening.PAUSED): State.PAUSED,
    (State.THINKING, Happening.PAUSED): State.PAUSED,
    (State.ANSWERING, Happening.PAUSED): State.PAUSED,
    (State.PAUSED, Happening.RESUMED): State.ASKING,
    **{(state, Happening.ENDING): State.FINISHING for state in _IN_WORK},
    **{(state, Happening.STOPPED): State.FINISHED for state in (*_IN_WORK, State.FINISHING)},
    **{(state, Happening.BROKEN): State.FAILED for state in (*_IN_WORK, State.FINISHING)},
    **{(state, Happening.DISMISSED): State.IDLE for state in (State.FINISHED, State.REFUSED, State.FAILED)},
}


def move(state: State, happening: Happening) -> State:
    """The state that follows. Raises IllegalMoveError and changes nothing when the table has no such move."""
    try:
        return TABLE[state, happening]
    except KeyError:
        raise IllegalMoveError(state, happening) from None


def recording(state: State) -> bool:
    """Whether the recorder runs in this state."""
    return state in _RUNNING or state in {State.RESUMING, State.STARTING, State.FINISHING}
