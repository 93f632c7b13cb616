"""Where an interview is, and what may happen there: one table, nothing else.

    idle ─ chosen ▶ confirming ─ confirmed ▶ consent ─ agreed ▶ preparing ─ prepared ▶ starting ─ rolling ▶ asking
                                               │ │ └ declined ▶ refused        ▲
                         ┌───── check begun ───┘                               │ begun
                         ▼                                                     │
      opening ▶ camera ▶ loudspeaker ▶ microphone ▶ speaking ▶ playback ▶ heard ▶ practice … ▶ ready

      asking ─ spoken ▶ thinking ─ thought ▶ answering ─ answered ▶ asking (the next question)
                                                 └ answered the last ▶ finishing ─ stopped ▶ finished ─ dismissed ▶ idle

Nothing is kept before `starting`, and the recording runs without a break from there to `finishing`. Check and
rehearsal lie between consent and that, with a recorder that keeps nothing; one that dies begins them again, and ending
them leads back to idle.

A repeat, and going on after a pause, lead back to `asking`; whoever was answering before goes on answering afterwards
with the time that was left. From every state in which devices run, `broken` leads to `failed`; `ending` leads to
`finishing` once the interview has begun. Consent that cannot be written down is `broken` too. An event that the table
does not know raises and changes nothing.

A recorder that dies leads to `resuming` and, once another one is prepared, through `starting` back to `asking`; a
paused interview waits with that until somebody goes on. So does one that a crash cut off (`continued`, from idle).
"""

from enum import StrEnum
from typing import Final

from kiosk.domain.view import CHECKING
from kiosk.domain.view import SessionState as State


class Happening(StrEnum):
    """What moves an interview on."""

    CHOSEN = "chosen"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    AGREED = "agreed"
    DECLINED = "declined"
    CHECK_BEGUN = "check-begun"
    OPENED = "opened"
    SEEN = "seen"
    SOUNDED = "sounded"
    SAYING = "saying"
    SAID = "said"
    PLAYED_BACK = "played-back"
    AGAIN = "again"
    PRACTICE_OFFERED = "practice-offered"
    PRACTISING = "practising"
    CHECKED = "checked"
    """Done with check and rehearsal, or without what is left of them."""
    BEGUN = "begun"
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
    SKIPPED = "skipped"
    SKIPPED_LAST = "skipped-last"
    WENT_BACK = "went-back"
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


TRIAL: Final = (*CHECKING, State.READY)
"""Check and rehearsal: a recorder runs that keeps nothing."""
RUNNING: Final = (State.ASKING, State.THINKING, State.ANSWERING, State.PAUSED)
_IN_WORK: Final = (State.PREPARING, State.RESUMING, State.STARTING, *RUNNING)
ENDED: Final = (State.FINISHED, State.REFUSED, State.FAILED)

TABLE: Final[dict[tuple[State, Happening], State]] = {
    (State.IDLE, Happening.CHOSEN): State.CONFIRMING,
    (State.CONFIRMING, Happening.CONFIRMED): State.CONSENT,
    (State.CONFIRMING, Happening.DENIED): State.IDLE,
    (State.CONFIRMING, Happening.ENDING): State.IDLE,
    (State.CONFIRMING, Happening.BROKEN): State.FAILED,
    (State.CONSENT, Happening.AGREED): State.PREPARING,
    (State.CONSENT, Happening.CHECK_BEGUN): State.OPENING,
    (State.CONSENT, Happening.DECLINED): State.REFUSED,
    (State.CONSENT, Happening.ENDING): State.IDLE,
    (State.CONSENT, Happening.BROKEN): State.FAILED,
    # check and rehearsal
    (State.IDLE, Happening.CHECK_BEGUN): State.OPENING,
    (State.OPENING, Happening.OPENED): State.CAMERA,
    (State.CAMERA, Happening.SEEN): State.LOUDSPEAKER,
    (State.LOUDSPEAKER, Happening.SOUNDED): State.MICROPHONE,
    (State.MICROPHONE, Happening.SAYING): State.SPEAKING,
    (State.SPEAKING, Happening.SAID): State.PLAYBACK,
    (State.PLAYBACK, Happening.PLAYED_BACK): State.HEARD,
    (State.HEARD, Happening.AGAIN): State.MICROPHONE,
    (State.OPENING, Happening.PRACTICE_OFFERED): State.PRACTICE,
    (State.HEARD, Happening.PRACTICE_OFFERED): State.PRACTICE,
    (State.READY, Happening.PRACTICE_OFFERED): State.PRACTICE,
    (State.PRACTICE, Happening.PRACTISING): State.PRACTICE_ASKING,
    (State.PRACTICE_ASKING, Happening.SPOKEN): State.PRACTICE_ANSWERING,
    (State.PRACTICE_ANSWERING, Happening.REPEATED): State.PRACTICE_ASKING,
    (State.PRACTICE_ANSWERING, Happening.ANSWERED): State.PRACTICE_PLAYBACK,
    (State.PRACTICE_PLAYBACK, Happening.PLAYED_BACK): State.READY,
    **{(state, Happening.CHECKED): State.READY for state in TRIAL if state is not State.READY},
    **{(state, Happening.RECORDER_LOST): State.OPENING for state in TRIAL},
    **{(state, Happening.ENDING): State.IDLE for state in TRIAL},
    **{(state, Happening.BROKEN): State.FAILED for state in TRIAL},
    (State.READY, Happening.BEGUN): State.PREPARING,
    # the interview
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
    **{(state, Happening.SKIPPED): State.ASKING for state in RUNNING},
    **{(state, Happening.SKIPPED_LAST): State.FINISHING for state in RUNNING},
    **{(state, Happening.WENT_BACK): State.ASKING for state in RUNNING},
    (State.ASKING, Happening.PAUSED): State.PAUSED,
    (State.THINKING, Happening.PAUSED): State.PAUSED,
    (State.ANSWERING, Happening.PAUSED): State.PAUSED,
    (State.PAUSED, Happening.RESUMED): State.ASKING,
    **{(state, Happening.ENDING): State.FINISHING for state in _IN_WORK},
    **{(state, Happening.STOPPED): State.FINISHED for state in (*_IN_WORK, State.FINISHING)},
    **{(state, Happening.BROKEN): State.FAILED for state in (*_IN_WORK, State.FINISHING)},
    **{(state, Happening.DISMISSED): State.IDLE for state in ENDED},
}


def move(state: State, happening: Happening) -> State:
    """The state that follows. Raises IllegalMoveError and changes nothing when the table has no such move."""
    try:
        return TABLE[state, happening]
    except KeyError:
        raise IllegalMoveError(state, happening) from None


def recording(state: State) -> bool:
    """Whether the recorder of an interview runs in this state, and keeps what it records."""
    return state in RUNNING or state in {State.RESUMING, State.STARTING, State.FINISHING}
